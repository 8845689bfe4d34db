"""Mail is sent to a real SMTP server on loopback; each test decides what it answers."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from icalendar import Calendar

from kiosk.messaging.composing import Composer
from kiosk.messaging.message import DeliveryFailed, Email
from kiosk.messaging.senders.smtp import SmtpSender, parse
from tests.drivers.counterparts import Mailbox, mail_server

MAIL_FROM = "Guichet Visio <ne-pas-repondre@visio.exemple.fr>"

Make = Callable[..., Any]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with mail_server(mailbox) as port:
        yield port


@pytest.fixture
def confirmation(composer: Composer, parcel: Make, facts: Make, now: datetime) -> Email:
    return composer.email(parcel("confirmation"), facts("confirmation"), now=now)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sign our own certificate for 127.0.0.1 and ``localhost``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def trickling_server(piece: bytes) -> Iterator[int]:
    """A server that sends the same piece again and again, every 50 ms."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ended = Event()

        def send() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                while not ended.wait(0.05):
                    connection.sendall(piece)

        thread = Thread(target=send)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            ended.set()
            thread.join()


def failure(sender: SmtpSender, email: Email) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        sender.send(email)
    return failed.value


def test_text_html_and_calendar_arrive_whole(
    mailbox: Mailbox, port: int, confirmation: Email
) -> None:
    receipt = SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM).send(confirmation)

    (mime,) = mailbox.arrived
    parts = {part.get_content_type(): part for part in mime.walk()}
    entry = Calendar.from_ical(parts["text/calendar"].get_content())
    assert mailbox.recipients == ["robert@exemple.fr"]
    assert "Robert Martin" in parts["text/plain"].get_content()
    assert "France services Guéret" in parts["text/html"].get_content()
    assert str(entry.walk("VEVENT")[0]["SUMMARY"]).endswith("Guéret")
    assert mime["Subject"] == confirmation.mime["Subject"]
    assert receipt.provider_id == "OK queued as 4F1"


def test_a_busy_server_is_tried_again_with_the_same_message_id(
    mailbox: Mailbox, port: int, composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    sender = SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM)
    mailbox.answers = ["451 Try again later"]
    first, second = (
        composer.email(parcel(attempt=attempt), facts(), now=now) for attempt in (1, 2)
    )

    refused = failure(sender, first)
    sender.send(second)

    assert (refused.code, refused.permanent) == ("smtp.451", False)
    assert mailbox.arrived[0]["Message-ID"] == mailbox.arrived[1]["Message-ID"]


@pytest.mark.parametrize("greeting", [b"220-slow\r\n", b"220 "], ids=["lines", "one line"])
def test_a_server_that_never_finishes_its_answer_is_given_up_at_the_deadline(
    confirmation: Email, greeting: bytes
) -> None:
    with trickling_server(greeting) as port:
        started = time.monotonic()
        given_up = failure(
            SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM, deadline_s=0.5), confirmation
        )
        took = time.monotonic() - started

    assert (given_up.code, given_up.permanent) == ("smtp.unreachable", False)
    assert 0.4 < took < 5


def test_a_deadline_that_passes_while_the_name_is_looked_up_still_ends_the_conversation(
    confirmation: Email, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo

    def slowly(*asked: Any, **how: Any) -> Any:
        time.sleep(0.3)
        return look_up(*asked, **how)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    with trickling_server(b"220-slow\r\n") as port:
        started = time.monotonic()
        given_up = failure(
            SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM, deadline_s=0.1), confirmation
        )
        took = time.monotonic() - started

    assert (given_up.code, given_up.permanent) == ("smtp.unreachable", False)
    assert took < 5


def test_a_server_that_refuses_the_connection_is_tried_again_later(confirmation: Email) -> None:
    with trickling_server(b"421 Come back later\r\n") as port:
        refused = failure(SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM), confirmation)

    assert (refused.code, refused.permanent) == ("smtp.421", False)


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [("550 No such person", "smtp.550", True), ("450 Mailbox busy", "smtp.450", False)],
)
def test_an_address_refused_with_5xx_is_permanent_and_with_4xx_is_not(
    mailbox: Mailbox, port: int, confirmation: Email, answer: str, code: str, permanent: bool
) -> None:
    mailbox.to_recipients = answer

    refused = failure(SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM), confirmation)

    assert (refused.code, refused.permanent) == (code, permanent)
    assert mailbox.arrived == []


