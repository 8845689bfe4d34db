"""Which tests are the nearest to each module of the rules."""

from __future__ import annotations

from pathlib import Path

PACKAGES = ("visits", "calls", "appointments", "notifications", "readiness")
"""The packages of ``kiosk/`` that hold the rules."""

MODULES = (*(f"kiosk/{package}" for package in PACKAGES), "kiosk/agent/board.py")
"""What is changed: those packages, and the board, which decides whom an agent sees."""

_TESTS: dict[str, tuple[str, ...]] = {
    "kiosk/visits": (
        "tests/unit/visits",
        "tests/unit/calls/test_rooms.py",
        "tests/unit/test_steps.py",
        "tests/unit/test_retention.py",
        "tests/unit/agent/test_board.py",
        "tests/pages/citizen/test_commands.py",
        "tests/pages/citizen/test_odd_commands.py",
    ),
    "kiosk/calls": (
        "tests/unit/test_lobby_and_assist.py",
        "tests/unit/test_media_events.py",
        "tests/unit/test_retention.py",
        "tests/unit/test_gate.py",
        "tests/unit/visits/test_opening.py",
        "tests/unit/calls",
    ),
    "kiosk/calls/gate.py": ("tests/unit/test_gate.py", "tests/pages/citizen/test_doors.py"),
    "kiosk/calls/guesses.py": ("tests/unit/test_gate.py", "tests/pages/citizen/test_doors.py"),
    "kiosk/calls/links.py": ("tests/unit/calls/test_links.py", "tests/unit/test_gate.py"),
    "kiosk/calls/rooms.py": (
        "tests/unit/test_gate.py",
        "tests/unit/test_booking.py",
        "tests/unit/visits/test_opening.py",
        "tests/unit/calls",
    ),
    "kiosk/appointments": (
        "tests/unit/test_booking.py",
        "tests/unit/test_repair.py",
        "tests/unit/calls/test_departures.py",
        "tests/unit/notifications/test_notices.py",
        "tests/unit/test_retention.py",
        "tests/unit/agent/test_board.py",
        "tests/unit/test_clock_changes.py",
        "tests/pages/agent/test_booking.py",
        "tests/pages/agent/test_appointment.py",
    ),
    "kiosk/notifications": (
        "tests/unit/notifications",
        "tests/unit/test_retention.py",
        "tests/delivery/test_delivery.py",
    ),
    "kiosk/readiness": (
        "tests/unit/readiness",
        "tests/laws/test_thresholds.py",
        "tests/pages/citizen/test_commands.py",
        "tests/pages/citizen/test_odd_commands.py",
    ),
    "kiosk/agent/board.py": (
        "tests/unit/agent/test_board.py",
        "tests/pages/agent/test_today.py",
        "tests/pages/agent/test_without_appointment.py",
    ),
}
"""The longest entry that the module's path begins with counts. Quick tests first: most mutants fall
to them."""


def nearest_tests(module: Path) -> tuple[str, ...]:
    """Return the nearest tests of a module; ``module`` is relative to the root of the tree."""
    path = module.as_posix()
    entries = [entry for entry in _TESTS if path == entry or path.startswith(f"{entry}/")]
    return _TESTS[max(entries, key=len)]
