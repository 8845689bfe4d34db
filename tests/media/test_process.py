"""The media process as the web process sees it: started, commanded, killed, replaced, ended."""

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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.errors import MediaError
from kiosk.media import wire
from kiosk.media.embedded import EmbeddedEngine, events
from kiosk.media.engine import CallRole, MediaEvent
from kiosk.media.supervisor import MediaProcessFailed, PlaneSupervisor
from tests.media.peer import MediaPeer
from tests.media.stage import until


def a_supervisor(socket_path: Path, *, secret: str = "ours") -> PlaneSupervisor:
    return PlaneSupervisor(
        socket_path=socket_path, udp_port=0, addresses=("127.0.0.1",), secret=secret
    )


def abandon(supervisor: PlaneSupervisor) -> None:
    """Leave its process alone, as a web process does that is killed."""
    assert supervisor._watch is not None
    supervisor._watch.cancel()


async def in_a_call(engine: EmbeddedEngine, name: str) -> MediaPeer:
    """Bring a browser into the call ``room``."""
    offer = await asyncio.to_thread(engine.join, "room", name, role=CallRole.CITIZEN)
    peer = MediaPeer(offer.peer, offer.sdp)
    await peer.prove_address()
    await asyncio.to_thread(engine.answer, peer.id, peer.answer())
    await peer.shake_hands()
    while not (await asyncio.to_thread(engine.peers))[peer.id]:
        await asyncio.sleep(0.01)
    return peer


def answered_by(engine: EmbeddedEngine) -> int:
    """Ask until somebody answers; returns how many peers there are."""
    while True:
        try:
            return engine.health().peers
        except MediaError:
            time.sleep(0.05)


