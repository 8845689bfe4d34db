"""Estimates of what a participant's line carries. Numbers in, numbers out; no packets."""
