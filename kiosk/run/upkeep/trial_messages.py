"""Sends one real e-mail or SMS by the configured gateway, outside the message queue."""

from __future__ import annotations

import secrets
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from kiosk import clock
from kiosk.errors import KioskError
from kiosk.messaging.contacts import normalise_email, normalise_phone
from kiosk.messaging.message import DeliveryFailed, Email, Sms
from kiosk.messaging.senders.sms_http import SmsGateway
from kiosk.messaging.senders.smtp import SmtpSender
from kiosk.run.upkeep.refusal import Refused
from kiosk.settings import Settings

TEXT = "Ceci est un essai de Guichet Visio : les messages partent."

_MAIL = {
    "smtp.unreachable": "doctor.mail_unreachable",
    "smtp.login": "doctor.mail_login",
    "smtp.tls": "doctor.mail_tls",
    "smtp.no_tls": "doctor.mail_tls",
}


def send_mail(settings: Settings, address: str) -> str:
    """Send a test mail; return how the server named it. Raises Refused."""
    if not settings.smtp_url:
        raise Refused("delivery.no_mail_gateway")
    try:
        recipient = normalise_email(address)
    except KioskError as error:
        raise Refused("doctor.bad_contact", contact=address) from error
    sender = parseaddr(settings.mail_from)[1]
    mime = EmailMessage()
    mime["From"], mime["To"] = settings.mail_from, recipient
    mime["Subject"] = "Essai de Guichet Visio"
    mime["Date"] = format_datetime(clock.now())
    mime["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    mime["Auto-Submitted"] = "auto-generated"
    mime.set_content(f"{TEXT}\n{settings.public_url}\n")
    message = Email(secrets.token_hex(8), sender, recipient, mime)
    try:
        return SmtpSender(settings.smtp_url, settings.mail_from).send(message).provider_id or ""
    except DeliveryFailed as error:
        code = _MAIL.get(error.code, "doctor.mail_refused")
        raise Refused(code, answer=error.code.removeprefix("smtp.")) from error


def send_sms(settings: Settings, number: str) -> str:
    """Send a test SMS; return how the gateway named it. Raises Refused."""
    if not settings.sms_gateway_url:
        raise Refused("delivery.no_sms_gateway")
    try:
        recipient = normalise_phone(number, "FR")
    except KioskError as error:
        raise Refused("doctor.bad_contact", contact=number) from error
    gateway = SmsGateway(settings.sms_gateway_url, settings.sms_gateway_token.get_secret_value())
    try:
        return gateway.send(Sms(secrets.token_hex(8), recipient, TEXT)).provider_id or ""
    except DeliveryFailed as error:
        raise Refused("doctor.sms_failed", answer=error.code.removeprefix("sms.")) from error
