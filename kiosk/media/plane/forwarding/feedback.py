"""RTCP between publishers and subscribers: answered, translated or made here, never passed on.

NACKs are answered from the cache; forwarding them would make the publisher repeat packets that our
replay window must refuse. What we miss ourselves is asked for by ``tick``.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.media.plane.call.keyframe_requests import request_key_frame, send_wanted
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.limits import Limits
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.wire import rtcp

MIN_BITRATE = 60_000
"""bit/s below which no subscriber pulls a publisher; sound alone would suffer."""


MOST_BITRATE = 4_000_000
"""bit/s nobody who shares a screen is told to exceed, whatever their line takes."""


class Feedback:
    """Stateless but for its limits; everything remembered sits on peers and publications."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def received(self, peer: Peer, data: bytes, now: float) -> None:
        """Act on one decrypted compound packet from ``peer``."""
        for message in rtcp.parse(data):
            if not peer.feedback.take(now):
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
                    pass  # a stream may pause and come back; the peer's end is told by DTLS or HTTP

    def started(self, publisher: Peer) -> None:
        """Hint a publisher at a bitrate before any subscriber has measured one."""
        self._tell_bitrate(publisher)

    def hole(self, publication: Publication, now: float) -> None:
        """Ask the publisher at once for what has just been found missing."""
        self._repair(publication, now)

    def tick(self, peer: Peer, now: float) -> None:
        """Repeat requests that have not been met; called every few tens of milliseconds."""
        for publication in peer.pictures:
            self._repair(publication, now)
            send_wanted(publication, now)

    def report(self, peer: Peer, now: float) -> None:
        """Send the publisher its receiver report and bitrate; called about once a second."""
        blocks = []
        for publication in peer.streams:
            if publication.ssrc is not None:
                publication.uplink.trip_s = peer.told.trip_s or 0.0
                block = publication.uplink.block(publication.ssrc, now)
                if block is not None:
                    blocks.append(
                        block if publication.is_video else _whole_way(block, publication, now)
                    )
        if blocks:
            peer.send_rtcp(rtcp.receiver_report(blocks))
            self._tell_bitrate(peer)

    def _repeat(self, peer: Peer, missing: rtcp.Missing, now: float) -> None:
        source = peer.source_of(missing.ssrc)
        if source is None:
            return
        publisher, publication = source
        if publication.cache is None:
            return
        view = publisher.view_of(publication, peer)
        recall = view.numbering.recall if view is not None else publication.cache.get
        for sequence in missing.sequences:
            packet = recall(sequence)
            if packet is None:
                peer.counters.repeats_gone += 1
            elif peer.repeats.take(now) and peer.send_rtp(packet, missing.ssrc, now):
                peer.counters.repeats += 1
            else:
                peer.counters.repeats_refused += 1

    def _key_frame(self, peer: Peer, ssrc: int, now: float) -> None:
        peer.counters.key_frames_wanted += 1
        publication = peer.incoming(ssrc)
        if publication is not None and publication.is_video:
            request_key_frame(publication, now)

    def _bandwidth(self, peer: Peer, bitrate: int) -> None:
        before, peer.bitrate = peer.bitrate, bitrate
        if before is not None and abs(bitrate - before) < 0.03 * before:
            return  # the next report says it
        for slot in peer.slots:
            if slot.publisher is not None:
                self._tell_bitrate(slot.publisher)

    def _tell_bitrate(self, publisher: Peer) -> None:
        # One figure for everything it sends: that is how browsers take a REMB, whatever it names.
        ssrcs = tuple(one.ssrc for one in publisher.pictures if one.ssrc is not None)
        if ssrcs:
            bitrate = max(MIN_BITRATE, self._useful_bitrate(publisher))
            publisher.send_rtcp(rtcp.remb(bitrate, ssrcs))

    def _useful_bitrate(self, publisher: Peer) -> int:
        """What a publisher may send in all, bit/s: as much as its line takes and others can use.

        Where layers can be chosen among, a slow receiver gets a smaller one; where not, it holds
        the publisher back.
        """
        shares = [
            subscriber.bitrate * max(1, _pictures(publisher, subscriber)) // _all(subscriber)
            for subscriber in publisher.subscribers
            if subscriber.bitrate is not None
        ]
        slowest = min(shares, default=self._limits.start_bitrate)
        if not publisher.is_copied:
            # The receiver has judged the whole way; what went well all the same is not taken back.
            carried = (subscriber.carried.bitrate for subscriber in publisher.subscribers)
            slowest = max(slowest, min(carried, default=0))
            publisher.budget.bitrate = slowest
            return slowest
        if publisher.ladder.adapts:
            most = MOST_BITRATE if publisher.viewers else publisher.ladder.most
            return int(min(publisher.budget.bitrate, most))
        return int(min(publisher.budget.bitrate, slowest))

    def _translate(self, peer: Peer, report: rtcp.SenderInfo, now: float) -> None:
        for publication in peer.streams:
            if publication.ssrc != report.ssrc:
                continue
            publication.uplink.last_sr = report.middle
            publication.uplink.last_sr_at = now
            publication.clock = report.seconds, report.timestamp
            for subscriber, ssrc in peer.audience(publication):
                if subscriber.incoming(ssrc) is not publication:
                    continue  # shown another layer
                view = peer.view_of(publication, subscriber)
                # In the subscriber's own timestamps, so that lips and voice stay together.
                info = report.info if view is None else report.shifted(view.timestamp_shift)
                subscriber.send_rtcp(rtcp.sender_report(ssrc, info))
                subscriber.told.sent(report.middle, now)

    def _note(self, peer: Peer, report: rtcp.Report, now: float) -> None:
        for block in report.blocks:
            publication = peer.incoming(block.ssrc)
            if publication is not None:
                peer.told.take(block, publication.payload_type, now)
                publication.missed.said(block.fraction, now)
                if publication.is_video:
                    sent = peer.down.bytes
                    peer.carried.reported(sent, block.fraction / 256, peer.told.trip_s, now)

    def _repair(self, publication: Publication, now: float) -> None:
        uplink = publication.uplink
        wanted = uplink.due(now)
        if wanted and publication.ssrc is not None:
            publication.peer.send_rtcp(rtcp.nack(publication.ssrc, wanted))
            publication.peer.counters.nacks_sent += 1
            publication.peer.counters.packets_asked += len(wanted)
        if uplink.needs_key_frame:
            uplink.needs_key_frame = False
            request_key_frame(publication, now)


def _whole_way(block: rtcp.ReportBlock, sound: Publication, now: float) -> rtcp.ReportBlock:
    """Say what is lost of a sound up to its receivers: by that fraction Opus measures its FEC.

    They count by the publisher's own numbers, so the way up is in theirs. The total lost stays that
    of the way up alone: browsers judge their line by it.
    """
    return replace(block, fraction=max(block.fraction, sound.missed.worst(now)))


def _pictures(publisher: Peer, subscriber: Peer) -> int:
    """Count the pictures of one person that really come to another: face, shared screen."""
    return publisher.shows_itself + (subscriber in publisher.viewers)


def _all(subscriber: Peer) -> int:
    """Count the pictures a browser's bitrate must be split among, at least one.

    Its REMB covers everything it receives; whoever has the camera off leaves their part to others.
    """
    publishers = [slot.publisher for slot in subscriber.slots if slot.known and slot.publisher]
    return max(1, sum(_pictures(one, subscriber) for one in publishers))
