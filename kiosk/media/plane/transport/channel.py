"""The pre-negotiated data channel ``control`` (id 0): JSON in and out, bounded in size and rate.

What the messages mean is ``conversation.py``'s business; here is only their carriage.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any, Protocol

from aiortc import RTCDataChannel, RTCDataChannelParameters, RTCDtlsTransport
from aiortc.exceptions import InvalidStateError
from aiortc.rtcsctptransport import RTCSctpCapabilities

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

MAX_UNSENT = 4 * MAX_MESSAGE
"""Bytes a browser may leave unread before it is given up."""


MAX_BACKLOG = 1024 * 1024
"""Bytes of unfinished messages; what the association says it takes, which a browser may ignore."""


class Listener(Protocol):
    """Who the channel talks to."""

    def channel_opened(self) -> None:
        """Messages can be sent from now on."""

    def message_received(self, message: dict[str, Any]) -> None:
        """A well-formed JSON object has come."""

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
        """Begin the SCTP association with what the browser's answer said."""
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
        """Whether the browser makes us keep more than any honest one would; end it then."""
        return self._sctp.backlog > MAX_BACKLOG

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; silently nothing when the channel is not open."""
        if not self.is_open:
            return
        if self._channel.bufferedAmount > MAX_UNSENT:
            self._listener.channel_abused()
            return
        with contextlib.suppress(InvalidStateError, ValueError):
            self._channel.send(json.dumps(message, separators=(",", ":")))

    def refuse(self, code: str) -> None:
        """Tell the browser that its message was not understood."""
        self.send({"type": "error", "code": code})

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
            self.refuse("media.bad_message")
        else:
            self._listener.message_received(message)

    def _within_rate(self) -> bool:
        if self._allowance.take(self._clock()):
            return True
        self._strikes += 1
        if self._strikes == 1:
            self.refuse("media.too_fast")
        if self._strikes > MESSAGE_STRIKES:
            self._listener.channel_abused()
        return False


def _decode(data: str | bytes) -> dict[str, Any] | None:
    if not isinstance(data, str) or len(data.encode()) > MAX_MESSAGE:
        return None
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("type"), str) else None
