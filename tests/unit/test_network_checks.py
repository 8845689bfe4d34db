"""What is found is said: in the terminal once, on the health page while it lasts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiosk import create_app
from kiosk.media.reach import Finding
from kiosk.run import network_checks
from kiosk.run.network_checks import ReachWatch
from kiosk.settings import Settings
from kiosk.web.health import register_findings
from tests.drivers.ports import free_port

UNREACHABLE = Finding("reach.relay_unreachable", {"url": "turns:turn.example.fr:443"})


def settings(folder: Path, **changes: object) -> Settings:
    wanted: dict[str, object] = {"instance_dir": folder, "port": free_port(udp_offset=2000)}
    wanted |= {"media_public_addresses": ("127.0.0.1",), **changes}
    return Settings(secret_key="a secret that is long enough for tests", **wanted)  # type: ignore[arg-type]


def test_what_is_fatal_is_one_sentence_to_end_with(tmp_path: Path) -> None:
    watch = ReachWatch(settings(tmp_path, turn_urls=("stun:example.fr",)))

    assert watch.look() == (
        "stun:example.fr n’est pas l’adresse d’un relais. Corrigez KIOSK_TURN_URLS, par exemple"
        " turns:turn.example.fr:443. (reach.bad_relay)"
    )


def test_what_is_not_fatal_is_said_once_and_stays_on_the_health_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = settings(tmp_path, turn_secret="north", default_language="en")
    watch = ReachWatch(given)
    app = create_app(given)
    register_findings(app, lambda: watch.findings)

    assert watch.look() is None
    watch.start()

    terminal = capsys.readouterr().err
    page = app.test_client().get("/healthz", headers={"Accept-Language": "en"}).json
    assert terminal.count("A relay’s secret is given, but no address.") == 1
    assert page["findings"] == [
        {
            "code": "reach.relay_without_address",
            "sentence": "A relay’s secret is given, but no address",
            "advice": "Give KIOSK_TURN_URLS, for example turns:turn.example.fr:443.",
        }
    ]


def test_visitors_are_told_nothing_of_the_set_up(tmp_path: Path) -> None:
    client = create_app(settings(tmp_path)).test_client()

    page = client.get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.7"}).json

    assert set(page) == {"ok", "parts"}


async def test_a_relay_that_falls_and_comes_back_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [[UNREACHABLE], [UNREACHABLE], []]
    seen: list[list[Finding]] = []
    monkeypatch.setattr(network_checks, "RELAYS_EVERY_S", 0)
    url = "turns:turn.example.fr:443"
    watch = ReachWatch(settings(tmp_path, turn_urls=(url,), turn_secret="north"))

    def ask(_settings: Settings) -> list[Finding]:
        seen.append(watch.findings)
        return answers.pop(0) if answers else []

    monkeypatch.setattr(network_checks, "ask_relays", ask)

    watch.start()
    while len(seen) < 5:
        await asyncio.sleep(0)
    await watch.stop()

    assert seen[:4] == [[], [UNREACHABLE], [UNREACHABLE], []]
    assert capsys.readouterr().err.count("ne répond pas") == 1
