"""``python -m kiosk.media.plane``: the media process. Settings come as arguments only.

Ready once its socket answers. It outlives the web process that started it, so that calls go on
while that is replaced; it ends by itself when no web process listens any more and no call is left.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import socket
from functools import partial
from pathlib import Path

import structlog

from kiosk.media.addresses import announced
from kiosk.media.plane.process import memory
from kiosk.media.plane.process.control import ControlServer, listen
from kiosk.media.plane.process.keeper import CANNOT_START, keep
from kiosk.media.plane.process.logs import log_to_stderr
from kiosk.media.plane.process.media_plane import MediaPlane
from kiosk.media.plane.transport.dtls import PlaneCertificate, SelfTestFailed, self_test

FORGOTTEN_S = 300.0


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; 0 after a clean stop, 1 when it cannot start."""
    options = _parser().parse_args(arguments)
    log_to_stderr()
    try:
        listening = listen(options.socket)
    except OSError as error:
        structlog.get_logger().error("media.cannot_start", error=str(error))
        return CANNOT_START
    work = partial(_work, options, listening)
    # What was loaded so far stays: neither here nor in a fork need the collector look at it.
    gc.collect()
    gc.freeze()
    try:
        return keep(work) if options.keep else work()
    finally:
        options.socket.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk.media.plane", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to listen on")
    parser.add_argument("--port", type=int, default=0, help="UDP port; 0 takes a free one")
    parser.add_argument("--address", action="append", default=[], help="announced to browsers")
    parser.add_argument("--seal", default="", help="by which a web process knows it as its own")
    parser.add_argument("--keep", action="store_true", help="replace a process that falls")
    parser.add_argument(
        "--forgotten-after",
        type=float,
        default=FORGOTTEN_S,
        metavar="SECONDS",
        help="end when nobody listened for so long and no call is left",
    )
    return parser


def _work(options: argparse.Namespace, listening: socket.socket) -> int:
    try:
        asyncio.run(_serve(options, listening))
    except (SelfTestFailed, OSError, ValueError) as error:
        structlog.get_logger().error("media.cannot_start", error=str(error))
        return CANNOT_START
    return 0


async def _serve(options: argparse.Namespace, listening: socket.socket) -> None:
    certificate = PlaneCertificate.generateCertificate()
    await self_test(certificate)
    control = ControlServer(listening, seal=options.seal)
    plane = MediaPlane(
        addresses=announced(tuple(options.address)),
        port=options.port,
        certificate=certificate,
        emit=control.emit,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    control.start(plane)
    # What start-up has made stays: the collector need not look at it again during calls.
    gc.collect()
    gc.freeze()
    chores = [
        asyncio.ensure_future(plane.run()),
        asyncio.ensure_future(memory.keep_trimmed(plane.counters.ended.total)),
        asyncio.ensure_future(_forgotten(control, plane, options.forgotten_after, stopped)),
    ]
    await stopped.wait()
    for chore in chores:
        chore.cancel()
    await plane.close()
    await control.stop()


async def _forgotten(
    control: ControlServer, plane: MediaPlane, after_s: float, stopped: asyncio.Event
) -> None:
    """Set ``stopped`` once nobody has listened for ``after_s`` seconds and no call is left."""
    loop = asyncio.get_running_loop()
    wanted_at = loop.time()
    while loop.time() - wanted_at < after_s:
        await asyncio.sleep(after_s / 10)
        if control.has_listeners or plane.peers:
            wanted_at = loop.time()
    structlog.get_logger().info("media.forgotten")
    stopped.set()


if __name__ == "__main__":
    raise SystemExit(main())
