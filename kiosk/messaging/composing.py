"""Composes an e-mail or an SMS from templates, in the recipient's language. Sends nothing.

Templates are ``kiosk/templates/messages/<kind>/{subject.txt,body.txt,body.html,sms.txt}``; they
see the fields of the kind's facts and nothing else, so a template cannot name a link that its kind
does not carry. The sentences of a language come from the caller (decision 0052), so this engine
knows no web.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from kiosk.language import dates
from kiosk.language.catalogues import Catalogue
from kiosk.messaging import gsm, invite
from kiosk.messaging.contacts import display_phone
from kiosk.messaging.message import DatedFacts, Email, Facts, Parcel, Sms

LONGEST_SMS = 2
"""Fragments an SMS may take; the house's name is shortened before the link is touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """The templates, their translations and the sender's address.

    ``mail_from`` is a mailbox (``Name <address>``); its name is replaced by the house's, which is
    what the citizen recognises. ``sentences(language)`` returns the catalogue of that language, or
    the French one: dates, ``lang`` and ``dir`` follow the catalogue that is really used.
    """

    templates: Path
    sentences: Callable[[str], Catalogue]
    mail_from: str

    def email(self, parcel: Parcel, facts: Facts, *, now: datetime) -> Email:
        """Compose text, HTML and, where a date changes, the calendar entry."""
        values = self._values(parcel, facts)
        subject = _one_line(self._render(parcel, "subject.txt", values))
        values["subject"] = subject
        sender = parseaddr(self.mail_from)[1]
        mime = EmailMessage()
        mime["From"] = Address(_one_line(facts.house_name), addr_spec=sender)
        # In two halves: given whole, an accented local part (RFC 6532) would be refused.
        local, _, domain = parcel.recipient.rpartition("@")
        mime["To"] = Address(username=local, domain=domain)
        mime["Subject"] = subject
        mime["Date"] = format_datetime(now)
        # The same at every attempt, so that a mailbox which got it twice shows it once.
        mime["Message-ID"] = f"<{parcel.reference}@{_domain(sender)}>"
        mime["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
        mime["X-Auto-Response-Suppress"] = "All"
        quoted = "quoted-printable"
        mime.set_content(self._render(parcel, "body.txt", values), cte=quoted)
        html = self._render(parcel, "body.html", values)
        mime.add_alternative(html, subtype="html", cte=quoted)
        self._attach_calendar(mime, parcel, facts, values, now)
        # Last: setting content drops every Content- header there was.
        mime["Content-Language"] = self.sentences(parcel.language).language.html
        return Email(parcel.reference, sender, parcel.recipient, mime)

    def sms(self, parcel: Parcel, facts: Facts) -> Sms:
        """Compose the SMS: GSM letters, two fragments, the link whole."""
        values = self._values(parcel, facts)
        text = self._sms_text(parcel, values)
        name = facts.house_name
        while gsm.sms_length(text).parts > LONGEST_SMS and len(name) > 1:
            name = name[: len(name) * 3 // 4].rstrip()
            text = self._sms_text(parcel, values | {"house_name": f"{name}."})
        return Sms(parcel.reference, parcel.recipient, text)

    def _sms_text(self, parcel: Parcel, values: dict[str, Any]) -> str:
        return gsm.to_gsm(self._render(parcel, "sms.txt", values).strip())

    def _attach_calendar(
        self,
        mime: EmailMessage,
        parcel: Parcel,
        facts: Facts,
        values: dict[str, Any],
        now: datetime,
    ) -> None:
        if not isinstance(facts, DatedFacts) or facts.calendar is None:
            return
        method = facts.calendar
        sender = parseaddr(self.mail_from)[1]
        entry = invite.Entry(
            uid=f"{facts.calendar_uid}@{_domain(sender)}",
            sequence=facts.version,
            starts_at=facts.starts_at,
            duration=timedelta(minutes=facts.duration_min),
            summary=_one_line(self._shared(parcel, "_entry_summary.txt", values)),
            description=self._shared(
                parcel, "_entry_description.txt", values | {"method": method}
            ).strip(),
            organiser=_one_line(facts.house_name),
            organiser_address=sender,
            attendee_address=parcel.recipient,
        )
        mime.add_attachment(
            invite.calendar(entry, method, now=now).replace("\r\n", "\n"),
            subtype="calendar",
            filename="rendez-vous.ics",
            params={"method": method},
        )

    def _values(self, parcel: Parcel, facts: Facts) -> dict[str, Any]:
        """Return the fields of the facts, safe in a header, and their forms for reading."""
        values: dict[str, Any] = {
            field.name: _one_line(value) if isinstance(value, str) else value
            for field in fields(facts)
            for value in [getattr(facts, field.name)]
        }
        language = self.sentences(parcel.language).language
        values["lang"], values["dir"] = language.html, language.dir
        values["house_phone"] = display_phone(facts.house_phone)
        values["house_phone_link"] = facts.house_phone
        return values | (_times(facts, language.code) if isinstance(facts, DatedFacts) else {})

    def _render(self, parcel: Parcel, part: str, values: dict[str, Any]) -> str:
        return self._template(parcel.language, f"{parcel.kind}/{part}", values)

    def _shared(self, parcel: Parcel, name: str, values: dict[str, Any]) -> str:
        return self._template(parcel.language, name, values)

    def _template(self, language: str, name: str, values: dict[str, Any]) -> str:
        environment = _environment(self.templates, self.sentences(language))
        return environment.get_template(name).render(values)


def _times(facts: DatedFacts, language: str) -> dict[str, str]:
    when = (facts.time_zone, language)
    ends_at = facts.starts_at.astimezone(UTC) + timedelta(minutes=facts.duration_min)
    return {
        "day": dates.day(facts.starts_at, *when),
        "short_day": dates.short_day(facts.starts_at, *when),
        "hour": dates.hour(facts.starts_at, *when),
        "short_hour": dates.short_hour(facts.starts_at, *when),
        "end_hour": dates.hour(ends_at, *when),
    }


@lru_cache(maxsize=32)
def _environment(templates: Path, sentences: Catalogue) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    # The extension adds this method at run time.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        sentences.gettext, sentences.ngettext, newstyle=True
    )
    return environment


def _one_line(text: str) -> str:
    # A line break in a header would start a second header. No-break spaces stay what they are.
    breaks = ("Cc", "Cs", "Zl", "Zp")
    clean = "".join(" " if category(letter) in breaks else letter for letter in text)
    return re.sub(" +", " ", clean).strip(" ")


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
