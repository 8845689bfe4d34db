"""Readiness: which checks come before a call, which thresholds, which verdict, which advice.

Pure: no Flask, no SQL, no sentence. The page measures, :func:`kiosk.readiness.verdicts.judge`
decides, and each journey finds its own words for the verdict's code.
"""
