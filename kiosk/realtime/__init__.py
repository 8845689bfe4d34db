"""Realtime plumbing: nudges over Socket.IO, and the small relay of what is fleeting.

A nudge says which topic changed and its revision, never what changed: decision 0021.
"""
