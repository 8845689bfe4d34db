"""The real server: the same command as ``make run``, on free ports, in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from kiosk.developers.demonstration import Demo
from kiosk.media.embedded import EmbeddedEngine
from kiosk.storage.database import Database
from kiosk.system import certificates
from tests.drivers.ports import OWN_ADDRESS, free_port

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60
STOPPED_WITHIN_S = 15
ENDS_WELL = (0, -signal.SIGTERM, -signal.SIGINT)
UDP_OFFSET = 2000
CREDENTIALS = struct.Struct("iII")


class ServerFellError(AssertionError):
    """The server ended by itself; the end of its log is in the message."""


class RunningServer:
    """A server that runs and answers. ``demo`` is what ``make run`` says of it."""

    def __init__(
        self, instance: Path, *, more: dict[str, str] | None = None, lan: bool = False
    ) -> None:
        self.instance = instance
        self._lan = lan
        self._more = more or {}
        self.port = free_port(udp_offset=UDP_OFFSET)
        self._log = instance / "log"
        self._expected: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, without a trailing slash."""
        if self._lan:
            return f"https://{OWN_ADDRESS}:{self.port}"
        return f"http://localhost:{self.port}"

    @property
    def media_address(self) -> tuple[str, int]:
        """Where its media process takes datagrams."""
        health = EmbeddedEngine(self.instance / "media.sock").health()
        return health.addresses[0], health.udp_port

    @property
    def demo(self) -> Demo:
        """The people, the open appointment and their secrets."""
        return Demo(**json.loads((self.instance / "demo.json").read_text()))

    @property
    def secret(self) -> str:
        """The key that signs its sessions and tickets."""
        return str(dotenv_values(self.instance / "kiosk.env")["KIOSK_SECRET_KEY"])

    @property
    def said(self) -> str:
        """Everything the server printed and logged."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def errors(self) -> list[str]:
        """The errors it logged that no test caused on purpose."""
        lines = [line for line in self.said.splitlines() if '"level": "error"' in line]
        return [line for line in lines if not any(event in line for event in self._expected)]

    def expect_error(self, event: str) -> None:
        """Accept an error of this name: a fault that the test causes on purpose."""
        self._expected.append(f'"event": "{event}"')

    @property
    def pid(self) -> int:
        """The web process."""
        assert self._process is not None
        return self._process.pid

    @property
    def media_keeper(self) -> int:
        """The process that restarts the media process; it may outlive the web process."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            one.connect(str(self.instance / "media.sock"))
            size = CREDENTIALS.size
            found = one.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        return int(CREDENTIALS.unpack(found)[0])

    @property
    def media_process(self) -> int:
        """The process that carries the calls; 0 while it is being replaced."""
        keeper = self.media_keeper
        forks = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
        return int(forks[0]) if forks else 0

    def kill(self) -> None:
        """Kill the web process with SIGKILL; the media process continues."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end_media(self) -> None:
        """End the media process that a killed web process left."""
        with contextlib.suppress(OSError):
            os.kill(self.media_keeper, signal.SIGTERM)

    def database(self) -> Database:
        """Open its database, to arrange what a test needs; to be closed."""
        return Database(f"sqlite:///{self.instance / 'kiosk.sqlite3'}")

    def start(self, *arguments: str) -> None:
        """Run it and wait until it is healthy."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "kiosk", "run"),
                    *("--port", str(self.port), *arguments),
                    *(["--lan"] if self._lan else []),
                ],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        """Return when /healthz says that every part works, people aside: they may be missing."""
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._works():
            assert self._process is not None
            if self._process.poll() is not None:
                raise ServerFellError(self.said[-3000:])
            assert time.monotonic() < deadline, self.said[-3000:]
            time.sleep(0.1)

    def _works(self) -> bool:
        parts = self.health().get("parts", {})
        return bool(parts) and all(works for part, works in parts.items() if part != "first_run")

    def health(self) -> dict[str, Any]:
        """Return what /healthz says; empty when nobody answers."""
        try:
            with urllib.request.urlopen(
                f"{self.url}/healthz", timeout=5, context=self._trust()
            ) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as answer:
            found = json.load(answer)
        except OSError:
            found = {}
        return found

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; return its exit status, or the signal it ended by, negative."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(by)
        try:
            return self._process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def _trust(self) -> ssl.SSLContext | None:
        if not self._lan:
            return None
        return ssl.create_default_context(cafile=self.instance / certificates.CERTIFICATE)

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name[:6] != "KIOSK_"}
        return {**ours, "KIOSK_INSTANCE_DIR": str(self.instance), **self._more}


@contextmanager
def running_server(*, lan: bool = False, **more: str) -> Iterator[RunningServer]:
    """Start a server for one test; ``more`` are variables such as ``KIOSK_SMTP_URL``.

    ``lan``: by https on this machine's own address, as for a telephone in the same room.
    """
    # A short path: a Unix socket's may not exceed 107 bytes, and pytest's folders are long.
    instance = Path(tempfile.mkdtemp(prefix="server-"))
    server = RunningServer(instance, more=more, lan=lan)
    try:
        server.start()
        yield server
        assert server.stop() in ENDS_WELL, server.said[-3000:]
        assert not server.errors, "\n".join(server.errors)
    finally:
        if server._process is not None and server._process.poll() is None:
            server.stop()
        server.end_media()
        shutil.rmtree(instance, ignore_errors=True)
