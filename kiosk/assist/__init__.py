"""Assist: the agent sees where a visit stands and helps."""
