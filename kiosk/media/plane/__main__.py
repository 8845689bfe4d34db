"""``python -m kiosk.media.plane``: the media process. Settings come as arguments only.

Ready once its socket answers. It ends by itself when its parent is gone: nobody could reach these
calls any more.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

import structlog
from aiortc import RTCCertificate

from kiosk.media.addresses import announced
from kiosk.media.plane.control import ControlServer
from kiosk.media.plane.dtls import SelfTestFailed, self_test
from kiosk.media.plane.plane import MediaPlane


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; 0 after a clean stop, 1 when it cannot start."""
    options = _parser().parse_args(arguments)
    _log_to_stderr()
    try:
        asyncio.run(_serve(options))
    except (SelfTestFailed, OSError, ValueError) as error:
        structlog.get_logger().error("media.cannot_start", error=str(error))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk.media.plane", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to listen on")
    parser.add_argument("--port", type=int, default=0, help="UDP port; 0 takes a free one")
    parser.add_argument("--address", action="append", default=[], help="announced to browsers")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    certificate = RTCCertificate.generateCertificate()
    await self_test(certificate)
    control = ControlServer(options.socket)
    plane = MediaPlane(
        addresses=announced(tuple(options.address)),
        port=options.port,
        certificate=certificate,
        emit=control.emit,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await control.start(plane)
    # What start-up has made stays: the collector need not look at it again during calls.
    gc.collect()
    gc.freeze()
    chores = [
        asyncio.ensure_future(plane.run()),
        asyncio.ensure_future(_stop_when_orphaned(stopped)),
    ]
    await stopped.wait()
    for chore in chores:
        chore.cancel()
    await plane.close()
    await control.stop()


async def _stop_when_orphaned(stopped: asyncio.Event) -> None:
    # The web process has the system end us with it; this is for where that is not to be had.
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(1)
    stopped.set()


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


if __name__ == "__main__":
    raise SystemExit(main())
