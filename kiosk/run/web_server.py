"""The web process: Socket.IO and Flask under one ASGI server; starts and restarts its children.

It only connects: what a nudge or a media event means belongs to the ideas below.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
import uvicorn
from flask import Flask
from pydantic import SecretStr

from kiosk import create_app
from kiosk.media.embedded import events
from kiosk.media.engine import MediaEngine
from kiosk.media.supervisor import PlaneSupervisor
from kiosk.messaging.message import Channel
from kiosk.printing import worker as printing
from kiosk.realtime.hub import Hub
from kiosk.run import first_run, helpers
from kiosk.run.demonstration_guard import is_demonstration
from kiosk.run.front import Front
from kiosk.run.helpers import Helper, Helpers
from kiosk.run.installation_checks import ProxyWatch
from kiosk.run.media_events import MediaEvents
from kiosk.run.network_checks import ReachWatch
from kiosk.run.retention import HEARTBEAT as retention
from kiosk.run.set_up import cannot_write
from kiosk.run.storage_checks import (
    database_can_be_written,
    folder_can_be_written,
    remembered,
)
from kiosk.settings import ROOT, Settings
from kiosk.storage import revisions
from kiosk.storage.database import Database
from kiosk.storage.revision_watch import RevisionWatch
from kiosk.system import files, lock, ports
from kiosk.system.heartbeats import Heartbeats
from kiosk.system.processes import Child
from kiosk.web import logs, metrics
from kiosk.web.admission_control.bounds import FILES_WANTED
from kiosk.web.demonstration_strip import show_strip
from kiosk.web.health import register_findings, register_probe
from kiosk.web.loaded_templates import load_templates_soon

STOP_WITHIN_S = 3

SWITCH_EVERY_S = 0.0005
"""How long a thread may keep the interpreter from the others; CPython's default is 5 ms. A thread
that waited for the database waits so long again for each thread that computes, at each statement,
and meanwhile holds the lock for which all other writers wait (decision 0330)."""

DELIVERY_NICENESS = 5
DELIVERY_SETTINGS = [
    *("KIOSK_SECRET_KEY", "KIOSK_INSTANCE_DIR", "KIOSK_DATABASE_URL", "KIOSK_HOST", "KIOSK_PORT"),
    *("KIOSK_BASE_URL", "KIOSK_DEFAULT_LANGUAGE", "KIOSK_DEFAULT_TIME_ZONE", "KIOSK_LOG_LEVEL"),
    *("KIOSK_SMTP_URL", "KIOSK_MAIL_FROM", "KIOSK_SMS_GATEWAY_URL", "KIOSK_SMS_GATEWAY_TOKEN"),
]
"""Reading the queue, deriving a link when it is sent, and sending it; no other secret."""

DELIVERY_VARIABLES = re.compile(r"PG[A-Z]+|(https?|all|no)_proxy", re.IGNORECASE)
"""Where PostgreSQL and the gateways are reached."""

log = structlog.get_logger()


class WebServer:
    """What lives as long as the web process: hub, child processes, the two applications."""

    def __init__(self, settings: Settings, reach: ReachWatch) -> None:
        self.settings = settings
        self._reach = reach
        self.flask: Flask = create_app(settings)
        self.hub = Hub(settings.secret_key.get_secret_value(), settings.public_url)
        self._database = Database(settings.sqlalchemy_url)
        if is_demonstration(settings):
            show_strip(self.flask)
        self._children = _children(settings)
        media, delivery = self._children
        register_probe(self.flask, media.name, self._media_answers)
        register_probe(self.flask, delivery.name, delivery.is_alive)
        register_probe(
            self.flask, "database", remembered(partial(database_can_be_written, self._database))
        )
        register_probe(
            self.flask, "disk", remembered(partial(folder_can_be_written, settings.instance_dir))
        )
        register_probe(
            self.flask,
            "first_run",
            remembered(partial(first_run.somebody_can_work, self._database), bad_too=False),
        )
        self._watch = RevisionWatch(self._database, topics=self.hub.topics, nudge=self.hub.nudge)
        beside = Helpers(_helpers(settings, self._watch, reach))
        beside.register(self.flask)
        register_findings(
            self.flask,
            lambda: [
                *reach.findings,
                *first_run.missing(self._database),
                *beside.overdue(),
            ],
        )
        self.flask.before_request(ProxyWatch(settings, reach.add).look)
        metrics.register_source(self.flask, metrics.children(self._children))
        self._undo: list[Callable[[], object]] = []
        self._events: asyncio.Task[None] | None = None
        self.front = Front(
            self.flask,
            self.hub,
            settings,
            open_files=files.allow_open_files(FILES_WANTED),
            opening=self.open,
            closing=self.close,
        )

    async def open(self) -> None:
        """Start the child processes; from now on commits nudge pages."""
        try:
            await self._open()
        except Exception:
            # Socket.IO's application logs no reason.
            log.exception("server.not_opened")
            raise

    async def _open(self) -> None:
        self.hub.attach(asyncio.get_running_loop())
        self._undo.append(revisions.listen(self._watch.announce))
        self._watch.start()
        self._undo.append(self._watch.stop)
        for child in self._children:
            await child.start()
        self._events = asyncio.create_task(self._hear_media(), name="media events")
        self._reach.start()
        load_templates_soon(self.flask)
        log.info("server.open", url=self.settings.public_url, pid=os.getpid())

    async def close(self) -> None:
        """Undo :meth:`open`, in reverse."""
        if self._events is not None:
            self._events.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._events
        await self._reach.stop()
        for child in reversed(self._children):
            await child.stop()
        while self._undo:
            self._undo.pop()()
        await self.hub.close()
        self._database.close()
        log.info("server.closed")

    async def _hear_media(self) -> None:
        media = MediaEvents(self._database, self.flask.extensions["media"])
        loop = asyncio.get_running_loop()
        # One thread: events are written in the order in which they happened.
        with ThreadPoolExecutor(1, thread_name_prefix="media-events") as writer:
            async for event in events(self.settings.media_socket):
                await loop.run_in_executor(writer, media.apply, event)

    def _media_answers(self) -> bool:
        # A process that runs but hangs carries no call: ask it.
        engine: MediaEngine = self.flask.extensions["media"]
        return engine.health().udp_port == self.settings.udp_port


def serve(settings: Settings) -> None:
    """Serve until a signal; exit with status 1 and one sentence when a port or a lock is taken.

    Once everything is closed the process ends by the same signal.
    """
    # Otherwise Ctrl-C would raise KeyboardInterrupt and print a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    logs.configure(settings.log_level)
    sys.setswitchinterval(SWITCH_EVERY_S)
    try:
        held = lock.take(settings.instance_dir)
        sock = ports.listen(settings.host, settings.port)
    except (lock.InstanceLockedError, ports.PortTakenError) as error:
        sys.exit(str(error))
    except OSError:
        sys.exit(cannot_write(settings.instance_dir))
    reach = ReachWatch(settings)
    if cannot_start := reach.look():
        sys.exit(cannot_start)
    first_run.show(settings)
    server = WebServer(settings, reach)
    config = uvicorn.Config(
        server.front,
        lifespan="on",
        **server.front.options,
        # X-Forwarded-* is believed in one place (front.py), and only when proxies are declared.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    with held:
        uvicorn.Server(config).run(sockets=[sock])


def _helpers(settings: Settings, watch: RevisionWatch, reach: ReachWatch) -> list[Helper]:
    """Return who works beside the pages; the media plane is asked itself."""
    last = Heartbeats(settings.instance_dir).last
    return [
        Helper("helper.email", helpers.DELIVERY_WITHIN_S, partial(last, Channel.EMAIL)),
        Helper("helper.sms", helpers.DELIVERY_WITHIN_S, partial(last, Channel.SMS)),
        Helper("helper.retention", helpers.RETENTION_WITHIN_S, partial(last, retention)),
        Helper("helper.revisions", helpers.REVISIONS_WITHIN_S, lambda: watch.looked_at),
        Helper("helper.relays", helpers.RELAYS_WITHIN_S, lambda: reach.asked_at),
        Helper("helper.printing", helpers.PRINTING_WITHIN_S, printing.idle_at),
    ]


def _children(settings: Settings) -> list[Child]:
    media = PlaneSupervisor(
        socket_path=settings.media_socket,
        udp_port=settings.udp_port,
        addresses=settings.media_public_addresses,
        secret=settings.secret_key.get_secret_value(),
    )
    delivery = Child(
        "delivery",
        [sys.executable, "-m", "kiosk.run.delivery_worker"],
        environment={**for_delivery(settings), "PYTHONPATH": str(ROOT)},
        niceness=DELIVERY_NICENESS,
    )
    return [media, delivery]


def for_delivery(settings: Settings) -> dict[str, str]:
    """Return what the delivery process needs of our settings and of our environment.

    The media process and the printing worker need none of either.
    """
    written = environment(settings)
    settings_of_theirs = {name: written[name] for name in DELIVERY_SETTINGS if name in written}
    theirs = {name: value for name, value in os.environ.items() if DELIVERY_VARIABLES.match(name)}
    return {**theirs, **settings_of_theirs}


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables that give a child process the same settings."""
    given = ((name, value) for name, value in settings if value is not None)
    return {f"KIOSK_{name.upper()}": _written(value) for name, value in given}


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, tuple) else str(value)
