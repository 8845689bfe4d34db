"""The pre-negotiated data channel ``control`` (id 0): JSON in and out, bounded in size and rate.

Messages are decoded and encoded here; what they do is in ``call/conversation.py``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Protocol

import msgspec
from aiortc import RTCDataChannel, RTCDataChannelParameters, RTCDtlsTransport
from aiortc.exceptions import InvalidStateError
from aiortc.rtcsctptransport import RTCSctpCapabilities

from kiosk.media.messages import (
    BROWSER_MESSAGE,
    UNREADABLE,
    AnyBrowserMessage,
    AnyPlaneMessage,
    ChannelError,
    ChannelProblem,
)
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.limits import (
    FOREIGN_CHANNELS,
    MAX_MESSAGE,
    MESSAGE_BURST,
    MESSAGE_STRIKES,
    MESSAGES_PER_SECOND,
    Allowance,
)
from kiosk.media.plane.transport.sctp import GuardedSctp

_ENCODER = msgspec.json.Encoder()

MAX_UNSENT = 4 * MAX_MESSAGE
"""Bytes a browser may leave unread before its peer is ended."""


MAX_BACKLOG = 1024 * 1024
"""Bytes of unfinished messages; the association announces it, but a browser may ignore that."""


class Listener(Protocol):
    """What receives the channel's messages."""

    def channel_opened(self) -> None:
        """Messages can be sent from now on."""

    def message_received(self, message: AnyBrowserMessage) -> None:
        """A message of a known kind has come, its fields within their bounds."""

    def channel_abused(self) -> None:
        """The browser floods, opens channels of its own or does not read: end it."""


class ControlChannel:
    """One browser's control channel over its DTLS."""

    def __init__(
        self,
        dtls: RTCDtlsTransport,
        listener: Listener,
        counters: Counters,
        clock: Callable[[], float],
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._counters = counters
        self._sctp = GuardedSctp(
            dtls, clock=clock, refused=self._count_refused, abused=listener.channel_abused
        )
        self._sctp.on("datachannel", self._refuse)
        parameters = RTCDataChannelParameters(label="control", negotiated=True, id=0)
        self._channel = RTCDataChannel(self._sctp, parameters)
        self._channel.on("open", listener.channel_opened)
        self._channel.on("message", self._received)
        self._allowance = Allowance(MESSAGES_PER_SECOND, MESSAGE_BURST, clock())
        self._strikes = 0
        self._foreign = 0

    async def start(self, port: int, max_message: int) -> None:
        """Begin the SCTP association with the port and limit of the browser's answer."""
        await self._sctp.start(RTCSctpCapabilities(maxMessageSize=max_message), port)

    async def stop(self) -> None:
        """Abort the association; must come before the DTLS is stopped."""
        self._sctp.remove_all_listeners("datachannel")
        self._channel.remove_all_listeners()
        with contextlib.suppress(ConnectionError):
            await self._sctp.stop()

    @property
    def is_open(self) -> bool:
        """Whether :meth:`send` will do anything."""
        return self._channel.readyState == "open"

    def hoards(self) -> bool:
        """Whether more bytes of unfinished messages are kept than of any proper browser."""
        return self._sctp.backlog > MAX_BACKLOG

    def send(self, message: AnyPlaneMessage) -> None:
        """Send one message; do nothing while the channel is not open."""
        if not self.is_open:
            return
        if self._channel.bufferedAmount > MAX_UNSENT:
            self._listener.channel_abused()
            return
        with contextlib.suppress(InvalidStateError, ValueError):
            self._channel.send(_ENCODER.encode(message).decode())

    def refuse(self, code: ChannelProblem) -> None:
        """Answer the browser's last message with an error."""
        self.send(ChannelError(code=code))

    def _count_refused(self) -> None:
        self._counters.refused_sctp += 1

    def _refuse(self, channel: RTCDataChannel) -> None:
        self._foreign += 1
        if self._foreign > FOREIGN_CHANNELS:
            self._listener.channel_abused()
        else:
            channel.close()

    def _received(self, data: str | bytes) -> None:
        if not self._within_rate():
            return
        message = _decode(data)
        if message is None:
            self.refuse(ChannelProblem.BAD_MESSAGE)
        else:
            self._listener.message_received(message)

    def _within_rate(self) -> bool:
        if self._allowance.take(self._clock()):
            return True
        self._strikes += 1
        if self._strikes == 1:
            self.refuse(ChannelProblem.TOO_FAST)
        if self._strikes > MESSAGE_STRIKES:
            self._listener.channel_abused()
        return False


def _decode(data: str | bytes) -> AnyBrowserMessage | None:
    if not isinstance(data, str):
        return None
    encoded = data.encode()
    if len(encoded) > MAX_MESSAGE:
        return None
    try:
        return BROWSER_MESSAGE.decode(encoded)
    except UNREADABLE:
        return None