def test_a_refused_content_is_refused_for_good(
    mailbox: Mailbox, port: int, confirmation: Email
) -> None:
    mailbox.answers = ["554 Looks like spam"]

    assert failure(SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM), confirmation).permanent


def test_an_unreachable_server_is_tried_again(confirmation: Email) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"smtp://127.0.0.1:{free.getsockname()[1]}"

        away = failure(SmtpSender(nobody, MAIL_FROM), confirmation)

    assert (away.code, away.permanent) == ("smtp.unreachable", False)


class LeavesEarly(Mailbox):
    """Takes the message, then breaks the connection off."""

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        return "421 Going down"


def test_a_connection_lost_after_the_message_was_taken_changes_nothing(confirmation: Email) -> None:
    mailbox = LeavesEarly()
    with mail_server(mailbox) as port:
        receipt = SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM).send(confirmation)

    assert len(mailbox.arrived) == 1
    assert receipt.provider_id == "OK queued as 4F1"


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_mail_travels_encrypted_with_its_password(
    mailbox: Mailbox, certificate: Path, confirmation: Email, scheme: str
) -> None:
    logins: list[bytes] = []

    def authenticate(_server, _session, _envelope, _mechanism, given: LoginPassword):
        logins.append(given.login + b":" + given.password)
        return AuthResult(success=True)

    trust = ssl.create_default_context(cafile=str(certificate))
    way = "ssl_context" if scheme == "smtps" else "tls_context"
    options = {"authenticator": authenticate, way: server_side(certificate)}
    if scheme == "smtps":
        # aiosmtpd means STARTTLS by this option; here TLS is on from the first byte.
        options |= {"auth_require_tls": False}
    with mail_server(mailbox, **options) as port:
        url = f"{scheme}://maison:mot%20de%20passe@localhost:{port}"
        SmtpSender(url, MAIL_FROM, trust=trust).send(confirmation)

    assert mailbox.encrypted == [True]
    assert logins == [b"maison:mot de passe"]


def test_an_untrusted_certificate_is_refused(
    mailbox: Mailbox, certificate: Path, confirmation: Email
) -> None:
    with mail_server(mailbox, tls_context=server_side(certificate)) as port:
        refused = failure(SmtpSender(f"smtp://localhost:{port}", MAIL_FROM), confirmation)

    assert (refused.code, refused.permanent) == ("smtp.tls", False)
    assert mailbox.arrived == []


def test_where_tls_is_required_nothing_is_sent_without_it(
    mailbox: Mailbox, port: int, confirmation: Email
) -> None:
    sender = SmtpSender(f"smtp://127.0.0.1:{port}?tls=required", MAIL_FROM)

    assert failure(sender, confirmation).code == "smtp.no_tls"
    assert mailbox.arrived == []


def test_a_wrong_password_is_tried_again_until_somebody_corrects_it(
    mailbox: Mailbox, confirmation: Email
) -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with mail_server(mailbox, authenticator=refuse, auth_require_tls=False) as port:
        sender = SmtpSender(f"smtp://maison:faux@127.0.0.1:{port}", MAIL_FROM)
        refused = failure(sender, confirmation)

    assert (refused.code, refused.permanent) == ("smtp.login", False)


def test_an_address_the_server_cannot_write_is_refused_for_good(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    email = composer.email(parcel(recipient="josé@exemple.fr"), facts(), now=now)

    with mail_server(Mailbox(), enable_SMTPUTF8=False) as port:
        refused = failure(SmtpSender(f"smtp://127.0.0.1:{port}", MAIL_FROM), email)

    assert (refused.code, refused.permanent) == ("smtp.unsupported_address", True)


@pytest.mark.parametrize(
    "url", ["", "http://host", "smtp://", "smtp://host?tls=maybe", "mail.exemple.fr:25"]
)
def test_a_malformed_server_address_is_refused_when_the_worker_starts(url: str) -> None:
    with pytest.raises(ValueError, match="looks like|tls is one of"):
        parse(url)


def test_the_password_does_not_appear_in_a_repr() -> None:
    assert "secret" not in repr(parse("smtps://maison:secret@mail.exemple.fr"))
