"""Calls: rooms and their credentials, participants, admission, connections, ending."""
