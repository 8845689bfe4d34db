"""What every answer tells the browser, and how pages travel."""

from __future__ import annotations

import gzip
import json
import re

import brotli
import pytest
from flask import Flask, render_template_string
from structlog.testing import capture_logs

from kiosk.web.security import content_security_policy
from tests.pages.inspector import InspectingClient


def test_the_policy_allows_nothing_inline_and_nobody_else(client: InspectingClient) -> None:
    policy = client.get("/accessibilite").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert re.findall(r"\w+://\S+", policy) == ["ws://localhost", "wss://localhost;"]


def test_each_answer_has_its_own_nonce(app: Flask, client: InspectingClient) -> None:
    app.add_url_rule("/nonce", "nonce", lambda: render_template_string("{{ csp_nonce() }}"))

    first, second = client.get("/nonce", inspect=False), client.get("/nonce", inspect=False)

    assert first.text != second.text
    assert f"'nonce-{first.text}'" in first.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["a b", "x;script-src *", "h'st", ""])
def test_a_host_that_is_no_host_adds_nothing_to_the_policy(host: str) -> None:
    policy = content_security_policy("n", host)

    assert "connect-src 'self';" in policy


@pytest.mark.parametrize("host", ["visio.example", "localhost:8000", "[::1]:8000", "127.0.0.1"])
def test_sockets_of_the_same_host_are_allowed(host: str) -> None:
    policy = content_security_policy("n", host)

    assert f"connect-src 'self' ws://{host} wss://{host};" in policy


def test_pages_are_not_stored_and_devices_are_for_us_alone(client: InspectingClient) -> None:
    headers = client.get("/accessibilite").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (
        "camera=(self), microphone=(self), display-capture=(self)" in headers["Permissions-Policy"]
    )
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered_by_browsers(client: InspectingClient) -> None:
    headers = client.get("/accessibilite", base_url="https://visio.example").headers

    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_session_cookie_is_not_for_scripts_nor_for_other_sites(
    client: InspectingClient,
) -> None:
    cookie = client.get("/accessibilite?lang=en").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_page_travels_compressed(client: InspectingClient) -> None:
    small = client.get("/accessibilite", headers={"Accept-Encoding": "br, gzip"}, inspect=False)
    older = client.get("/accessibilite", headers={"Accept-Encoding": "gzip"}, inspect=False)

    assert b"</html>" in brotli.decompress(small.data)
    assert b"</html>" in gzip.decompress(older.data)
    assert "Accept-Encoding" in small.headers["Vary"]


def test_the_sheet_is_served_for_a_year_by_the_application_itself(
    app: Flask, client: InspectingClient
) -> None:
    url = app.extensions["assets"].url("css/app.css")

    answer = client.get(url, headers={"Accept-Encoding": "br"})

    assert answer.headers["Cache-Control"].endswith("immutable")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert len(answer.data) < 10_000


def test_a_request_is_logged_by_its_rule_never_by_its_path(
    app: Flask, client: InspectingClient
) -> None:
    app.add_url_rule("/l/<token>/<int:room_id>", "lien", lambda token, room_id: {})

    with capture_logs() as lines:
        client.get("/l/secret-of-a-link/7?lang=fr")

    (line,) = [line for line in lines if line["event"] == "request"]
    assert "secret" not in json.dumps(lines)
    assert (line["route"], line["ids"]) == ("/l/<token>/<int:room_id>", {"room_id": 7})
