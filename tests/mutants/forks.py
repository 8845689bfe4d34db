"""A process that has imported what tests import, and forks for each run of pytest.

Run by :mod:`tests.mutants.trial` as a script, so that nothing of ``kiosk`` or ``tests`` is imported
before the fork: the forked process imports them from the copy in which a mutation was made. It
saves two of the three seconds that a run of pytest takes before its first test.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import time

_LIBRARIES = (
    *("pytest", "sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql"),
    *("flask", "flask_wtf", "flask_babel", "flask_sqlalchemy_lite", "argon2", "structlog"),
    *("msgspec", "babel.dates", "html5lib", "socketio", "alembic", "cryptography.x509"),
    *("email.policy", "smtplib", "zoneinfo", "phonenumbers", "limits", "av", "aiortc"),
)
_FAILED = 1
_LOOK_EVERY_S = 0.02


def main() -> None:
    """Answer each line of input (a run's arguments) with a line: pytest's exit status."""
    for library in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    assert not {name.partition(".")[0] for name in sys.modules} & {"kiosk", "tests"}
    for line in sys.stdin:
        sys.stdout.write(f"{_run(**json.loads(line))}\n")
        sys.stdout.flush()


def _run(root: str, arguments: list[str], within_s: float, keep_bytecode: bool) -> int:
    child = os.fork()
    if child == 0:
        _become_pytest(root, arguments, keep_bytecode)
    ends = time.monotonic() + within_s
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > ends:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return _FAILED
        time.sleep(_LOOK_EVERY_S)


def _become_pytest(root: str, arguments: list[str], keep_bytecode: bool) -> None:
    status = _FAILED
    try:
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silent, stream)
        os.chdir(root)
        sys.path[0] = root
        sys.dont_write_bytecode = not keep_bytecode
        status = int(sys.modules["pytest"].main(arguments))
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
