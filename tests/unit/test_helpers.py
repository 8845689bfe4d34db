"""``/healthz`` is not well when a helper has not done its work for longer than it may."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from kiosk.messaging.message import Channel
from kiosk.notifications.delivery import Lane, LeasedQueue
from kiosk.printing import worker
from kiosk.run import helpers as bounds
from kiosk.run.helpers import Helper, Helpers
from kiosk.settings import Settings
from kiosk.storage import revisions
from kiosk.storage.database import Database
from kiosk.storage.revision_watch import RevisionWatch
from kiosk.system.heartbeats import FOLDER, Heartbeats
from kiosk.web.health import register_findings
from kiosk.web.setup_sentences import SETUP
from tests.builders.applications import application


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the steady clock go on by so many seconds."""
    ahead = [0.0]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + ahead[0])

    def later(seconds: float) -> None:
        ahead[0] += seconds

    return later


@pytest.mark.parametrize("name", ["email", "sms", "retention", "revisions", "relays", "printing"])
def test_an_overdue_helper_is_a_part_that_does_not_work_and_a_sentence(
    tmp_path: Path, steady: Callable[[float], None], name: str
) -> None:
    app = application(Settings(secret_key="k" * 40, instance_dir=tmp_path))
    at_work = time.monotonic()
    late, other = (
        Helper(f"helper.{name}", 60.0, lambda: at_work),
        Helper("helper.other", 60.0, time.monotonic),
    )
    beside = Helpers([late, other])
    beside.register(app)
    register_findings(app, beside.overdue)
    client = app.test_client()
    assert client.get("/healthz").status_code == 200

    steady(130)
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.get_json()["parts"] == {name: False, "other": True}
    (finding,) = answer.get_json()["findings"]
    assert finding["code"] == f"helper.{name}"
    assert "2 min" in finding["sentence"].replace("\u00a0", " ")


def test_a_helper_that_has_not_worked_yet_is_well_for_its_bound(
    steady: Callable[[float], None],
) -> None:
    beside = Helpers([Helper("helper.sms", 60.0, lambda: None)])

    steady(59)
    assert beside.overdue() == []
    steady(2)
    assert [one.code for one in beside.overdue()] == ["helper.sms"]


def test_every_bound_of_a_helper_has_a_sentence() -> None:
    names = {"email", "sms", "retention", "revisions", "relays", "printing"}

    assert {code for code in SETUP if code.startswith("helper.")} == {f"helper.{n}" for n in names}
    assert bounds.DELIVERY_WITHIN_S > 170 + 60


def test_a_heartbeat_is_read_by_another_process_whatever_the_clock_says(tmp_path: Path) -> None:
    before = time.monotonic()
    Heartbeats(tmp_path).beat("sms")

    last = Heartbeats(tmp_path).last("sms")

    assert last is not None
    assert before <= last + 0.001
    assert last <= time.monotonic()
    assert Heartbeats(tmp_path).last("email") is None


def test_a_heartbeat_of_before_the_machine_started_counts_for_nothing(tmp_path: Path) -> None:
    import os

    Heartbeats(tmp_path).beat("sms")
    future = time.monotonic_ns() + 10**12
    os.utime(tmp_path / FOLDER / "sms", ns=(future, future))

    assert Heartbeats(tmp_path).last("sms") is None


def test_a_folder_that_cannot_be_written_does_not_stop_the_helper(tmp_path: Path) -> None:
    Heartbeats(tmp_path / "gone").beat("sms")

    assert Heartbeats(tmp_path / "gone").last("sms") is None


class Queue(LeasedQueue):
    """A queue that is empty, or does not answer."""

    def __init__(self, *, answers: bool) -> None:
        self._answers = answers

    def claim(self, channel: Channel) -> None:
        if not self._answers:
            raise RuntimeError("no database")


@pytest.mark.parametrize("answers", [True, False])
def test_a_channel_is_at_work_when_its_queue_answers(answers: bool) -> None:
    beats: list[bool] = []
    lane = Lane(
        Channel.SMS,
        Queue(answers=answers),
        None,  # type: ignore[arg-type]  # nothing is due
        Event(),
        lambda: beats.append(True),
    )

    lane.step()

    assert bool(beats) is answers


def test_the_watch_of_revisions_says_when_it_looked(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kiosk.sqlite3'}")
    watch = RevisionWatch(database, topics=lambda: ["room:1"], nudge=lambda _: None)
    with pytest.raises(Exception, match="revision"):
        watch.look()  # there is no table yet
    assert watch.looked_at is None

    revisions.Revision.__table__.create(database.engine)
    watch.look()

    assert watch.looked_at is not None
    database.close()


def test_a_press_that_hangs_on_a_document_is_not_idle() -> None:
    press = worker.Press()
    assert time.monotonic() - press.idle_at() < 1

    press._printing_since = time.monotonic() - 100

    assert time.monotonic() - press.idle_at() >= 100
