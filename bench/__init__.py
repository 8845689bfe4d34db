"""Measurements of ourselves, as ratios against peers; `make bench` runs them all."""
