"""The two counterparts of delivery, real and on loopback: an SMTP server and an SMS gateway."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

from tests.drivers.ports import free_port


class Mailbox:
    """What arrived by mail, and what the server answers meanwhile."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.answers: list[str] = []
        """One answer to DATA each, then ``250``."""
        self.to_recipients = ""
        """Answer to every RCPT, when it is not yes."""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.to_recipients:
            return self.to_recipients
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK queued as 4F1"
        mime = message_from_bytes(envelope.content, policy=policy.default)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        self.arrived.append(mime)
        self.recipients += envelope.rcpt_tos
        return answer


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """Serve a mailbox; yield the port. ``options`` are aiosmtpd's."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class SmsGatewayServer(ThreadingHTTPServer):
    """Keeps what it is given; answers what the test wants, once each, then 202."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], dict[str, str]]] = []
        self.answers: list[tuple[int, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/messages"


class _Handler(BaseHTTPRequestHandler):
    server: SmsGatewayServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((dict(self.headers), body))
        status, answer = (
            self.server.answers.pop(0) if self.server.answers else (202, b'{"id": "sms-77"}')
        )
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        raise AssertionError("a redirect was followed")

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def sms_gateway() -> Iterator[SmsGatewayServer]:
    """Serve a gateway."""
    server = SmsGatewayServer()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_until(true: Callable[[], bool], *, within_s: float = 60) -> None:
    """Wait for something to become true; fail when it does not."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
