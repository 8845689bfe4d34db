"""How one connection is doing, summed up for the rest of the server."""

from __future__ import annotations

from kiosk.media.engine import PeerReport
from kiosk.media.plane.call.peer import Peer


def report_of(peer: Peer, now: float) -> PeerReport:
    """Return the figures of one peer; loss and jitter are those of its worst stream."""
    received, sent = peer.publications.received, peer.connection.sent
    uplinks = [one.uplink for one in peer.publications.without_screen if one.uplink.received]
    reports = peer.downlink.reports
    return PeerReport(
        connected=peer.joined,
        role=peer.role,
        packets_up=received.packets,
        packets_down=sent.packets,
        bytes_up=received.bytes,
        bytes_down=sent.bytes,
        loss_up=max((one.fraction_lost / 256 for one in uplinks), default=None),
        loss_down=reports.worst_loss,
        jitter_up_ms=max((one.jitter_ms for one in uplinks), default=None),
        jitter_down_ms=reports.worst_jitter_ms,
        rtt_ms=None if reports.rtt_s is None else reports.rtt_s * 1000,
        idle_s=max(0.0, now - peer.last_heard()),
    )
