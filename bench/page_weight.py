"""What the pages weigh where a citizen types: bytes on the wire, requests, time until typing.

Cold cache, a fresh browser context per run, 1.6 Mbit/s, 150 ms, processor slowed four times, median
of three: the method by which the peers below were measured (Galène 1.1, La Suite Meet 1.27,
20 November 2026, their join screens, gzip, HTTP/1.1). Times on another machine differ; the bytes
do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession

RUNS = 3
DOWN_BYTES_PER_S = 1.6e6 / 8
UP_BYTES_PER_S = 750e3 / 8
LATENCY_MS = 150
CPU_SLOWED = 4

LATER_S = (5, 15)
"""How long after loading an untouched page is looked at again, in seconds."""

MOST_BYTES = 60_000
MOST_REQUESTS = 15
MOST_MS = 1200

PEERS = {"Galène (join screen)": (234_000, 17, 1846), "La Suite Meet (join)": (633_000, 43, 5434)}

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
class Weight:
    """One cold load: ``bytes`` on the wire with headers, ``usable_ms`` after the request.

    ``later`` holds, for each of :data:`LATER_S`, what the page had cost by then untouched: what it
    fetched by itself is counted in.
    """

    bytes: int
    requests: int
    usable_ms: float
    later: tuple[tuple[int, int], ...] = ()


def weigh(browser: Browser, url: str, selector: str, state: Any = None) -> Weight:
    """Load ``url`` cold under the throttled profile; return what it cost until it fell silent.

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
        silent = (sum(sizes), len(sizes))
        later = []
        for seconds in LATER_S:
            page.wait_for_timeout(max(0, seconds * 1000 - page.evaluate("performance.now()")))
            later.append((sum(sizes), len(sizes)))
        return Weight(*silent, usable_ms=usable, later=tuple(later))
    finally:
        context.close()


def measure(browser: Browser, url: str, selector: str, state: Any = None) -> Weight:
    """Return the medians of :data:`RUNS` cold loads."""
    runs = [weigh(browser, url, selector, state) for _ in range(RUNS)]
    return Weight(
        bytes=int(median(run.bytes for run in runs)),
        requests=int(median(run.requests for run in runs)),
        usable_ms=median(run.usable_ms for run in runs),
        later=tuple(
            (int(median(size for size, _ in by_then)), int(median(count for _, count in by_then)))
            for by_then in zip(*(run.later for run in runs), strict=True)
        ),
    )


def table(pages: dict[str, Weight]) -> str:
    """Set our pages beside the bounds we gave ourselves and the peers, with ratios."""
    lines = [f"{'page':28}{'kB':>8}{'requests':>10}{'usable ms':>11}"]
    for name, weight in pages.items():
        kept = "within bounds" if within_bounds(weight) else "OUT OF BOUNDS"
        kilobytes = weight.bytes / 1000
        lines.append(
            f"{name:28}{kilobytes:8.1f}{weight.requests:10}{weight.usable_ms:11.0f}   {kept}"
        )
        for seconds, (size, requests) in zip(LATER_S, weight.later, strict=True):
            lines.append(f"    and by itself in {seconds:2} s{size / 1000:14.1f}{requests:10}")
        for peer, (size, _requests, usable_ms) in PEERS.items():
            bytes_ratio, time_ratio = weight.bytes / size, weight.usable_ms / usable_ms
            lines.append(f"    ours : {peer:24} bytes {bytes_ratio:.2f}, time {time_ratio:.2f}")
    lines.append(f"{'must':28}{MOST_BYTES / 1000:8.1f}{MOST_REQUESTS:10}{MOST_MS:11}")
    return "\n".join(lines)


def within_bounds(weight: Weight) -> bool:
    """Tell whether a page keeps the bounds we set ourselves."""
    return (
        weight.bytes <= MOST_BYTES
        and weight.requests <= MOST_REQUESTS
        and weight.usable_ms <= MOST_MS
    )


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
