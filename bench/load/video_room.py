"""The signaling of Janus's VideoRoom over HTTP, as far as publishing and subscribing need it.

Blocking and in turn: nothing is measured while people join.
https://janus.conf.meetecho.com/docs/rest.html, https://janus.conf.meetecho.com/docs/videoroom.html
"""

from __future__ import annotations

import json
import secrets
import urllib.request
from typing import Any

PLUGIN = "janus.plugin.videoroom"
ANSWERS_WITHIN_S = 15.0


class JanusRefused(RuntimeError):
    """Janus answered a request with an error; the message holds it."""


class VideoRoom:
    """One Janus session."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/{self._call(url, {'janus': 'create'})['data']['id']}"
        self._keeper = self._attach()

    def create(self, room: int, *, most: int) -> None:
        """Open a room for up to ``most`` publishers: Opus and VP8, no bandwidth cap."""
        body = {"request": "create", "room": room, "publishers": most, "bitrate": 0}
        self._ask(self._keeper, body | {"audiocodec": "opus", "videocodec": "vp8"})

    def publish(self, room: int, offer: str) -> tuple[int, str]:
        """Send media into a room; return the feed's number and Janus's answer."""
        handle = self._attach()
        joined = self._ask(handle, {"request": "join", "ptype": "publisher", "room": room})
        answered = self._ask(handle, {"request": "publish"}, {"type": "offer", "sdp": offer})
        return joined["plugindata"]["data"]["id"], answered["jsep"]["sdp"]

    def subscribe(self, room: int, feeds: list[int]) -> tuple[int, str]:
        """Ask for all ``feeds`` on one connection; return the handle and Janus's offer."""
        handle = self._attach()
        streams = [{"feed": feed} for feed in feeds]
        body = {"request": "join", "ptype": "subscriber", "room": room, "streams": streams}
        return handle, self._ask(handle, body)["jsep"]["sdp"]

    def start(self, handle: int, answer: str) -> None:
        """Accept the offer of :meth:`subscribe`."""
        self._ask(handle, {"request": "start"}, {"type": "answer", "sdp": answer})

    def _attach(self) -> int:
        attached = self._call(self._url, {"janus": "attach", "plugin": PLUGIN})
        return int(attached["data"]["id"])

    def _ask(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> dict[str, Any]:
        message = {"janus": "message", "body": body} | ({"jsep": jsep} if jsep else {})
        reply: dict[str, Any] = self._call(f"{self._url}/{handle}", message)
        if reply["janus"] == "ack":
            reply = self._event(reply["transaction"])
        refused = reply.get("plugindata", {}).get("data", {}).get("error")
        if refused:
            raise JanusRefused(refused)
        return reply

    def _event(self, transaction: str) -> dict[str, Any]:
        # Other events (a new publisher, a connection) may come before it in the queue.
        while True:
            event = self._call(f"{self._url}?maxev=1", None)
            if isinstance(event, list):
                event = event[0]
            if event.get("transaction") == transaction:
                return dict(event)

    @staticmethod
    def _call(url: str, message: dict[str, Any] | None) -> Any:
        data = None
        if message is not None:
            data = json.dumps(message | {"transaction": secrets.token_hex(8)}).encode()
        with urllib.request.urlopen(url, data, timeout=ANSWERS_WITHIN_S) as response:
            reply = json.load(response)
        if isinstance(reply, dict) and reply["janus"] == "error":
            raise JanusRefused(reply["error"]["reason"])
        return reply
