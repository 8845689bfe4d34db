"""Builds the subscriptions on which a publisher's packets leave, and ends streams for good."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.streams.publication import Publication, Subscription
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.transport.dtls import ffi
from kiosk.media.plane.transport.udp import sockaddr
from kiosk.media.plane.wire import rtcp


def wire_camera(publisher: Peer) -> None:
    """Build the subscriptions to sound and picture from who is bound and reachable."""
    ladder = publisher.publications.ladder
    for subscriber in ladder.views.keys() - publisher.subscribers.keys():
        del ladder.views[subscriber]
    ladder.wired = ladder.shapes()
    for publication in publisher.publications.without_screen:
        _wire(publisher, publication)


def wire_screen(sharer: Peer) -> None:
    """Build the subscriptions to a shared screen from who views it and is reachable."""
    _wire(sharer, sharer.publications.screen)


def retire(subscriber: Peer, ssrcs: Iterable[int], *, known: bool) -> None:
    """Free what libsrtp keeps for streams that end; send a BYE if the browser knew them."""
    connection = subscriber.connection
    for ssrc in ssrcs:
        if known:
            connection.send_rtcp(rtcp.goodbye(ssrc))
        if connection.keys is not None:
            connection.keys.forget_sent(ssrc)


def _wire(publisher: Peer, publication: Publication) -> None:
    view_of = publisher.publications.view_of
    publication.wire(
        tuple(
            _subscription(subscriber, ssrc, view_of(publication, subscriber))
            for subscriber, ssrc in publisher.audience(publication)
        )
    )


def _subscription(subscriber: Peer, ssrc: int, view: View | None) -> Subscription:
    connection = subscriber.connection
    path, keys = connection.ice.path, connection.keys
    assert path is not None
    assert keys is not None
    return Subscription(
        key=keys.tx,
        send=path.socket.sendto,
        address=path.address,
        socket=path.socket.fileno(),
        name=ffi.from_buffer("char[]", sockaddr(path.address)),
        ssrc=ssrc.to_bytes(4),
        tally=connection.sent,
        writer=view,
        offset=connection.clock_offset,
    )
