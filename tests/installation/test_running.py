"""`make run`, as the person who installs the server meets it: real processes on free ports."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import socketio
from prometheus_client.parser import text_string_to_metric_families

from kiosk.developers import demonstration
from kiosk.houses.accounts import check_password
from kiosk.realtime import tickets
from kiosk.run.upkeep import running
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.storage.database import Database
from kiosk.system.heartbeats import Heartbeats
from tests.drivers.ports import free_port
from tests.drivers.server import ROOT, RunningServer, running_server

SECRET = "a secret that is long enough for tests"
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture
def empty_instance(tmp_path: Path) -> Settings:
    settings = Settings(secret_key=SECRET, instance_dir=tmp_path)  # type: ignore[arg-type]
    schema.upgrade(settings.sqlalchemy_url)
    return settings


def _prepared(settings: Settings, now: datetime) -> demonstration.Demo | None:
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        made = demonstration.prepare(session, settings, now=now)
    database.close()
    return made


def test_every_part_of_the_server_works(server: RunningServer) -> None:
    assert server.health() == {
        "ok": True,
        "parts": {
            "database": True,
            "delivery": True,
            "disk": True,
            "email": True,
            "first_run": True,
            "media": True,
            "printing": True,
            "relays": True,
            "retention": True,
            "revisions": True,
            "sms": True,
        },
        "findings": [],
    }


@pytest.mark.parametrize("helper", ["email", "sms", "retention"])
def test_the_delivery_process_tells_the_web_process_that_it_works(
    server: RunningServer, helper: str
) -> None:
    end = time.monotonic() + 20
    while Heartbeats(server.instance).last(helper) is None:
        assert time.monotonic() < end, f"{helper} has not worked"
        time.sleep(0.1)


def test_the_doctor_finds_nothing_wrong_with_a_server_that_runs(server: RunningServer) -> None:
    settings = Settings(
        secret_key=server.secret,
        instance_dir=server.instance,
        port=server.port,
        base_url=server.url,
    )  # type: ignore[arg-type]

    # Pages and sockets are asked for at the public address too.
    assert list(running.examine(settings)) == []


def test_metrics_hold_the_figures_of_every_process(server: RunningServer) -> None:
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        samples = {
            (sample.name, *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    assert samples["kiosk_media_up",] == 1
    assert samples["kiosk_media_join_seconds_bucket", "+Inf"] == samples["kiosk_media_joins_total",]
    assert samples["kiosk_media_dropped_total", "unauthentic"] == 0
    assert samples["kiosk_media_resident_memory_bytes",] > 10e6
    assert samples["kiosk_process_up", "delivery"] == 1


def test_files_with_secrets_are_readable_by_their_owner_only(server: RunningServer) -> None:
    for name in ("demo.json", "kiosk.env"):
        mode = (server.instance / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600, name


def test_the_terminal_shows_what_demo_json_holds(server: RunningServer) -> None:
    said, made = server.said, server.demo

    for value in (made.join_url, made.room_code, made.room_password, made.agent_password):
        assert value in said
    assert "█" in said


def test_demo_json_has_the_sign_in_of_everybody(server: RunningServer) -> None:
    written = json.loads((server.instance / "demo.json").read_text())

    for who in ("agent", "manager", "admin"):
        assert written[f"{who}_login"]
        assert written[f"{who}_password"].count("-") == 2


def test_pages_of_the_demonstration_say_that_they_are_one(server: RunningServer) -> None:
    for path in ("/", "/agent/connexion", "/static-or-not"):
        try:
            page = urllib.request.urlopen(f"{server.url}{path}", timeout=10)
        except urllib.error.HTTPError as error:
            page = error
        with page:
            assert b'class="app-demonstration"' in page.read(), path


def test_a_media_process_that_ends_is_replaced(server: RunningServer) -> None:
    server.expect_error("media.fell")
    before = server.media_process

    os.kill(before, signal.SIGKILL)

    deadline = time.monotonic() + 20
    while server.media_process in (before, 0):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    server.wait_until_healthy()


async def test_the_server_stops_quickly_tells_its_pages_and_leaves_no_process() -> None:
    async def page_sees_it_close(server: RunningServer) -> float:
        page, gone = socketio.AsyncClient(reconnection=False), asyncio.Event()
        page.on("disconnect", lambda _reason: gone.set())
        ticket = tickets.issue(server.secret, ["room:1"])
        await page.connect(server.url, auth={"ticket": ticket}, transports=["websocket"])
        started = time.monotonic()
        await asyncio.to_thread(server.stop)
        await asyncio.wait_for(gone.wait(), 5)
        return time.monotonic() - started

    with running_server() as server:
        children = _children(server.pid)
        everybody = [*children, server.media_process]

        assert await page_sees_it_close(server) < 6
        assert len(children) == 2
        assert [pid for pid in everybody if _runs(pid)] == []


def test_ctrl_c_ends_the_server_without_a_traceback() -> None:
    with running_server() as server:
        everybody = [*_children(server.pid), server.media_process]

        assert server.stop(by=signal.SIGINT) in (0, -signal.SIGINT)

        assert "Traceback" not in server.said
        assert "server.closed" in server.said
        assert [pid for pid in everybody if _runs(pid)] == []


def test_a_web_process_started_after_a_kill_adopts_the_media_process_and_stops_it() -> None:
    with running_server() as server:
        keeper, worker = server.media_keeper, server.media_process
        delivery = [pid for pid in _children(server.pid) if pid != keeper]

        server.kill()
        _until_gone(*delivery)
        server.start()

        assert (server.media_keeper, server.media_process) == (keeper, worker)
        server.stop()
        assert not _runs(keeper)
        assert not _runs(worker)


def test_an_installation_that_is_served_is_not_served_twice(server: RunningServer) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "kiosk", "run", "--port", str(free_port(udp_offset=2000))],
        cwd=ROOT,
        env=server._environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert again.returncode == 1
    assert again.stderr.startswith(
        f"This installation is already running: process {server.pid} serves"
    )
    assert again.stderr.count("\n") == 1
    assert server.health()["ok"]


def test_a_taken_web_port_gives_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "run", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "KIOSK_INSTANCE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} cannot be used")


def test_a_taken_media_port_gives_one_sentence(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        udp_port = taken.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "run", "--port", str(free_port())],
            cwd=ROOT,
            env={
                **os.environ,
                "KIOSK_INSTANCE_DIR": str(tmp_path),
                "KIOSK_MEDIA_PORT": str(udp_port),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(f"Le port UDP {udp_port} ne peut pas être ouvert.")
    assert done.stderr.endswith("(reach.port_taken)\n")
    assert done.stderr.count("\n") == 1


def test_running_again_keeps_the_people_and_the_open_appointment(empty_instance: Settings) -> None:
    first = _prepared(empty_instance, NOON)

    again = _prepared(empty_instance, NOON + timedelta(minutes=10))

    assert again == first


def test_a_day_later_there_is_an_open_appointment_again(empty_instance: Settings) -> None:
    first = _prepared(empty_instance, NOON)

    later = _prepared(empty_instance, NOON + timedelta(days=1))

    assert first is not None
    assert later is not None
    assert later.agent_password == first.agent_password
    assert later.join_url != first.join_url


def test_the_demonstration_passwords_open_the_accounts(empty_instance: Settings) -> None:
    made = _prepared(empty_instance, NOON)

    assert made is not None
    database = Database(empty_instance.sqlalchemy_url)
    with database.session() as session:
        lea = check_password(session, made.agent_login, made.agent_password)
        nadia = check_password(session, made.manager_login, made.manager_password)
        odile = check_password(session, made.admin_login, made.admin_password)
        assert odile.is_administrator
        here = lea.houses[0].id
        assert (lea.role_in(here), nadia.role_in(here)) == ("agent", "manager")
        assert lea.houses == nadia.houses
    database.close()


def test_a_real_house_gets_no_demonstration(empty_instance: Settings) -> None:
    database = Database(empty_instance.sqlalchemy_url)
    with database.session() as session:
        session.add(demonstration.House(name="France services de Lavelanet", phone="+33536490030"))
        session.commit()
    database.close()

    assert _prepared(empty_instance, NOON) is None


def test_starting_afresh_makes_another_appointment() -> None:
    with running_server() as server:
        before = server.demo
        server.stop()

        server.start("--reset")

        assert server.demo.room_code != before.room_code
        assert server.demo.agent_password == before.agent_password
        assert json.loads((server.instance / "demo.json").read_text())["base_url"] == server.url


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _until_gone(*pids: int) -> None:
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
