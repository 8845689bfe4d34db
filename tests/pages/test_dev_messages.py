"""Developers read the messages in the outbox folder."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import create_app
from kiosk.messaging.message import Email, Sms
from kiosk.messaging.senders.folder import FolderSender
from kiosk.run.delivery_worker import composer
from kiosk.settings import Settings
from tests.builders import messages

REFERENCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def reminder(settings: Settings, now: datetime) -> Email:
    """Compose the message with the link, as the worker does."""
    facts = messages.facts(now=now, starts_at=now + timedelta(minutes=15))
    parcel = messages.lease(now=now, reference=REFERENCE)
    return composer(settings).email(parcel, facts, now=now)


def test_an_empty_outbox_folder_is_shown_as_empty(client: FlaskClient) -> None:
    page = client.get("/dev/messages/")

    assert "Aucun message pour le moment" in page.text


def test_an_sms_is_shown_with_its_length(client: FlaskClient, settings: Settings) -> None:
    FolderSender(settings.instance_dir / "outbox").send(Sms(REFERENCE, "+33639980042", "A <b>"))

    page = client.get("/dev/messages/")

    assert "+33639980042" in page.text
    assert "A &lt;b&gt;" in page.text
    assert "5\u00a0unités, 1\u00a0fragment(s), alphabet GSM" in page.text


def test_an_email_is_laid_out_under_a_policy_that_allows_its_own_styles_only(
    client: FlaskClient, settings: Settings, reminder: Email
) -> None:
    name = FolderSender(settings.instance_dir / "outbox").send(reminder).provider_id

    page = client.get("/dev/messages/")
    mail = client.get(f"/dev/messages/{name}", inspect=False)

    policy = mail.headers["Content-Security-Policy"]
    assert f"/dev/messages/{name}" in page.text
    assert "Entrer dans le rendez-vous" in mail.text
    assert policy.startswith("default-src 'none'; style-src 'unsafe-hashes' 'sha256-")
    assert "unsafe-inline" not in policy


def test_no_other_file_is_shown(client: FlaskClient) -> None:
    for name in ("..%2fkiosk.env", f"{REFERENCE}.eml", "kiosk.sqlite3"):
        assert client.get(f"/dev/messages/{name}").status_code == 404


def test_without_developer_pages_the_outbox_folder_is_not_shown(
    settings: Settings, app: Flask
) -> None:
    public = create_app(settings.model_copy(update={"developer_pages": False}))

    assert public.test_client().get("/dev/messages/").status_code == 404
