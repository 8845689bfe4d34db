"""Find the media process that listens at a socket, and whether it belongs to this server."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.media import messages, wire
from kiosk.system.processes import Adopted

ANSWER_WITHIN_S = 2.0
_CREDENTIALS = struct.Struct("iII")
"""Linux' ``struct ucred``: pid, uid, gid."""

_REPLY = msgspec.json.Decoder(messages.Reply)
_SEAL = msgspec.json.Decoder(messages.Seal)
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Standing:
    """The process at the socket; ``seal`` is None when it does not answer in time."""

    process: Adopted
    seal: str | None


def is_anybody_there(path: Path) -> bool:
    """Tell whether a process listens at ``path``."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


async def look(path: Path) -> Standing | None:
    """Return the process that listens at ``path``, or None."""
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    probe.setblocking(False)
    try:
        probe.connect(str(path))
        # From the kernel: a file with a process id could name a process that reused the number.
        found = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        process = Adopted(_CREDENTIALS.unpack(found)[0])
    except OSError:
        probe.close()
        return None
    return Standing(process, await _seal(probe))


async def _seal(probe: socket.socket) -> str | None:
    reader, writer = await asyncio.open_connection(sock=probe, limit=wire.MAX_LINE)
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            writer.write(wire.encode(messages.AskSeal()))
            reply = wire.read(await reader.readline(), _REPLY)
            return wire.read(reply.ok, _SEAL).seal
    except (OSError, TimeoutError, ValueError):
        return None  # it hangs, or its code is older than the seals
    finally:
        writer.close()


def seal(command: Sequence[str], secret: str) -> str:
    """Return the seal of a media process started with ``command`` and an installation's ``secret``.

    It changes with the engine's code and its requirements: a process that runs older code is not
    adopted.
    """
    known = hashlib.sha256("\0".join(command).encode())
    for file in [*sorted((_ROOT / "kiosk" / "media").rglob("*.py")), _ROOT / "requirements.txt"]:
        known.update(file.read_bytes())
    return hmac.new(secret.encode(), known.digest(), hashlib.sha256).hexdigest()
