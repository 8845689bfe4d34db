"""Journeys: people in real browsers, on the real server. No address and no CSS in the tests."""
