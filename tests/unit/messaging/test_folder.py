"""Where no server is configured, messages are written to the outbox folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.messaging.composing import Composer
from kiosk.messaging.message import Sms
from kiosk.messaging.senders import folder
from kiosk.messaging.senders.folder import FolderSender

Make = Callable[..., Any]

REFERENCE = "0123456789abcdef0123456789abcdef"


def test_an_email_can_be_read_again(
    tmp_path: Path, composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    email = composer.email(parcel("confirmation"), facts("confirmation"), now=now)

    receipt = FolderSender(tmp_path).send(email)

    (seen,) = folder.newest(tmp_path)
    assert receipt.provider_id == seen.name == f"{REFERENCE}.eml"
    assert seen.recipient == "robert@exemple.fr"
    assert seen.subject == str(email.mime["Subject"])
    assert "Robert Martin" in seen.text
    assert seen.html.startswith("<!doctype html>")
    assert seen.calendar.startswith("BEGIN:VCALENDAR")
    assert "\r" not in seen.text + seen.html


def test_an_sms_is_shown_with_its_cost(tmp_path: Path) -> None:
    FolderSender(tmp_path).send(Sms(REFERENCE, "+33639980042", "Bonjour\n\nà bientôt"))

    seen = folder.one(tmp_path, f"{REFERENCE}.sms")

    assert seen is not None
    assert (seen.recipient, seen.text) == ("+33639980042", "Bonjour\n\nà bientôt")
    assert seen.length is not None
    assert (seen.length.encoding, seen.length.parts) == ("ucs2", 1)


def test_the_same_message_twice_is_one_file(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path / "outbox")
    for text in ("first", "second"):
        sender.send(Sms(REFERENCE, "+33639980042", text))

    (seen,) = folder.newest(tmp_path / "outbox")

    assert seen.text == "second"


def test_only_the_owner_may_read_what_is_inside(tmp_path: Path) -> None:
    FolderSender(tmp_path / "outbox").send(Sms(REFERENCE, "+33639980042", "lien"))

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "outbox").iterdir()]

    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700


def test_the_newest_comes_first_and_old_ones_are_deleted(tmp_path: Path, now: datetime) -> None:
    sender = FolderSender(tmp_path)
    for age, letter in ((31, "a"), (2, "b"), (1, "c")):
        name = sender.send(Sms(letter * 32, "+33639980042", letter)).provider_id
        written = (now - timedelta(days=age)).timestamp()
        os.utime(tmp_path / str(name), (written, written))

    deleted = folder.tidy(tmp_path, now=now)

    assert deleted == 1
    assert [seen.text for seen in folder.newest(tmp_path)] == ["c", "b"]
    assert [seen.text for seen in folder.newest(tmp_path, limit=1)] == ["c"]


def test_no_other_file_can_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("To: x\n\nhidden")
    box = tmp_path / "outbox"
    box.mkdir()

    assert folder.one(box, "../secret.eml") is None
    assert folder.one(box, f"{REFERENCE}.eml") is None
    assert folder.newest(tmp_path / "nowhere") == []
