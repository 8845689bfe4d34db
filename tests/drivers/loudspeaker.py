"""A loudspeaker that nobody hears: without any, Firefox never starts an AudioContext."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY_WITHIN_S = 20


@contextmanager
def silent_loudspeaker() -> Iterator[dict[str, str]]:
    """Run a PulseAudio of our own with a null sink; yield the variables that lead to it."""
    # A short path: a Unix socket's may not exceed 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="pa-"))
    address = home / "native"
    process = subprocess.Popen(
        [
            *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
            *("--disable-shm=yes", "--log-level=error", "-L", "module-null-sink"),
            *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={address}"),
        ],
        env={"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + READY_WITHIN_S
        while not address.exists():
            assert process.poll() is None, "PulseAudio ended: run make setup-test"
            assert time.monotonic() < deadline, "PulseAudio is not ready"
            time.sleep(0.05)
        yield {"PULSE_SERVER": f"unix:{address}"}
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)
