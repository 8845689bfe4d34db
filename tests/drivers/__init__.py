"""Drivers: the real browsers, the real house and the real inspectors that tests speak through."""
