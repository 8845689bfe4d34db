"""Which messages leave this installation: the others stay in its outbox, and pages say so."""

from __future__ import annotations

from kiosk import request as parts
from kiosk.appointments.model import Channel


def channels_that_leave() -> frozenset[Channel]:
    """Return the channels that have a gateway; paper has none."""
    settings = parts.settings()
    gateways = {Channel.EMAIL: settings.smtp_url, Channel.SMS: settings.sms_gateway_url}
    return frozenset(channel for channel, gateway in gateways.items() if gateway)
