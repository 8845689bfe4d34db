"""Which language and time zone a request uses; what is written in them is ``kiosk.language``'s.

The order in which a language is chosen is in :func:`negotiate`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import negotiate_locale
from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale, refresh
from markupsafe import Markup

from kiosk.language import dates
from kiosk.language.catalogues import Catalogue, catalogue
from kiosk.language.languages import Language, offered
from kiosk.settings import Settings
from kiosk.web.house_card import current_house

CHOSEN = "language"
PREFERRED = "preferred_language"


class OurDomain(Domain):  # type: ignore[misc]
    """Flask-Babel's domain, reading our catalogues."""

    def get_translations(self) -> Catalogue:
        """Return the sentences of the language in use."""
        return catalogue(str(get_locale() or current_language().code))


class OurBabel(Babel):  # type: ignore[misc]
    """Flask-Babel with our domain as the default one."""

    domain_instance = OurDomain()


def negotiate() -> str:
    """Return the code of the language of this request.

    Order: ``?lang=`` (kept in the session by :func:`_keep_choice`), what the person chose before,
    what the appointment says, what the browser asks for, the installation's default.
    """
    if not has_request_context():
        return _default()
    for wanted in (_asked(), session.get(CHOSEN), session.get(PREFERRED)):
        if wanted in offered():
            return str(wanted)
    accepted = [value.replace("-", "_") for value in request.accept_languages.values()]
    return negotiate_locale(accepted, list(offered())) or _default()


def prefer(language: str) -> None:
    """Use the appointment's language from now on, unless the person chose another one."""
    if language in offered():
        session[PREFERRED] = language
        refresh()


def current_language() -> Language:
    """Return the language in use (the forced one inside ``flask_babel.force_locale``)."""
    locale = get_locale()
    return offered().get(str(locale)) or offered()[_default()]


def time_zone() -> ZoneInfo:
    """Return the time zone of the house this request is about, else the installation's."""
    house = current_house()
    return ZoneInfo(house.time_zone if house else _settings().default_time_zone)


def format_date(when: datetime | date, *, zone: str | None = None) -> str:
    """Write the day in the request's language: ``lundi 23 novembre 2026``."""
    return dates.day(when, zone or time_zone().key, current_language().code)


def format_time(instant: datetime, *, zone: str | None = None) -> str:
    """Write the hour in the request's language: ``14 h 30``, ``2:30 pm``."""
    return dates.hour(instant, zone or time_zone().key, current_language().code)


def format_moment(instant: datetime, *, zone: str | None = None) -> str:
    """Write the day and the hour: ``lundi 23 novembre 2026 à 14 h 30``."""
    return dates.moment(instant, zone or time_zone().key, current_language().code)


def texts(sentences: Mapping[str, object], element_id: str = "texts") -> Markup:
    """Return a JSON block of translated sentences for scripts, read by ``js/lib/texts.js``.

    ``sentences`` maps a short name to a translated sentence; ``{name}`` placeholders are filled
    by the script.
    """
    body = json.dumps({name: str(value) for name, value in sentences.items()}, ensure_ascii=False)
    safe = body.replace("<", "\\u003c").replace("&", "\\u0026").replace("\u2028", "\\u2028")
    return Markup('<script type="application/json" id="{}">{}</script>').format(
        element_id,
        Markup(safe),  # noqa: S704 - no tag can start: every < is escaped above
    )


def foreign(language: Language) -> Markup:
    """Return ``lang`` and ``dir`` for a text in another language than the page's."""
    if language.html == current_language().html:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language.html, language.dir)


def language_links() -> list[dict[str, object]]:
    """Describe one link a language to the page being read, for the header."""
    rule = request.url_rule
    readable = rule is None or "GET" in (rule.methods or set())
    path = quote(request.path) if readable else "/"
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    current = current_language()
    return [
        {
            "language": language,
            "current": language == current,
            "url": f"{path}?{urlencode([*kept, ('lang', language.code)])}",
        }
        for language in offered().values()
    ]


def init_app(app: Flask) -> None:
    """Install the languages, after checking that each active one has a catalogue."""
    offered()
    settings: Settings = app.extensions["settings"]
    OurBabel().init_app(
        app,
        default_locale=settings.default_language,
        default_timezone=settings.default_time_zone,
        locale_selector=negotiate,
        timezone_selector=lambda: str(time_zone()),
    )
    app.before_request(_keep_choice)
    _install_in_templates(app)


def _install_in_templates(app: Flask) -> None:
    app.context_processor(
        lambda: {"language": current_language(), "language_links": language_links}
    )
    app.jinja_env.globals.update(texts=texts, foreign=foreign)
    app.jinja_env.filters.update(
        house_date=format_date,
        house_time=format_time,
        house_moment=format_moment,
    )


def _keep_choice() -> None:
    wanted = _asked()
    if wanted is not None:
        session[CHOSEN] = wanted


def _asked() -> str | None:
    """Return the language that the address asks for: ``en``, and ``EN`` or ``en-GB`` alike."""
    written = request.args.get("lang", "").replace("-", "_").casefold()
    by_code = {code.casefold(): code for code in offered()}
    return by_code.get(written) or by_code.get(written.partition("_")[0])


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _default() -> str:
    default = _settings().default_language
    return default if default in offered() else "fr"
