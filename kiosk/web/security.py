"""What every answer tells the browser to refuse, and what proves that a form is ours.

The policy allows nothing but our own files: no inline script or style, no other host, no frame.
Decision 0033 explains ``no-referrer`` and what it asks of the CSRF check.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer

from kiosk.settings import Settings
from kiosk.system.signing import PatientSigner

csrf = CSRFProtect()


class PatientSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, which a clock set back does not end."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return Flask's serializer, with our signer."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer


_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")

_PERMISSIONS = ", ".join(
    [f"{name}=(self)" for name in ("camera", "microphone", "display-capture", "screen-wake-lock")]
    + ["fullscreen=(self)", "autoplay=(self)", "geolocation=()", "payment=()", "usb=()"]
)

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
    "X-Frame-Options": "DENY",
}


def csp_nonce() -> str:
    """Return this response's nonce, made at first use."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_security_policy(nonce: str, host: str) -> str:
    """Write the policy; ``host`` is added for WebSockets only when it looks like one."""
    # Older Safari does not take 'self' to cover ws: and wss:.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob: mediastream:",
            f"connect-src 'self'{sockets}",
            "font-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


def headers_without_scripts() -> dict[str, str]:
    """Return the headers of a page that is written before anybody asks for it: no nonce."""
    policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'"
    policy += "; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    return {**_ALWAYS, "Content-Security-Policy": policy, "Cache-Control": "no-store"}


def init_app(app: Flask) -> None:
    """Install cookies' flags, CSRF and the headers of every answer."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_NAME="guichet",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        # A person may take an hour to fill a form: the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # We never send a Referer, so it cannot be what proves where a form comes from.
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.session_interface = PatientSessions()
    csrf.init_app(app)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, csrf_token=generate_csrf)
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    policy = content_security_policy(csp_nonce(), request.host)
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
