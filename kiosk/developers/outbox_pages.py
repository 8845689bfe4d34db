"""``/dev/messages``: the last e-mails and SMS of an installation that has no gateway to send them.

Answers 404 unless ``settings.developer_pages`` is on. It shows what an engine wrote, which
``kiosk.web`` may not know.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from flask import Blueprint, Flask, Response, current_app, render_template

from kiosk.errors import NotFound
from kiosk.messaging.senders import folder
from kiosk.messaging.senders.folder import Seen, outbox_folder
from kiosk.settings import Settings

outbox_pages = Blueprint("outbox_pages", __name__, url_prefix="/dev/messages")


@outbox_pages.before_request
def _only_for_developers() -> None:
    if not _settings().developer_pages:
        raise NotFound


@outbox_pages.get("/")
def messages() -> str:
    """Show the last messages, newest first."""
    seen = folder.newest(outbox_folder(_settings().instance_dir), limit=30)
    return render_template("dev/messages.html", messages=seen)


@outbox_pages.get("/<name>")
def email(name: str) -> Response:
    """Show one e-mail as a mail program would."""
    seen = _one(name)
    response = Response(seen.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _policy_for(seen.html)
    return response


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(outbox_pages)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _one(name: str) -> Seen:
    seen = folder.one(outbox_folder(_settings().instance_dir), name)
    if seen is None or not seen.html:
        raise NotFound
    return seen


class _Styles(HTMLParser):
    """Collects every inline style: mail knows no other kind."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "style"
        self.found |= {value for name, value in attrs if name == "style" and value}

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.add(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def _policy_for(html: str) -> str:
    # Exactly the styles we wrote and nothing else: no script, no picture, no other host.
    styles = _Styles()
    styles.feed(html)
    digests = (b64encode(sha256(style.encode()).digest()).decode() for style in styles.found)
    allowed = " ".join(f"'sha256-{digest}'" for digest in sorted(digests))
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {allowed}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
