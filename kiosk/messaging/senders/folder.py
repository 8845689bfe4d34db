"""Writes messages to the outbox folder instead of sending them, where they can be read.

Used where no mail server or SMS gateway is configured. ``/dev/messages`` shows what is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from kiosk.messaging import gsm
from kiosk.messaging.message import Accepted, Email, Sms

KEPT = timedelta(days=30)
"""As long as the message queue keeps a recipient's address (decision 0006)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message in the folder, ready to be shown."""

    name: str
    written_at: datetime
    recipient: str
    subject: str = ""
    text: str
    html: str = ""
    calendar: str = ""
    length: gsm.SmsLength | None = None


class FolderSender:
    """Writes each message to a file named after its reference, so a repeat overwrites it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Email | Sms) -> Accepted:
        """Write the message; raise OSError when the disk refuses."""
        # Links and addresses are inside: the folder is its owner's alone.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        match message:
            case Email():
                name, content = (
                    f"{message.reference}.eml",
                    message.mime.as_bytes(policy=policy.SMTP),
                )
            case Sms():
                name = f"{message.reference}.sms"
                content = f"To: {message.recipient}\n\n{message.text}".encode()
        draft = self._folder / f".{name}.part"
        draft.write_bytes(content)
        draft.chmod(0o600)
        os.replace(draft, self._folder / name)
        return Accepted(name, kept_here=True)


def outbox_folder(instance_dir: Path) -> Path:
    """Return the outbox folder of an installation."""
    return instance_dir / "outbox"


def newest(folder: Path, *, limit: int = 50) -> Sequence[Seen]:
    """Return the last messages written there, newest first; none when there is no folder."""
    files = [path for path in folder.glob("[!.]*") if path.suffix in (".eml", ".sms")]
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return [_seen(path) for path in files[:limit]]


def one(folder: Path, name: str) -> Seen | None:
    """Return the message in that file; None when the name is not one of this sender's."""
    if not re.fullmatch(r"[0-9a-f]{32}\.(eml|sms)", name) or not (folder / name).is_file():
        return None
    return _seen(folder / name)


def tidy(folder: Path, *, now: datetime) -> int:
    """Delete what was written more than :data:`KEPT` ago; return how many."""
    old = [path for path in folder.glob("[!.]*") if _written_at(path) <= now - KEPT]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _seen(path: Path) -> Seen:
    content = path.read_bytes()
    if path.suffix == ".eml":
        return _seen_email(path, content)
    head, _, text = content.decode().partition("\n\n")
    return Seen(
        name=path.name,
        written_at=_written_at(path),
        recipient=head.removeprefix("To: "),
        text=text,
        length=gsm.sms_length(text),
    )


def _seen_email(path: Path, content: bytes) -> Seen:
    mime = message_from_bytes(content, policy=policy.default)
    assert isinstance(mime, EmailMessage)
    return Seen(
        name=path.name,
        written_at=_written_at(path),
        recipient=str(mime["To"]),
        subject=str(mime["Subject"]),
        text=_content(mime, "text/plain"),
        html=_content(mime, "text/html"),
        calendar=_content(mime, "text/calendar"),
    )


def _content(mime: EmailMessage, wanted: str) -> str:
    for part in mime.walk():
        if part.get_content_type() == wanted and isinstance(part, EmailMessage):
            return str(part.get_content()).replace("\r\n", "\n")
    return ""


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
