"""Calls without browsers: real joins, and packets sent on schedule."""
