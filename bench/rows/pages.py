"""The weight of the pages where a citizen types: bytes on the wire, requests, time until typing.

Cold cache, a fresh browser context per run, 1.6 Mbit/s, 150 ms, processor slowed four times: the
method by which Galène 1.1 was measured (20 November 2026, its join screen, gzip, HTTP/1.1; La Suite
Meet 1.27 took 633 kB, 43 requests, 5434 ms). Times on another machine differ; the bytes do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, sync_playwright

from bench.lab import Lab
from bench.results import Result
from kiosk.developers.demonstration import Demo
from tests.drivers.chromium import EXECUTABLE, FLAGS
from tests.drivers.server import running_server

DOWN_BYTES_PER_S = 1.6e6 / 8
UP_BYTES_PER_S = 750e3 / 8
LATENCY_MS = 150
CPU_SLOWED = 4

MOST_RUNS = 3

LATER_S = (5, 15)
"""Seconds after loading when an untouched page is measured again."""

MOST_BYTES = 60_000
MOST_REQUESTS = 15
MOST_MS = 1200

GALENE = (234.0, 17, 1846.0)
"""kB, requests and ms of Galène's join screen, the lighter of the two peers."""

# The first frame in which the field is laid out, visible and enabled is the moment one can type.
_WATCH = """
(selector) => {
  const look = () => {
    const field = document.querySelector(selector);
    const box = field && field.getBoundingClientRect();
    if (field && !field.disabled && box.width > 0 && box.height > 0) {
      window.__usable = performance.now();
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}
"""


@dataclass(frozen=True, slots=True)
class Later:
    """What a page has cost in all after being left untouched for a while."""

    bytes: int
    requests: int


@dataclass(frozen=True, slots=True)
class Weight:
    """One cold load: ``bytes`` on the wire with headers, ``usable_ms`` after the request.

    ``later`` holds what it had cost at each of :data:`LATER_S`: what it fetched by itself counts.
    """

    bytes: int
    requests: int
    usable_ms: float
    later: tuple[Later, ...] = ()


def weigh(
    browser: Browser, url: str, selector: str, state: Any = None, *, linger: bool = False
) -> Weight:
    """Load ``url`` cold under the throttled profile; return what it cost until it fell silent.

    With ``linger``, leave it untouched and see what it goes on to cost.
    ``state`` is a browser's storage state (cookies), for a page that needs a visit begun.
    """
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 390, "height": 844}, storage_state=state
    )
    try:
        page = context.new_page()
        sizes = _count(context.new_cdp_session(page))
        page.add_init_script(f"({_WATCH})({selector!r})")
        page.goto(url, wait_until="networkidle")
        usable = page.evaluate("window.__usable")
        if usable is None:
            raise LookupError(f"no field {selector} to type in at {page.url}")
        silent = Later(sum(sizes), len(sizes))
        later = []
        for seconds in LATER_S if linger else ():
            page.wait_for_timeout(max(0, seconds * 1000 - page.evaluate("performance.now()")))
            later.append(Later(sum(sizes), len(sizes)))
        return Weight(silent.bytes, silent.requests, usable_ms=usable, later=tuple(later))
    finally:
        context.close()


def measure(lab: Lab) -> list[Result]:
    """Weigh the two pages on which a citizen types."""
    results: list[Result] = []
    with running_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        state = _visit_begun(browser, server.demo)
        for page, path, selector, cookies in (
            ("home page, code", "/", "#code", None),
            ("path, name", "/parcours/nom", "#citizen-name", state),
        ):
            url, last = f"{server.url}{path}", min(lab.repeats, MOST_RUNS)
            runs = [
                weigh(browser, url, selector, cookies, linger=run == last)
                for run in range(1, last + 1)
            ]
            results += _results(page, runs)
        browser.close()
    return results


def _results(page: str, runs: list[Weight]) -> list[Result]:
    kilobytes = [run.bytes / 1000 for run in runs]
    requests = [float(run.requests) for run in runs]
    usable = [run.usable_ms for run in runs]
    later = "; ".join(
        f"{kept.bytes / 1000:.0f} kB in {kept.requests} requests after {seconds} s untouched"
        for seconds, kept in zip(LATER_S, runs[-1].later, strict=True)
    )
    readings = (
        ("weight", kilobytes, "kB", MOST_BYTES / 1000, later),
        ("requests", requests, "requests", MOST_REQUESTS, ""),
        ("until one can type", usable, "ms", MOST_MS, ""),
    )
    return [
        Result(
            f"{page}: {what}",
            round(median(ours), 1),
            unit,
            most,
            reading_unit=unit,
            ours=tuple(ours),
            theirs=(float(theirs),),
            peer="Galène",
            remark=remark,
        )
        for (what, ours, unit, most, remark), theirs in zip(readings, GALENE, strict=True)
    ]


def _visit_begun(browser: Browser, demo: Demo) -> Any:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(demo.join_url)
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_url("**/parcours/**")
    state = context.storage_state()
    context.close()
    return state


def _count(devtools: CDPSession) -> list[int]:
    sizes: list[int] = []
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BYTES_PER_S,
            "uploadThroughput": UP_BYTES_PER_S,
        },
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWED})
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes
