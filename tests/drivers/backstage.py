"""What a page never shows: its connections' own statistics, and how long a later offer took."""

from __future__ import annotations

from dataclasses import dataclass

from tests.drivers.chromium import ChromiumScreen

# Runs before the page's own scripts: keeps every connection, and times each offer that comes over
# the control channel until its answer is on the way.
_WATCH = """
(() => {
  window.backstage = { connections: [], offers: [] };
  const { backstage } = window;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options);
      backstage.connections.push(this);
    }
    createDataChannel(...options) {
      const channel = super.createDataChannel(...options);
      let came = 0;
      channel.addEventListener("message", ({ data }) => {
        if (data.startsWith('{"type":"offer"')) came = performance.now();
      });
      const send = channel.send.bind(channel);
      channel.send = (data) => {
        send(data);
        if (data.startsWith('{"type":"answer"')) backstage.offers.push(performance.now() - came);
      };
      return channel;
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
        lost: one.packetsLost ?? 0, freezes: one.freezeCount ?? 0,
        frozen_s: one.totalFreezesDuration ?? 0,
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
    freezes: int
    frozen_s: float


def watch(screen: ChromiumScreen) -> None:
    """Begin to watch, from the next page this screen loads on."""
    screen.page.add_init_script(_WATCH)


def pictures(screen: ChromiumScreen) -> dict[str, Picture]:
    """Return the pictures that arrive, by the m-line they arrive in."""
    found = [Picture(**one) for one in screen.evaluate(_PICTURES)]
    return {one.mid: one for one in found}


def offers_ms(screen: ChromiumScreen) -> list[float]:
    """Return how long each later offer took, from its arrival to its answer's leaving."""
    times: list[float] = screen.evaluate("() => window.backstage.offers")
    return times
