"""Sends e-mails to an SMTP server, with a new connection for each message."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from threading import Timer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from kiosk.messaging.message import Accepted, DeliveryFailed, Email

STEP_TIMEOUT_S = 10.0
CONTENT_TIMEOUT_S = 60.0
"""A server may scan a message before it answers (RFC 5321 §4.5.3.2.6 allows ten minutes)."""

DEADLINE_S = 170.0
"""For the whole conversation: the time-outs above limit each read, and a server that sends a byte
at a time never meets them. Longer than ten steps and one content; shorter than a lease."""

CUT_AGAIN_S = 0.5
"""A connection that could not be cut at the deadline (there was none yet, or TLS was just taking
it over) is cut so much later."""

GREETING = 220

Security = Literal["implicit", "required", "offered", "off"]

_CHOICES: dict[str, Security] = {"offered": "offered", "required": "required", "off": "off"}
_DEFAULT_PORT: dict[Security, int] = {"implicit": 465, "required": 587, "offered": 25, "off": 25}


@dataclass(frozen=True, slots=True)
class Server:
    """The server that takes the mail, as :func:`parse` read it."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether the server runs on this machine, so that no network can be tapped."""
        return self.host in ("localhost", "127.0.0.1", "::1")


def parse(url: str) -> Server:
    """Read ``smtp://user:password@host:port`` or ``smtps://…``; raise ValueError.

    ``smtps`` is TLS from the first byte. ``smtp`` turns TLS on when the server offers it;
    ``?tls=required`` refuses to go on without, ``?tls=off`` never asks (a relay on the same wire).
    """
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", ["offered"])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("an SMTP address looks like smtp://host:25 or smtps://host:465")
    if tls not in _CHOICES:
        raise ValueError("tls is one of offered, required, off")
    security: Security = "implicit" if parts.scheme == "smtps" else _CHOICES[tls]
    return Server(
        host=parts.hostname,
        port=parts.port or _DEFAULT_PORT[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class SmtpSender:
    """Sends by ``url``; certificates are checked against ``trust`` (the system's by default)."""

    def __init__(
        self,
        url: str,
        mail_from: str,
        *,
        trust: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._server = parse(url)
        self._deadline_s = deadline_s
        self._trust = trust or ssl.create_default_context()
        # The name in EHLO. Looking up our own host name could take seconds.
        self._own_name = parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"

    def send(self, message: Email) -> Accepted:
        """Send the message; raise DeliveryFailed, permanent where the server answered 5xx."""
        try:
            client = self._client()
            try:
                client.open(self._server.host, self._server.port, deadline_s=self._deadline_s)
                self._secure(client)
                self._log_in(client)
                client.send_message(message.mime, message.sender, [message.recipient])
                return Accepted(client.last_answer)
            finally:
                client.end()
        except DeliveryFailed:
            raise
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _refused(code) from error
        except smtplib.SMTPAuthenticationError as error:
            # Our password is wrong, not the message: it waits until somebody mends the settings.
            raise DeliveryFailed("smtp.login", permanent=False) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryFailed("smtp.unsupported_address", permanent=True) from error
        except ssl.SSLError as error:
            raise DeliveryFailed("smtp.tls", permanent=False) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed("smtp.unreachable", permanent=False) from error

    def _client(self) -> _Client:
        common: dict[str, Any] = {"local_hostname": self._own_name, "timeout": STEP_TIMEOUT_S}
        if self._server.security == "implicit":
            return _TlsClient(context=self._trust, **common)
        return _Client(**common)

    def _secure(self, client: smtplib.SMTP) -> None:
        if self._server.security in ("implicit", "off"):
            return
        client.ehlo_or_helo_if_needed()
        if client.has_extn("starttls"):
            client.starttls(context=self._trust)
        elif self._server.security == "required" or (
            self._server.user and not self._server.is_here
        ):
            # A password is never sent in clear, even where an attacker removed STARTTLS.
            raise DeliveryFailed("smtp.no_tls", permanent=False)

    def _log_in(self, client: smtplib.SMTP) -> None:
        if self._server.user:
            client.login(self._server.user, self._server.password)


class _Client(smtplib.SMTP):
    """Keeps the answer to DATA, which smtplib drops, and cuts the connection at a deadline."""

    last_answer: str | None = None
    """Often the server's name for the message."""
    _deadline: Timer | None = None
    _is_over = False

    def open(self, host: str, port: int, *, deadline_s: float) -> None:
        """Connect and read the greeting; everything until :meth:`end` has ``deadline_s``."""
        self._cut_after(deadline_s)
        self._host = host  # the name that the certificate must have
        code, answer = self.connect(host, port)
        if code != GREETING:
            raise smtplib.SMTPConnectError(code, answer)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the content, with a longer time-out for the answer."""
        assert self.sock is not None
        self.sock.settimeout(CONTENT_TIMEOUT_S)
        code, answer = super().data(msg)
        self.sock.settimeout(STEP_TIMEOUT_S)
        self.last_answer = answer.decode("ascii", "replace")[:120]
        return code, answer

    def end(self) -> None:
        """Say goodbye and close. The outcome is known: a fault while closing changes nothing."""
        with suppress(OSError, smtplib.SMTPException):
            self.quit()
        self._is_over = True
        if self._deadline is not None:
            self._deadline.cancel()
        self.close()

    def _cut_after(self, seconds: float) -> None:
        self._deadline = Timer(seconds, self._cut)
        self._deadline.daemon = True
        self._deadline.start()

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                # The plain socket's method: that of a TLS socket is not for another thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        if not self._is_over:
            self._cut_after(CUT_AGAIN_S)


class _TlsClient(_Client, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""


def _refused(code: int) -> DeliveryFailed:
    return DeliveryFailed(f"smtp.{code}", permanent=500 <= code < 600)
