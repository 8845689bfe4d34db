"""The proxies of `deploy/`, each with its own configuration, in front of a real server.

Not part of the suite, because it needs nginx and Caddy: `make proxies`.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import socketio

from kiosk import clock
from kiosk.realtime import tickets
from kiosk.settings import ROOT
from kiosk.system import certificates
from tests.drivers.ports import free_port
from tests.drivers.server import RunningServer, running_server

DEPLOY = ROOT / "deploy"
SLOW_PIECES = 12
"""Pieces of a body, a second apart: longer than the 10 s that a proxy waits for each."""

TOO_LONG = (1_200_000, 3_000_000)


class Site:
    """A server behind a proxy, as browsers see it."""

    def __init__(self, server: RunningServer, port: int, folder: Path) -> None:
        self.server, self.port = server, port
        self.certificate = folder / certificates.CERTIFICATE
        self.trust = ssl.create_default_context(cafile=self.certificate)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Send a request; return the status and the body of the answer."""
        browser = http.client.HTTPSConnection("localhost", self.port, context=self.trust)
        browser.request(method, path, body, headers)
        answer = browser.getresponse()
        try:
            return answer.status, answer.read()
        finally:
            browser.close()


@contextmanager
def nginx(folder: Path, port: int, upstream: int) -> Iterator[None]:
    """Run nginx with `deploy/nginx.conf`, its names and ports replaced by ours."""
    ours = (DEPLOY / "nginx.conf").read_text()
    for theirs, here in (
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("    listen [::]:80;\n", ""),
        ("server_name visio.example.fr;", "server_name localhost;"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        (
            "/etc/letsencrypt/live/visio.example.fr/fullchain.pem",
            str(folder / certificates.CERTIFICATE),
        ),
        ("/etc/letsencrypt/live/visio.example.fr/privkey.pem", str(folder / certificates.KEY)),
        ("proxy_set_header Host              $host;", "proxy_set_header Host $host:$server_port;"),
        ("X-Forwarded-Host  $host;", "X-Forwarded-Host $host:$server_port;"),
    ):
        assert theirs in ours, theirs
        ours = ours.replace(theirs, here)
    (folder / "site.conf").write_text(ours)
    main = folder / "nginx.conf"
    main.write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
        "events {}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/bodies;"
        f" proxy_temp_path {folder}/answers; include {folder}/site.conf; }}\n"
    )
    with _running(["nginx", "-c", str(main)], port):
        yield


@contextmanager
def caddy(folder: Path, port: int, upstream: int) -> Iterator[None]:
    """Run Caddy with `deploy/Caddyfile`, its name and ports replaced by ours."""
    ours = (DEPLOY / "Caddyfile").read_text()
    pair = f"{folder / certificates.CERTIFICATE} {folder / certificates.KEY}"
    for theirs, here in (
        ("visio.example.fr {\n", f"https://localhost:{port} {{\n\ttls {pair}\n"),
        ("{\n\tservers {", "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
    ):
        assert theirs in ours, theirs
        ours = ours.replace(theirs, here)
    (folder / "Caddyfile").write_text(ours)
    with _running(["caddy", "run", "--config", str(folder / "Caddyfile")], port):
        yield


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the proxy does not listen"
                assert process.poll() is None, process.communicate()[0]
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=15)


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    folder, port = Path(tempfile.mkdtemp(prefix="proxy-")), free_port()
    certificates.for_address(folder, "127.0.0.1", now=clock.now())
    more = {"KIOSK_BASE_URL": f"https://localhost:{port}", "KIOSK_TRUSTED_PROXIES": "1"}
    with running_server(**more) as server, request.param(folder, port, server.port):
        yield Site(server, port, folder)
    shutil.rmtree(folder)


def test_pages_come_through_and_know_their_public_address(site: Site) -> None:
    status, page = site.ask("GET", "/")

    assert status == 200
    assert b"<h1" in page
    assert site.server.demo.join_url.startswith(f"https://localhost:{site.port}/rdv#")
    assert site.server.health()["findings"] == [
        one for one in site.server.health()["findings"] if not one["code"].startswith("proxy.")
    ]


async def test_a_page_is_nudged_by_a_websocket(site: Site) -> None:
    import aiohttp

    connector = aiohttp.TCPConnector(ssl=site.trust)
    async with aiohttp.ClientSession(connector=connector) as session:
        page = socketio.AsyncClient(reconnection=False, http_session=session)
        ticket = tickets.issue(site.server.secret, ["house:1"])
        await page.connect(
            *(f"https://localhost:{site.port}", {"Origin": f"https://localhost:{site.port}"}),
            auth={"ticket": ticket},
            transports=["websocket"],
        )
        assert page.transport() == "websocket"
        await page.disconnect()


def test_a_slow_body_arrives_whole(site: Site) -> None:
    body = b"login=nobody&password=" + b"x" * (SLOW_PIECES * 10)
    head = (
        f"POST /agent/connexion HTTP/1.1\r\nHost: localhost:{site.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with (
        socket.create_connection(("127.0.0.1", site.port), 60) as plain,
        site.trust.wrap_socket(plain, server_hostname="localhost") as browser,
    ):
        browser.sendall(head.encode())
        step = len(body) // SLOW_PIECES + 1
        for start in range(0, len(body), step):
            browser.sendall(body[start : start + step])
            time.sleep(1)
        answer = b"".join(iter(lambda: browser.recv(65536), b""))

    # The form's page answers it, not the proxy: the form had no token.
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"Guichet Visio" in answer or b"app-" in answer


def test_a_body_that_is_too_long_is_refused(site: Site) -> None:
    answers = [site.ask("POST", "/agent/connexion", b"x" * size)[0] for size in TOO_LONG]

    assert answers == [413, 413]


def test_who_asks_too_slowly_for_a_page_is_cut(site: Site) -> None:
    with (
        socket.create_connection(("127.0.0.1", site.port), 60) as plain,
        site.trust.wrap_socket(plain, server_hostname="localhost") as browser,
    ):
        browser.sendall(b"GET / HTTP/1.1\r\n")
        started = time.monotonic()
        browser.recv(65536)

        assert time.monotonic() - started < 15


def test_an_address_that_a_visitor_writes_is_not_believed(site: Site) -> None:
    """Metrics are for programs of this machine; behind a proxy everybody is a visitor."""
    assert site.ask("GET", "/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] in (200, 403, 404)
    assert site.ask("GET", "/healthz", **{"X-Forwarded-For": "203.0.113.9"})[0] == 200
