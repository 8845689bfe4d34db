"""What routes need from the application, with its type: one accessor a thing."""

from __future__ import annotations

from flask import current_app, request
from sqlalchemy.orm import Session

from kiosk.calls.gate import Gate
from kiosk.houses.account_links import AccountKeys
from kiosk.media.engine import MediaEngine
from kiosk.media.relays import Relays
from kiosk.realtime import tickets
from kiosk.settings import Settings
from kiosk.storage.database import db


def session() -> Session:
    """Return this request's database session."""
    return db.session


def settings() -> Settings:
    """Return the installation's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def gate() -> Gate:
    """Return the gate, which holds the keys of every room."""
    found: Gate = current_app.extensions["gate"]
    return found


def account_keys() -> AccountKeys:
    """Return the keys of accounts' one-time links."""
    found: AccountKeys = current_app.extensions["account_keys"]
    return found


def media() -> MediaEngine:
    """Return the media plane."""
    found: MediaEngine = current_app.extensions["media"]
    return found


def relays() -> Relays:
    """Return the relays for networks that block UDP."""
    found: Relays = current_app.extensions["relays"]
    return found


def address() -> str:
    """Return the network address this request comes from, as the trusted proxies tell it."""
    return request.remote_addr or ""


def ticket(topic: str, *, holder: str) -> str:
    """Sign a ticket with which a page may listen to one topic.

    ``holder`` names the visit or the account: its pages share a number of sockets.
    """
    return tickets.issue(settings().secret_key.get_secret_value(), [topic], holder=holder)
