"""SMS are sent through a real HTTP gateway on loopback."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from threading import Event, Thread

import pytest

from kiosk.messaging.message import DeliveryFailed, Sms
from kiosk.messaging.senders.sms_http import LONGEST_ANSWER, SmsGateway
from tests.drivers.counterparts import SmsGatewayServer, sms_gateway

REMINDER = Sms("0123456789abcdef0123456789abcdef", "+33639980042", "À 14h30 : https://e.fr/#a")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmsGatewayServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with sms_gateway() as server:
        yield server


def test_the_gateway_gets_number_text_and_a_key_against_repeats(gateway: SmsGatewayServer) -> None:
    receipt = SmsGateway(gateway.url, "jeton").send(REMINDER)

    ((headers, body),) = gateway.taken
    assert body == {
        "to": "+33639980042",
        "text": REMINDER.text,
        "reference": REMINDER.reference,
    }
    assert headers["Authorization"] == "Bearer jeton"
    assert headers["Idempotency-Key"] == REMINDER.reference
    assert receipt.provider_id == "sms-77"


def test_without_a_token_no_authorization_is_sent(gateway: SmsGatewayServer) -> None:
    SmsGateway(gateway.url).send(REMINDER)

    assert "Authorization" not in gateway.taken[0][0]


@pytest.mark.parametrize("answer", [b"", b"OK", b"[1]", b'{"id": null}', b"\xff\xfe"])
def test_a_2xx_without_a_usable_id_is_accepted(gateway: SmsGatewayServer, answer: bytes) -> None:
    gateway.answers = [(200, answer)]

    assert SmsGateway(gateway.url).send(REMINDER).provider_id is None


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, False),
        (404, True),
        (422, True),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
        (307, False),
    ],
)
def test_a_refusal_is_tried_again_only_where_the_same_message_could_pass_later(
    gateway: SmsGatewayServer, status: int, permanent: bool
) -> None:
    gateway.answers = [(status, b"")]

    with pytest.raises(DeliveryFailed) as failed:
        SmsGateway(gateway.url, "jeton").send(REMINDER)

    assert (failed.value.code, failed.value.permanent) == (f"sms.{status}", permanent)
    assert len(gateway.taken) == 1


def test_an_unreachable_gateway_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        unreachable = SmsGateway(f"http://127.0.0.1:{free.getsockname()[1]}")

        with pytest.raises(DeliveryFailed) as failed:
            unreachable.send(REMINDER)

    assert (failed.value.code, failed.value.permanent) == ("sms.unreachable", False)


@contextmanager
def slow_gateway(*pieces: bytes, every_s: float) -> Iterator[str]:
    """A gateway that answers with one piece at a time, the last one again and again."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ended = Event()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                for piece in chain(pieces, repeat(pieces[-1])):
                    connection.sendall(piece)
                    if ended.wait(every_s):
                        return

        thread = Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


HEAD = b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000000\r\n\r\n"


def test_a_gateway_that_sends_its_headers_slowly_is_given_up_at_the_deadline() -> None:
    with slow_gateway(b"HTTP/1.1 202 Accepted\r\n", b"X-Slow: 1\r\n", every_s=0.05) as url:
        started = time.monotonic()
        with pytest.raises(DeliveryFailed) as failed:
            SmsGateway(url, deadline_s=0.5).send(REMINDER)
        took = time.monotonic() - started

    assert (failed.value.code, failed.value.permanent) == ("sms.too_slow", False)
    assert 0.4 < took < 5


def test_an_answer_that_stalls_after_a_2xx_is_accepted_at_the_deadline() -> None:
    with slow_gateway(HEAD, b" ", every_s=0.05) as url:
        started = time.monotonic()
        accepted = SmsGateway(url, deadline_s=0.5).send(REMINDER)
        took = time.monotonic() - started

    assert accepted.provider_id is None
    assert 0.4 < took < 5


def test_an_answer_without_end_is_read_to_its_bound_only() -> None:
    with slow_gateway(HEAD, b" " * 16384, every_s=0) as url:
        accepted = SmsGateway(url, deadline_s=10).send(REMINDER)

    assert accepted.provider_id is None


def test_an_answer_as_long_as_the_bound_is_read_whole(gateway: SmsGatewayServer) -> None:
    named = b'{"id": "sms-78"}'
    gateway.answers = [
        (200, named.ljust(LONGEST_ANSWER)),
        (200, named.ljust(LONGEST_ANSWER + 1)),
    ]

    names = [SmsGateway(gateway.url).send(REMINDER).provider_id for _ in range(2)]

    assert names == ["sms-78", None]


def test_neither_number_nor_token_nor_key_in_the_address_is_logged(
    gateway: SmsGatewayServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    SmsGateway(f"{gateway.url}?key=s3same", "jeton").send(REMINDER)

    assert not [line for line in caplog.messages if "s3same" in line or "jeton" in line]
    assert REMINDER.recipient not in caplog.text


def test_an_address_other_than_http_is_refused_when_the_worker_starts() -> None:
    with pytest.raises(ValueError, match="http or https"):
        SmsGateway("file:///etc/passwd")
