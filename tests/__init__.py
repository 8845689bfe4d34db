"""Tests: what people do, what packets do, and the laws of the repository."""
