"""What a page never shows: its connections' own statistics."""

from __future__ import annotations

from dataclasses import dataclass

from tests.drivers.chromium import ChromiumScreen

# Runs before the page's own scripts and keeps every connection they make.
_WATCH = """
(() => {
  window.backstage = { connections: [] };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options);
      window.backstage.connections.push(this);
    }
  };
})()
"""

_PICTURES = """
async () => {
  const found = [];
  for (const connection of window.backstage.connections) {
    if (connection.connectionState === "closed") continue;
    for (const one of (await connection.getStats()).values()) {
      if (one.type !== "inbound-rtp" || one.kind !== "video") continue;
      found.push({
        mid: one.mid, ssrc: one.ssrc, decoded: one.framesDecoded ?? 0,
        lost: one.packetsLost ?? 0, refreshes: one.pliCount ?? 0,
        freezes: one.freezeCount ?? 0, frozen_s: one.totalFreezesDuration ?? 0,
      });
    }
  }
  return found;
}
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture a browser receives, as its own statistics tell."""

    mid: str
    ssrc: int
    decoded: int
    lost: int
    refreshes: int
    """How often the browser asked for a key frame because it could not go on."""
    freezes: int
    frozen_s: float


def watch(screen: ChromiumScreen) -> None:
    """Begin to watch, from the next page this screen loads on."""
    screen.page.add_init_script(_WATCH)


def pictures(screen: ChromiumScreen) -> dict[str, Picture]:
    """Return the pictures that arrive, by the m-line they arrive in."""
    found = [Picture(**one) for one in screen.evaluate(_PICTURES)]
    return {one.mid: one for one in found}
