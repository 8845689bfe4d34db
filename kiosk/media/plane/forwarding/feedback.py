"""RTCP between publishers and subscribers: answered, translated or made here, never passed on.

NACKs are answered from the packet cache: if they were forwarded, the publisher would repeat packets
that libsrtp's replay window must refuse. ``tick`` asks for packets the server itself is missing.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.media.plane.call.bitrates import useful_bitrate
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.limits import Limits
from kiosk.media.plane.streams.key_frame_requests import request_key_frame, send_pending_request
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.wire import rtcp

REMB_CHANGE = 0.03
"""A REMB that differs less from the last is passed on with the next report."""


class Feedback:
    """Stateless but for its limits; everything remembered is on peers and publications."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def received(self, peer: Peer, data: bytes, now: float) -> None:
        """Act on one decrypted compound packet from ``peer``."""
        for message in rtcp.parse(data):
            if not peer.quotas.feedback.take(now):
                peer.counters.refused_rtcp += 1
                return
            match message:
                case rtcp.Missing():
                    self._repeat(peer, message, now)
                case rtcp.KeyFrameRequest():
                    self._key_frame(peer, message.ssrc, now)
                case rtcp.Bandwidth():
                    self._bandwidth(peer, message.bitrate)
                case rtcp.SenderInfo():
                    self._translate(peer, message, now)
                case rtcp.Report():
                    self._note(peer, message, now)
                case rtcp.Goodbye():
                    pass  # a stream may pause; the end of a peer comes by DTLS or HTTP

    def started(self, publisher: Peer) -> None:
        """Send a publisher a bitrate before any subscriber has estimated one."""
        self._send_bitrate(publisher)

    def packets_missing(self, publication: Publication, now: float) -> None:
        """Ask the publisher at once for packets just found missing."""
        self._repair(publication, now)

    def tick(self, peer: Peer, now: float) -> None:
        """Repeat requests that are not met yet; called every few tens of milliseconds."""
        for publication in peer.publications.pictures:
            self._repair(publication, now)
            send_pending_request(publication, now)

    def report(self, peer: Peer, now: float) -> None:
        """Send a publisher its receiver report and bitrate; called about once a second."""
        blocks = []
        rtt_s = peer.downlink.reports.rtt_s or 0.0
        for publication in peer.publications.all:
            if publication.ssrc is not None:
                publication.uplink.rtt_s = rtt_s
                block = publication.uplink.block(publication.ssrc, now)
                if block is not None and not publication.is_video:
                    block = _whole_path(block, publication, now)
                if block is not None:
                    blocks.append(block)
        if blocks:
            peer.connection.send_rtcp(rtcp.receiver_report(blocks))
            self._send_bitrate(peer)

    def _repeat(self, peer: Peer, missing: rtcp.Missing, now: float) -> None:
        source = peer.source_of(missing.ssrc)
        if source is None:
            return
        publisher, publication = source
        if publication.cache is None:
            return
        view = publisher.publications.view_of(publication, peer)
        cached = view.rewriter.cached if view is not None else publication.cache.get
        for sequence in missing.sequences:
            packet = cached(sequence)
            if packet is None:
                peer.counters.repeats_gone += 1
            elif peer.quotas.repeats.take(now) and peer.connection.send_rtp(
                packet, missing.ssrc, now
            ):
                peer.counters.repeats += 1
            else:
                peer.counters.repeats_refused += 1

    def _key_frame(self, peer: Peer, ssrc: int, now: float) -> None:
        peer.counters.key_frames_wanted += 1
        publication = peer.incoming(ssrc)
        if publication is not None and publication.is_video:
            request_key_frame(publication, now)

    def _bandwidth(self, peer: Peer, bitrate: int) -> None:
        before, peer.downlink.remb = peer.downlink.remb, bitrate
        if before is not None and abs(bitrate - before) < REMB_CHANGE * before:
            return
        for slot in peer.slots:
            if slot.publisher is not None:
                self._send_bitrate(slot.publisher)

    def _send_bitrate(self, publisher: Peer) -> None:
        # One figure for everything it sends: that is how browsers take a REMB, whatever it names.
        pictures = publisher.publications.pictures
        ssrcs = tuple(one.ssrc for one in pictures if one.ssrc is not None)
        if ssrcs:
            bitrate = useful_bitrate(publisher, self._limits.start_bitrate)
            publisher.connection.send_rtcp(rtcp.remb(bitrate, ssrcs))

    def _translate(self, peer: Peer, report: rtcp.SenderInfo, now: float) -> None:
        """Send a publisher's sender report to its subscribers, in their SSRCs and timestamps."""
        for publication in peer.publications.all:
            if publication.ssrc != report.ssrc:
                continue
            publication.uplink.last_sr = report.middle
            publication.uplink.last_sr_at = now
            publication.sender_clock = report.seconds, report.timestamp
            for subscriber, ssrc in peer.audience(publication):
                if subscriber.incoming(ssrc) is not publication:
                    continue  # gets another layer
                view = peer.publications.view_of(publication, subscriber)
                # In the subscriber's own timestamps, so that picture and sound stay together.
                info = report.info if view is None else report.shifted(view.timestamp_shift)
                subscriber.connection.send_rtcp(rtcp.sender_report(ssrc, info))
                subscriber.downlink.reports.sender_report_sent(report.middle, now)

    def _note(self, peer: Peer, report: rtcp.Report, now: float) -> None:
        downlink = peer.downlink
        for block in report.blocks:
            publication = peer.incoming(block.ssrc)
            if publication is not None:
                downlink.reports.received(block, publication.payload_type, now)
                publication.reported_loss.reported(block.fraction, now)
                if publication.is_video:
                    sent, lost = peer.connection.sent.bytes, block.fraction / 256
                    downlink.throughput.reported(sent, lost, downlink.reports.rtt_s, now)

    def _repair(self, publication: Publication, now: float) -> None:
        uplink = publication.uplink
        missing = uplink.due(now)
        if missing and publication.ssrc is not None:
            publication.sender.send_rtcp(rtcp.nack(publication.ssrc, missing))
            publication.counters.nacks_sent += 1
            publication.counters.packets_asked += len(missing)
        if uplink.needs_key_frame:
            uplink.needs_key_frame = False
            request_key_frame(publication, now)


def _whole_path(block: rtcp.ReportBlock, sound: Publication, now: float) -> rtcp.ReportBlock:
    """Report the loss of a sound on the whole path to its receivers: Opus sizes its FEC by it.

    Receivers count by the publisher's own sequence numbers, so their loss includes the way to the
    server. The total lost stays that of the uplink alone: browsers judge their line by it.
    """
    return replace(block, fraction=max(block.fraction, sound.reported_loss.worst(now)))
