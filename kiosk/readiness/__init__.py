"""Readiness: the checks before a call, their thresholds, their verdicts and what to advise.

Pure: no Flask, no SQL, no sentence. The page measures, :func:`kiosk.readiness.verdicts.judge`
decides, and each edge finds its own words for a verdict's code and advice. One file a check in
``checks/`` (decision 0240).
"""
