"""Typed settings: the only reader of the environment.

A default is allowed only where it is right in production and harmless in public; what has no such
default must be given, and the application does not start without it. Every variable is named
``KIOSK_<FIELD>``; ``make run`` writes the missing ones into ``instance/kiosk.env``.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that differs from one installation to another."""

    model_config = SettingsConfigDict(env_prefix="KIOSK_", frozen=True, extra="ignore")

    secret_key: SecretStr = Field(min_length=32)
    """Signs sessions and derives every room's link, code and password. No default on purpose."""

    instance_dir: Path = ROOT / "instance"
    """Database, sockets, outbox folder and other files that belong to this installation."""

    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in ``instance_dir``."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    base_url: str = ""
    """What citizens type, scheme included, no trailing slash; empty means http://localhost:<port>."""

    tls_certificate: Path | None = None
    tls_key: Path | None = None
    """PEM files to serve https without a reverse proxy (``make run LAN=1``); both or none."""

    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies stand in front and set X-Forwarded-* (0: none is believed)."""

    media_port: int = Field(default=0, ge=0, le=65535)
    """The one UDP port of the media plane; 0 means the web port + 2000."""

    media_public_addresses: tuple[str, ...] = ()
    """Announced to browsers as ICE candidates, IPv4 and IPv6, preferred first; empty means this
    machine's own. ``198.51.100.20=10.0.0.5`` where a 1:1 NAT leads to this machine's 10.0.0.5."""

    turn_urls: tuple[str, ...] = ()
    """Relays for networks that block UDP: ``turns:turn.example.fr:443``, ``turn:…?transport=tcp``;
    empty: none. ``deploy/coturn/`` has the other side."""

    turn_secret: SecretStr = SecretStr("")
    """The secret shared with the relay (coturn's ``static-auth-secret``)."""

    default_language: str = "fr"
    default_time_zone: str = "Europe/Paris"

    telephone: str = ""
    """Shown where no house is known (wrong code, errors), as people read it: ``01 23 45 67 89``;
    empty: the numbers of the houses."""

    smtp_url: str = ""
    """``smtp://user:password@host:25`` or ``smtps://…:465``; empty: to the outbox folder."""

    mail_from: str = "Guichet Visio <ne-pas-repondre@localhost>"

    sms_gateway_url: str = ""
    """HTTP gateway that takes JSON; empty: SMS go to the outbox folder."""

    sms_gateway_token: SecretStr = SecretStr("")

    metrics_token: SecretStr = SecretStr("")
    """Whoever shows it (``Authorization: Bearer …``) may read ``/metrics`` and what ``/healthz``
    says of the set-up; empty: programs on this machine alone."""

    log_level: str = "INFO"
    developer_pages: bool = False
    """Show /dev: last messages, error pages, every component. Never on in public."""

    @field_validator("base_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

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
