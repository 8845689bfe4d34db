"""Realtime plumbing: nudges over Socket.IO.

A nudge says which topic changed and its revision, never what changed: decisions 0021 and 0210.
"""
