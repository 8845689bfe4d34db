"""Journeys: people in real browsers, before the real house. No address and no CSS in the tests."""
