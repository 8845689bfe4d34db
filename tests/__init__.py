"""Tests of the house: what people do, what packets do, and the laws of the repository."""
