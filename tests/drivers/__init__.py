"""Drivers: the real browsers, the real server and the real inspectors that tests speak through."""
