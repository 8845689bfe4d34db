"""The ways on which streams leave to a browser: begun, and ended for good."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.streams.publication import Leg
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.transport.dtls import ffi
from kiosk.media.plane.transport.udp import sockaddr
from kiosk.media.plane.wire import rtcp


def leg_to(subscriber: Peer, ssrc: int, view: View | None = None) -> Leg:
    """Flatten what is needed to send a stream to a reachable browser as ``ssrc``."""
    assert subscriber.keys is not None
    assert subscriber.ice.path is not None
    path = subscriber.ice.path
    return Leg(
        key=subscriber.keys.tx,
        send=path.socket.sendto,
        address=path.address,
        socket=path.socket.fileno(),
        name=ffi.from_buffer("char[]", sockaddr(path.address)),
        ssrc=ssrc.to_bytes(4),
        tally=subscriber.down,
        view=view,
        offset=subscriber.clock_offset,
    )


def retire(subscriber: Peer, ssrcs: Iterable[int], *, known: bool) -> None:
    """Free what libsrtp kept for streams that end; say so, when the browser ever knew them."""
    for ssrc in ssrcs:
        if known:
            subscriber.send_rtcp(rtcp.goodbye(ssrc))
        if subscriber.keys is not None:
            subscriber.keys.forget_sent(ssrc)
