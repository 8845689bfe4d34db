"""Who may read the figures, and that they are there whatever does not answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from kiosk import create_app
from kiosk.settings import Settings
from kiosk.web.metrics import register_source
from tests.pages.inspector import InspectingClient

TOKEN = "monitoring shows this"


def figures_of(client: InspectingClient) -> dict[str, float]:
    text = client.get("/metrics", inspect=False).text
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_program_on_this_machine_may_read(client: InspectingClient, address: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, inspect=False)

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", "not an address"])
def test_nobody_elsewhere_may(client: InspectingClient, address: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == 403
    assert "kiosk_" not in answer.text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via"])
def test_what_a_proxy_brought_is_not_from_this_machine(client: InspectingClient, name: str) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403


def test_with_a_token_the_token_alone_opens(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}))
    client = app.test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}

    def status(shown: str) -> int:
        headers = {"Authorization": shown} if shown else {}
        return client.get("/metrics", headers=headers, environ_base=elsewhere).status_code

    assert status(f"Bearer {TOKEN}") == 200
    assert [status(shown) for shown in ("", "Bearer ", "Bearer é", f"Basic {TOKEN}")] == [403] * 4
    assert client.get("/metrics").status_code == 403


def test_a_media_process_that_does_not_answer_is_a_figure(client: InspectingClient) -> None:
    figures = figures_of(client)

    assert figures["kiosk_media_up"] == 0
    assert figures["process_resident_memory_bytes"] > 0


def test_a_part_that_fails_silences_nobody_else(app: Flask, client: InspectingClient) -> None:
    def broken() -> Iterator[Metric]:
        yield GaugeMetricFamily("kiosk_half", "Said before the fall.", value=1)
        raise RuntimeError

    register_source(app, broken)
    register_source(app, lambda: [GaugeMetricFamily("kiosk_whole", "Said.", value=2)])

    figures = figures_of(client)

    assert "kiosk_half" not in figures
    assert figures["kiosk_whole"] == 2
