"""Calls: room, lobby, participants, passes; who may enter."""