def runs(pid: int) -> bool:
    """Whether a process runs, and is not merely remembered."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@asynccontextmanager
async def a_process(socket_path: Path) -> AsyncIterator[tuple[PlaneSupervisor, EmbeddedEngine]]:
    supervisor = a_supervisor(socket_path)
    await supervisor.start()
    try:
        yield supervisor, EmbeddedEngine(socket_path)
    finally:
        await supervisor.stop()


async def listen(socket_path: Path, heard: list[MediaEvent]) -> None:
    async for event in events(socket_path):
        heard.append(event)


async def test_a_call_through_the_process(tmp_path: Path):
    path = tmp_path / "media.sock"
    async with a_process(path) as (_, engine):
        heard: list[MediaEvent] = []
        listening = asyncio.create_task(listen(path, heard))
        await until(lambda: heard)

        amina, bruno = peers = [await in_a_call(engine, name) for name in ("amina", "bruno")]
        await until(lambda: [e.kind for e in heard].count("peer.connected") == 2)
        amina.send_audio(1, b"through another process")
        await until(lambda: bruno.rtp)
        report = await asyncio.to_thread(engine.report, amina.id)
        await asyncio.to_thread(engine.leave, bruno.id)
        await until(lambda: heard[-1].kind == "peer.gone")

        assert bruno.rtp[0][12:] == b"through another process"
        assert report.packets_up == 1
        assert heard[-1] == MediaEvent("peer.gone", "room", "bruno", bruno.id, "left")
        assert heard[0].reason == (await asyncio.to_thread(engine.health)).instance
        listening.cancel()
        for peer in peers:
            await peer.close()


async def test_the_media_process_is_in_our_session_and_printing_yields_to_it(tmp_path: Path):
    async with a_process(tmp_path / "media.sock") as (supervisor, _):
        assert supervisor.pid is not None
        assert os.getsid(supervisor.pid) == os.getsid(0)
        assert os.getpgid(supervisor.pid) != os.getpgid(0)


async def test_a_killed_process_is_replaced_by_one_with_another_instance_id(tmp_path: Path):
    path = tmp_path / "media.sock"
    async with a_process(path) as (supervisor, engine):
        heard: list[MediaEvent] = []
        listening = asyncio.create_task(listen(path, heard))
        await until(lambda: heard)
        offer = await asyncio.to_thread(engine.join, "room", "amina", role=CallRole.CITIZEN)

        assert supervisor.worker is not None
        os.kill(supervisor.worker, signal.SIGKILL)
        await until(lambda: len(heard) == 2, seconds=10)

        assert [event.kind for event in heard] == ["plane.ready"] * 2
        assert heard[0].reason != heard[1].reason
        with pytest.raises(MediaError, match=r"media\.unknown_peer"):
            await asyncio.to_thread(engine.report, offer.peer)
        listening.cancel()


async def test_a_command_sent_during_a_replacement_is_carried_out_afterwards(tmp_path: Path):
    async with a_process(tmp_path / "media.sock") as (supervisor, engine):
        await asyncio.to_thread(engine.health)
        before, keeper = supervisor.worker, supervisor.pid

        assert before is not None
        os.kill(before, signal.SIGKILL)
        offer = await asyncio.to_thread(engine.join, "room", "amina", role=CallRole.CITIZEN)

        assert offer.peer in await asyncio.to_thread(engine.peers)
        assert supervisor.worker != before
        assert supervisor.pid == keeper
        assert supervisor.restarts == 0


async def test_a_call_outlives_the_web_process_and_the_next_one_adopts_it(tmp_path: Path):
    path = tmp_path / "media.sock"
    first = a_supervisor(path)
    await first.start()
    engine = EmbeddedEngine(path)
    amina = await in_a_call(engine, "amina")
    bruno = await in_a_call(engine, "bruno")
    abandon(first)

    async with a_process(path) as (second, engine):
        amina.send_audio(1, b"as if nothing had happened")
        await until(lambda: bruno.rtp)

        assert second.pid == first.pid
        assert set(await asyncio.to_thread(engine.peers)) == {amina.id, bruno.id}

    await until(lambda: not first.is_alive())
    assert not path.exists()
    for peer in (amina, bruno):
        await peer.close()


async def test_a_process_of_another_installation_or_of_other_code_is_replaced(tmp_path: Path):
    path = tmp_path / "media.sock"
    other = a_supervisor(path, secret="another installation's")
    await other.start()
    abandon(other)

    async with a_process(path) as (supervisor, _):
        await until(lambda: not other.is_alive())
        assert supervisor.pid != other.pid


async def test_a_process_that_hangs_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kiosk.media.standing.ANSWER_WITHIN_S", 0.2)
    path = tmp_path / "media.sock"
    hanging = a_supervisor(path)
    await hanging.start()
    abandon(hanging)
    assert hanging.worker is not None
    os.kill(hanging.worker, signal.SIGSTOP)

    async with a_process(path) as (supervisor, engine):
        await until(lambda: not hanging.is_alive())
        assert supervisor.pid != hanging.pid
        assert (await asyncio.to_thread(engine.health)).peers == 0


async def test_when_the_keeper_is_killed_the_worker_ends_and_both_are_replaced(tmp_path: Path):
    async with a_process(tmp_path / "media.sock") as (supervisor, engine):
        keeper, worker = supervisor.pid, supervisor.worker
        assert keeper is not None
        assert worker is not None

        os.kill(keeper, signal.SIGKILL)

        await until(lambda: supervisor.pid not in (None, keeper) and not runs(worker))
        await until(lambda: supervisor.worker is not None)
        assert await asyncio.to_thread(answered_by, engine) == 0


@pytest.mark.parametrize("kept", [["--keep"], []])
def test_a_process_without_listeners_and_calls_ends_by_itself(tmp_path: Path, kept: list[str]):
    path = tmp_path / "media.sock"
    command = [sys.executable, "-m", "kiosk.media.plane", "--socket", str(path)]
    more = ["--address", "127.0.0.1", "--forgotten-after", "0.3"]

    done = subprocess.run([*command, *more, *kept], check=False, timeout=20, capture_output=True)

    assert done.returncode == 0, done.stderr
    assert b"media.forgotten" in done.stderr
    assert not path.exists()


async def test_a_process_with_a_listener_or_a_call_does_not_end(tmp_path: Path):
    path = tmp_path / "media.sock"
    command = [sys.executable, "-m", "kiosk.media.plane", "--socket", str(path)]
    command += ["--address", "127.0.0.1", "--forgotten-after", "0.3"]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    heard: list[MediaEvent] = []
    listening = asyncio.create_task(listen(path, heard))
    await until(lambda: heard)
    engine = EmbeddedEngine(path)

    await asyncio.sleep(0.6)
    offer = await asyncio.to_thread(engine.join, "room", "amina", role=CallRole.CITIZEN)
    listening.cancel()
    await asyncio.sleep(0.6)
    await asyncio.to_thread(engine.leave, offer.peer)

    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_only_the_owner_may_connect_to_the_socket(tmp_path: Path):
    path = tmp_path / "media.sock"
    async with a_process(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"not json\n", "media.bad_request"),
        (b"[]\n", "media.bad_request"),
        (b"{}\n", "media.bad_request"),
        (b'{"do": "dance"}\n', "media.bad_request"),
        (b'{"do": ["join"]}\n', "media.bad_request"),
        (b'{"do": "join", "room": "r"}\n', "media.bad_request"),
        (b'{"do": "join", "room": 7, "participant": "p", "role": "agent"}\n', "media.bad_request"),
        (b'{"do": "join", "room": "r", "participant": "p"}\n', "media.bad_request"),
        (b'{"do": "join", "room": "r", "participant": "p", "role": "boss"}\n', "media.bad_request"),
        (b'{"do": "join", "room": "", "participant": "p", "role": "agent"}\n', "media.bad_request"),
        (b'{"do": "answer", "peer": "x", "sdp": "", "generation": 0}\n', "media.bad_request"),
        (b'{"do": "report", "peer": "nobody"}\n', "media.unknown_peer"),
        (b'{"do": "answer", "peer": "nobody", "sdp": ""}\n', "media.unknown_peer"),
    ],
)
def test_a_malformed_request_is_refused(running: Path, line: bytes, code: str):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(running))
        connection.sendall(line + b'{"do": "health", "id": 5}\n')
        reader = connection.makefile()

        refusal, health = json.loads(reader.readline()), json.loads(reader.readline())
        reader.close()

    assert refusal["error"]["code"] == code
    assert health["id"] == 5
    assert health["ok"]["peers"] == 0


def test_a_line_beyond_the_limit_closes_that_connection_only(running: Path):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(running))
        connection.settimeout(5)
        try:
            connection.sendall(b"x" * (2 * wire.MAX_LINE))
            assert connection.recv(10) == b""
        except ConnectionError:
            pass

    assert EmbeddedEngine(running).health().peers == 0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A process of its own for tests that only talk to its socket."""
    path = tmp_path_factory.mktemp("media") / "media.sock"
    command = [sys.executable, "-m", "kiosk.media.plane", "--socket", str(path)]
    process = subprocess.Popen([*command, "--address", "127.0.0.1"], stderr=subprocess.PIPE)
    while True:
        try:
            EmbeddedEngine(path).health()
            break
        except MediaError:
            assert process.poll() is None
    yield path
    process.terminate()
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert errors == b""


def test_without_a_process_the_engine_raises_media_unavailable(tmp_path: Path):
    engine = EmbeddedEngine(tmp_path / "nobody.sock")

    with pytest.raises(MediaError) as refused:
        engine.health()

    assert (refused.value.code, refused.value.status) == ("media.unavailable", 503)


def test_a_process_that_does_not_answer_raises_media_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kiosk.media.embedded.TIMEOUT_S", 0.05)
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen()

        with pytest.raises(MediaError, match=r"media\.unavailable"):
            EmbeddedEngine(tmp_path / "deaf.sock").leave("anybody")


async def test_an_invalid_address_is_refused_at_the_start(tmp_path: Path):
    supervisor = PlaneSupervisor(
        socket_path=tmp_path / "media.sock", udp_port=0, addresses=("example.org",)
    )

    with pytest.raises(MediaProcessFailed):
        await supervisor.start()

    assert not supervisor.is_alive()


def test_the_process_loads_neither_flask_nor_a_database_nor_printing():
    code = (
        "import sys, kiosk.media.plane.__main__\n"
        "heavy = {'flask', 'sqlalchemy', 'weasyprint', 'socketio', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
