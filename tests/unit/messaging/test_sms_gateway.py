"""SMS are handed to a real HTTP gateway on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from kiosk.messaging.message import DeliveryFailed, Sms
from kiosk.messaging.senders.sms_http import SmsGateway
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


def test_without_a_token_none_is_shown(gateway: SmsGatewayServer) -> None:
    SmsGateway(gateway.url).send(REMINDER)

    assert "Authorization" not in gateway.taken[0][0]


@pytest.mark.parametrize("answer", [b"", b"OK", b"[1]", b'{"id": null}', b"\xff\xfe"])
def test_a_gateway_of_few_words_is_believed(gateway: SmsGatewayServer, answer: bytes) -> None:
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
def test_what_the_gateway_refuses_is_tried_again_only_where_it_helps(
    gateway: SmsGatewayServer, status: int, permanent: bool
) -> None:
    gateway.answers = [(status, b"")]

    with pytest.raises(DeliveryFailed) as failed:
        SmsGateway(gateway.url, "jeton").send(REMINDER)

    assert (failed.value.code, failed.value.permanent) == (f"sms.{status}", permanent)
    assert len(gateway.taken) == 1


def test_a_gateway_that_is_away_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = SmsGateway(f"http://127.0.0.1:{free.getsockname()[1]}")

        with pytest.raises(DeliveryFailed) as failed:
            nobody.send(REMINDER)

    assert (failed.value.code, failed.value.permanent) == ("sms.unreachable", False)


def test_an_address_that_is_no_web_address_stops_the_worker_at_once() -> None:
    with pytest.raises(ValueError, match="http or https"):
        SmsGateway("file:///etc/passwd")
