"""Logs: what may never be written is not, whatever the code hands over."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from kiosk.web import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "key",
    [
        "name",
        "citizen_name",
        "phone",
        "email",
        "contact",
        "address",
        "remote_address",
        "token",
        "csrf_token",
        "code",
        "room_code",
        "password",
        "PASSWORD",
        "sdp",
        "offer_sdp",
        "candidate",
    ],
)
def test_a_forbidden_key_is_blanked_at_any_depth(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info(
        "event", **{key: "Amina"}, inner={key: ["Amina"]}, rows=[{key: "Amina"}]
    )

    assert "Amina" not in lines.getvalue()
    assert json.loads(lines.getvalue())["event"] == "event"


def test_ids_states_and_stable_error_codes_are_written(lines: io.StringIO) -> None:
    structlog.get_logger("kiosk.gate").warning("refused", error="gate.wrong", room_id=7, status=403)

    line = json.loads(lines.getvalue())

    assert line["error"] == "gate.wrong"
    assert (line["room_id"], line["status"], line["level"]) == (7, 403, "warning")
    assert line["logger"] == "kiosk.gate"


def test_libraries_speak_json_too(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn").warning("port %s is taken", 80)

    assert json.loads(lines.getvalue())["event"] == "port 80 is taken"


def test_a_fault_is_written_with_its_trace_on_one_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        structlog.get_logger().error("fault", exc_info=error)

    written = lines.getvalue()

    assert written.count("\n") == 1
    assert "ValueError: broken" in json.loads(written)["exception"]
