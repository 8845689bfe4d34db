"""Mutation testing of the rules (``make mutants``, decision 0281).

One small change at a time is made in a copy of the code; the nearest tests must fail.
"""
