"""Calls without browsers: participants who join for real, and packets on schedule."""
