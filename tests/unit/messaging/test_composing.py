"""Every message, in every language: complete, discreet, and the same in text and in HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from kiosk.language import dates
from kiosk.language.languages import offered
from kiosk.messaging.composing import Composer
from kiosk.messaging.gsm import sms_length
from kiosk.settings import ROOT

KINDS = sorted(
    folder.name.removeprefix("appointment_")
    for folder in (ROOT / "kiosk" / "templates" / "messages").glob("appointment_*")
)
LANGUAGES = sorted(offered())
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]

Make = Callable[..., Any]


def text_of(mime: EmailMessage) -> str:
    return part(mime, "text/plain").get_content()


def html_of(mime: EmailMessage) -> str:
    return part(mime, "text/html").get_content()


def part(mime: EmailMessage, wanted: str) -> Any:
    (found,) = [each for each in mime.walk() if each.get_content_type() == wanted]
    return found


def visible(html: str) -> str:
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return re.sub(r"\s+", " ", " ".join(document.find("body").itertext()))


def event_of(mime: EmailMessage) -> Any:
    calendar = Calendar.from_ical(part(mime, "text/calendar").get_content())
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_four_notices_exist() -> None:
    assert set(KINDS) >= {"cancellation", "confirmation", "moved", "reminder"}


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_text_and_html_say_the_same_essentials(
    composer: Composer, parcel: Make, facts: Make, now: datetime, kind: str, language: str
) -> None:
    mime = composer.email(parcel(kind, language=language), facts(kind), now=now).mime

    essentials = ["Robert Martin", "France services Guéret", "05 55 12 34 56", "2026"]
    essentials += ["14 h 30".replace(" ", "\u00a0") if language == "fr" else "2:30\u00a0pm"]
    if kind == "reminder":
        essentials += ["rdv#AbCdEfGhIjKlMnOpQrStUv", "123 456 789", "tokiba"]
    for essential in essentials:
        assert essential in text_of(mime)
        assert essential.replace("\u00a0", " ") in visible(html_of(mime)).replace("\u00a0", " ")


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_html_is_valid_and_accessible(
    composer: Composer, parcel: Make, facts: Make, now: datetime, kind: str, language: str
) -> None:
    html = html_of(composer.email(parcel(kind, language=language), facts(kind), now=now).mime)

    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    links = [link.get("href", "") for link in root.iter("a")]
    assert root.get("lang") == language
    assert root.get("dir") == "ltr"
    assert len(list(root.iter("h1"))) == 1
    assert root.find("head/title").text
    assert not [tag for tag in ("img", "script", "link", "table") if list(root.iter(tag))]
    assert links[-1] == "tel:+33555123456"
    assert all(link.startswith(("tel:+33", "https://visio.exemple.fr")) for link in links)


@pytest.mark.parametrize("kind", KINDS)
def test_english_is_english(
    composer: Composer, parcel: Make, facts: Make, now: datetime, kind: str
) -> None:
    email = composer.email(parcel(kind, language="en"), facts(kind), now=now)
    sms = composer.sms(parcel(kind, language="en"), facts(kind))

    said = " ".join([str(email.mime["Subject"]), text_of(email.mime), sms.text]).lower()
    assert not re.findall(r"\b(?:votre|vous|rendez-vous|lien|heure|appelez)\b", said)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_subject_is_one_line_whatever_the_names(
    composer: Composer, parcel: Make, facts: Make, now: datetime, kind: str, language: str
) -> None:
    mean = facts(kind, house_name="Guéret\r\nBcc: all@exemple.fr", citizen_name="R\u2028\nX: y")

    mime = composer.email(parcel(kind, language=language), mean, now=now).mime

    assert mime["Bcc"] is None
    assert mime["X"] is None
    assert len(str(mime["Subject"]).splitlines()) == 1
    assert str(mime["From"]).count("<") == 1


def test_a_name_is_text_and_never_markup(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    mime = composer.email(parcel(), facts(citizen_name="<b>Bob</b> & co"), now=now).mime

    assert "<b>Bob" not in html_of(mime)
    assert "<b>Bob</b> & co" in visible(html_of(mime))
    assert "<b>Bob</b> & co" in text_of(mime)


@pytest.mark.parametrize("kind", ["confirmation", "moved", "cancellation"])
def test_only_the_reminder_carries_what_opens_the_room(
    composer: Composer, parcel: Make, facts: Make, now: datetime, kind: str
) -> None:
    email = composer.email(parcel(kind), facts(kind), now=now).mime.as_string()
    sms = composer.sms(parcel(kind), facts(kind)).text

    for secret in ("AbCdEf", "123 456 789", "tokiba"):
        assert secret not in email
        assert secret not in sms


def test_an_email_says_who_it_is_from_and_that_no_person_wrote_it(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    email = composer.email(parcel(), facts(), now=now)

    mime = email.mime
    assert (email.sender, email.recipient) == ("ne-pas-repondre@visio.exemple.fr", mime["To"])
    assert mime["From"].addresses[0].display_name == "France services Guéret"
    assert mime["Auto-Submitted"] == "auto-generated"
    assert mime["Message-ID"] == "<0123456789abcdef0123456789abcdef@visio.exemple.fr>"
    assert mime["Date"].datetime == now
    assert mime["Content-Language"] == "fr"


def test_a_booking_comes_with_its_calendar_entry(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    mime = composer.email(parcel("confirmation"), facts("confirmation"), now=now).mime

    calendar = Calendar.from_ical(part(mime, "text/calendar").get_content())
    event = event_of(mime)
    (alarm,) = event.walk("VALARM")
    assert part(mime, "text/calendar").get_param("method") == "REQUEST" == calendar["METHOD"]
    assert calendar.walk("VTIMEZONE") == []
    assert event["DTSTART"].to_ical() == b"20261126T133000Z"
    assert event["DTSTART"].dt == datetime(2026, 11, 26, 13, 30, tzinfo=UTC)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=30)
    assert alarm["TRIGGER"].dt == -timedelta(minutes=15)
    assert event["ORGANIZER"] == "mailto:ne-pas-repondre@visio.exemple.fr"


def test_a_move_and_a_cancellation_replace_the_same_calendar_entry(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    booked = event_of(
        composer.email(parcel("confirmation"), facts("confirmation", version=1), now=now).mime
    )
    moved = event_of(composer.email(parcel("moved"), facts("moved", version=2), now=now).mime)
    off_mime = composer.email(
        parcel("cancellation"), facts("cancellation", version=3), now=now
    ).mime
    off = event_of(off_mime)

    assert booked["UID"] == moved["UID"] == off["UID"]
    assert [int(each["SEQUENCE"]) for each in (booked, moved, off)] == [1, 2, 3]
    assert part(off_mime, "text/calendar").get_param("method") == "CANCEL"
    assert off["STATUS"] == "CANCELLED"
    assert off.walk("VALARM") == []


def test_another_appointment_with_the_same_number_is_another_calendar_entry(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    """As after the erasure of old appointments: SQLite gives their numbers again."""
    first, second = (
        event_of(composer.email(parcel("confirmation", subject_id=7), said, now=now).mime)
        for said in (facts("confirmation"), facts("confirmation", calendar_uid="5a1f"))
    )

    assert first["UID"] != second["UID"]


@pytest.mark.parametrize("night", ["2026-03-29T00:30+00:00", "2026-10-25T00:30+00:00"])
def test_on_the_nights_when_clocks_change_an_entry_lasts_as_long_as_the_appointment(
    composer: Composer, parcel: Make, facts: Make, now: datetime, night: str
) -> None:
    starts_at = datetime.fromisoformat(night)
    said = facts("confirmation", starts_at=starts_at.astimezone(ZoneInfo("Europe/Paris")))

    event = event_of(composer.email(parcel("confirmation"), said, now=now).mime)

    assert event["DTSTART"].dt == starts_at
    assert event["DTEND"].dt == starts_at + timedelta(minutes=30)


def test_a_mail_keeps_the_code_from_telephones_and_translators(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    html = part(composer.email(parcel(), facts(), now=now).mime, "text/html").get_content()

    assert '<meta name="format-detection" content="telephone=no">' in html
    assert re.findall(r'translate="no">([^<]+)<', html) == ["123 456 789", "tokiba"]


def test_the_reminder_adds_nothing_to_the_calendar(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    types = [
        each.get_content_type() for each in composer.email(parcel(), facts(), now=now).mime.walk()
    ]

    assert types == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_an_sms_holds_house_hour_and_phone_in_one_cheap_fragment(
    composer: Composer, parcel: Make, facts: Make, kind: str, language: str
) -> None:
    sms = composer.sms(parcel(kind, language=language, recipient="+33639980042"), facts(kind))

    assert sms.recipient == "+33639980042"
    assert "France services Guéret" in sms.text
    assert ("14h30" if language == "fr" else "2:30pm") in sms.text
    assert "05 55 12 34 56" in sms.text
    assert (sms_length(sms.text).encoding, sms_length(sms.text).parts) == ("gsm", 1)


def test_the_link_stands_alone_on_its_line_in_an_sms(
    composer: Composer, parcel: Make, facts: Make
) -> None:
    sms = composer.sms(parcel(), facts())

    assert facts().join_url in sms.text.splitlines()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    house=st.text(st.characters(codec="latin-1", min_codepoint=32), min_size=1, max_size=120),
    path=st.text(alphabet="abcXYZ019-_", min_size=20, max_size=120),
)
def test_a_long_house_name_never_costs_the_link(
    composer: Composer, parcel: Make, facts: Make, house: str, path: str
) -> None:
    link = f"https://visio.exemple.fr/rdv#{path}"

    text = composer.sms(parcel(), facts(house_name=house, join_url=link)).text

    assert link in text.splitlines()
    assert sms_length(text).parts <= 2


def test_hours_are_those_of_the_house_and_not_of_the_server(
    composer: Composer, parcel: Make, facts: Make
) -> None:
    reunion = facts(time_zone="Indian/Reunion")

    assert "17h30" in composer.sms(parcel(), reunion).text


def test_the_first_of_a_month_is_le_premier_in_french() -> None:
    first = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

    assert dates.day(first, "Europe/Paris", "fr") == "vendredi 1er mai 2026"
    assert dates.day(first, "Europe/Paris", "fr@falc") == "vendredi 1er mai 2026"
    assert dates.short_day(first, "Europe/Paris", "en") == "Fri 1 May"


def test_whole_hours_are_short_in_french() -> None:
    ten = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

    assert dates.hour(ten, "Europe/Paris", "fr") == "10\u00a0h"
    assert dates.short_hour(ten + timedelta(minutes=5), "Europe/Paris", "fr") == "10h05"


@pytest.mark.usefixtures("every_language")
def test_a_message_in_arabic_is_laid_out_from_right_to_left(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    mime = composer.email(parcel(language="ar"), facts(), now=now).mime

    assert '<html lang="ar" dir="rtl">' in html_of(mime)
    assert mime["Content-Language"] == "ar"


def test_a_message_in_a_language_without_catalogue_is_french_and_says_so(
    composer: Composer, parcel: Make, facts: Make, now: datetime
) -> None:
    mime = composer.email(parcel(language="ar"), facts(), now=now).mime

    assert '<html lang="fr" dir="ltr">' in html_of(mime)
    assert mime["Content-Language"] == "fr"
    assert "jeudi 26 novembre 2026" in text_of(mime)
