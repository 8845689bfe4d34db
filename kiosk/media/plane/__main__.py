"""``python -m kiosk.media.plane``: the media process. Settings come as arguments only.

It is ready once its socket answers. It outlives the web process that started it, so that calls go
on while that is replaced. It ends by itself when no web process listens and no call is left.
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

UNUSED_S = 300.0


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; return 0 after a clean stop, 1 when it cannot start."""
    options = _parser().parse_args(arguments)
    log_to_stderr()
    try:
        listening = listen(options.socket)
    except OSError as error:
        structlog.get_logger().error("media.cannot_start", error=str(error))
        return CANNOT_START
    work = partial(_work, options, listening)
    # Everything loaded so far stays: the garbage collector need not check it, also in a fork.
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
    parser.add_argument(
        "--seal", default="", help="identifies the installation this process belongs to"
    )
    parser.add_argument(
        "--keep", action="store_true", help="replace a worker that ends unexpectedly"
    )
    parser.add_argument(
        "--forgotten-after",
        type=float,
        default=UNUSED_S,
        metavar="SECONDS",
        help="end when no web process listened for so long and no call is left",
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
    # Everything made at start-up stays: the garbage collector need not check it during calls.
    gc.collect()
    gc.freeze()
    tasks = [
        asyncio.ensure_future(plane.run()),
        asyncio.ensure_future(memory.keep_trimmed(plane.counters.ended.total)),
        asyncio.ensure_future(_stop_when_unused(control, plane, options.forgotten_after, stopped)),
    ]
    await stopped.wait()
    for task in tasks:
        task.cancel()
    await plane.close()
    await control.stop()


async def _stop_when_unused(
    control: ControlServer, plane: MediaPlane, after_s: float, stopped: asyncio.Event
) -> None:
    """Set ``stopped`` once no web process listened for ``after_s`` seconds and no call is left."""
    loop = asyncio.get_running_loop()
    needed_at = loop.time()
    while loop.time() - needed_at < after_s:
        await asyncio.sleep(after_s / 10)
        if control.has_listeners or plane.peers:
            needed_at = loop.time()
    structlog.get_logger().info("media.forgotten")
    stopped.set()


if __name__ == "__main__":
    raise SystemExit(main())
