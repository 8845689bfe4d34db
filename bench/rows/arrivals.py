"""A hundred citizens arrive in twelve seconds, on SQLite and on PostgreSQL: no fault.

Their clients run on the same processors as the server: times say what the whole machine does.
"""

from __future__ import annotations

from bench.arrivals.run import DATABASES, Verdict
from bench.arrivals.run import measure as rush
from bench.lab import Lab
from bench.results import Result
from tests.edge.attackers import allow_many_sockets

QUICK = 10


def measure(lab: Lab) -> list[Result]:
    """Let everybody arrive once on each database."""
    allow_many_sockets()
    results: list[Result] = []
    for database in DATABASES:
        met = rush(database, citizens=QUICK) if lab.quick else rush(database)
        results += [_faults(met), _slowest(met, "write"), _slowest(met, "page")]
    return results


def _faults(met: Verdict) -> Result:
    what = f"{met.citizens} citizens arrive in 12 s, {met.database}: faults"
    remark = "; ".join(met.wrong) or f"{met.processor_s:.0f} s of a processor in the web process"
    return Result(what, float(met.faults), "", 0, remark=remark)


def _slowest(met: Verdict, kind: str) -> Result:
    what = f"{met.citizens} citizens arrive in 12 s, {met.database}: {kind}s, p99"
    p50, p95, p99 = (round(met.percentile_ms(kind, share)) for share in (0.5, 0.95, 0.99))
    remark = f"{len(met.tally.times[kind])} {kind}s; p50 {p50} ms, p95 {p95} ms"
    return Result(what, p99, "ms", None, remark=remark)
