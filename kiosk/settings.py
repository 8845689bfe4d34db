"""Typed settings: the only reader of the environment.

A default is allowed only where it is right in production and harmless in public; what has no such
default must be given, and the application does not start without it. Every variable is named
``KIOSK_<FIELD>``; ``make run`` writes the missing ones into ``instance/kiosk.env``.
"""

from __future__ import annotations

import ipaddress
import json
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


Listed = Annotated[tuple[str, ...], NoDecode]
"""Several values: with commas, or as JSON."""


class Settings(BaseSettings):
    """Everything that differs from one installation to another."""

    model_config = SettingsConfigDict(
        env_prefix="KIOSK_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    secret_key: SecretStr = Field(min_length=32, examples=["$(openssl rand -base64 48)"])
    """Signs sessions and derives every room's link, code and password. No default on purpose."""

    instance_dir: Path = Field(default=ROOT / "instance", examples=["/var/lib/guichet"])
    """Database, sockets, outbox folder and other files that belong to this installation."""

    database_url: str = Field(
        default="", examples=["postgresql+psycopg://guichet@/guichet?host=/run/postgresql"]
    )
    """SQLAlchemy URL; empty means SQLite in ``instance_dir``."""

    host: str = Field(default="127.0.0.1", examples=["0.0.0.0"])
    """The address on which the web server listens; behind a proxy of this machine, the default."""

    port: int = Field(default=8000, ge=1, le=65535, examples=["8000"])
    """The TCP port of the web server."""

    base_url: str = Field(default="", examples=["https://visio.example.fr"])
    """What citizens type, with its scheme and without a path; empty: ``http://localhost:8000``."""

    tls_certificate: Path | None = Field(default=None, examples=["/etc/guichet/cert.pem"])
    """PEM file with the certificate; see ``KIOSK_TLS_KEY``."""

    tls_key: Path | None = Field(default=None, examples=["/etc/guichet/key.pem"])
    """PEM files to serve https without a reverse proxy (``make run LAN=1``); both or none."""

    trusted_proxies: int = Field(default=0, ge=0, le=5, examples=["1"])
    """How many reverse proxies stand in front and set X-Forwarded-* (0: none is believed)."""

    media_port: int = Field(default=0, ge=0, le=65535, examples=["10000"])
    """The one UDP port of the media plane; 0 means the web port + 2000."""

    media_public_addresses: Listed = Field(default=(), examples=["198.51.100.20"])
    """Announced to browsers as ICE candidates, IPv4 and IPv6, preferred first; empty means this
    machine's own. ``198.51.100.20=10.0.0.5`` where a 1:1 NAT leads to this machine's 10.0.0.5."""

    turn_urls: Listed = Field(default=(), examples=["turns:turn.example.fr:443"])
    """Relays for networks that block UDP: ``turns:turn.example.fr:443``, ``turn:…?transport=tcp``;
    empty: none. ``deploy/coturn/`` has the other side."""

    turn_secret: SecretStr = SecretStr("")
    """The secret shared with the relay (coturn's ``static-auth-secret``)."""

    default_language: str = Field(default="fr", examples=["fr"])
    """The language of sentences for the installer, and where nobody has chosen one."""

    default_time_zone: str = Field(default="Europe/Paris", examples=["Indian/Reunion"])
    """The time zone where no house is known (IANA name)."""

    telephone: str = Field(default="", examples=["01 23 45 67 89"])
    """Shown where no house is known (wrong code, errors), as people read it: ``01 23 45 67 89``;
    empty: the numbers of the houses."""

    smtp_url: str = Field(default="", examples=["smtp://mail.example.fr:25"])
    """``smtp://user:password@host:25`` or ``smtps://…:465``; empty: to the outbox folder."""

    mail_from: str = Field(
        default="Guichet Visio <ne-pas-repondre@localhost>",
        examples=["Guichet Visio <ne-pas-repondre@example.fr>"],
    )
    """Who e-mails come from."""

    sms_gateway_url: str = Field(default="", examples=["https://sms.example.fr/send"])
    """HTTP gateway that takes JSON; empty: SMS go to the outbox folder."""

    sms_gateway_token: SecretStr = SecretStr("")
    """The secret that the SMS gateway asks for, sent as a bearer token."""

    metrics_token: SecretStr = SecretStr("")
    """Programs that send it (``Authorization: Bearer …``) may read ``/metrics`` and what
    ``/healthz`` says of the set-up; empty: programs on this machine alone."""

    log_level: str = Field(default="INFO", examples=["DEBUG"])
    """The least severe line that is logged."""

    developer_pages: bool = Field(default=False, examples=["false"])
    """Show /dev: last messages, error pages, every component. Never on in public."""

    @field_validator("base_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        value = value.rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("a scheme and a name")
        if parts.path or parts.query or parts.fragment:
            raise ValueError("no path: every page is at the root of its name")
        return value

    @field_validator("media_public_addresses", "turn_urls", mode="before")
    @classmethod
    def _list_with_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return json.loads(value)
        return tuple(part for part in re.split(r"[,\s]+", value) if part)

    @field_validator("smtp_url", "sms_gateway_url")
    @classmethod
    def _whole_address(cls, value: str, info: ValidationInfo) -> str:
        schemes = ("smtp", "smtps") if info.field_name == "smtp_url" else ("http", "https")
        parts = urlsplit(value)
        # ``port`` raises ValueError when it is no number.
        if value and (parts.scheme not in schemes or not parts.hostname or parts.port == 0):
            raise ValueError("a scheme and a name")
        return value

    @model_validator(mode="after")
    def _both_tls_files_or_none(self) -> Settings:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("KIOSK_TLS_CERTIFICATE and KIOSK_TLS_KEY go together")
        return self

    @property
    def is_public(self) -> bool:
        """Whether people beyond this machine's own network reach the server: https, public name."""
        address = urlsplit(self.public_url)
        return address.scheme == "https" and not _is_local(address.hostname or "")

    @property
    def public_url(self) -> str:
        """The address citizens use, without a trailing slash."""
        return self.base_url or f"http://localhost:{self.port}"

    @property
    def sqlalchemy_url(self) -> str:
        """The database, as SQLAlchemy wants it."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'kiosk.sqlite3'}"

    @property
    def udp_port(self) -> int:
        """The media plane's UDP port."""
        return self.media_port or (self.port + 2000 if self.port <= 63535 else self.port - 2000)

    @property
    def media_socket(self) -> Path:
        """Unix socket on which the media process takes commands from the web process."""
        return self.instance_dir / "media.sock"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure as soon as people arrive by https."""
        return self.public_url.startswith("https://")


def _is_local(host: str) -> bool:
    """Whether a host is this machine or an address of a private network (RFC 1918, RFC 4193)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_private or address.is_loopback or address.is_link_local
