"""The two ways in: the home page (code and password) and the link."""

from __future__ import annotations

from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.calls.guesses import Who
from kiosk.calls.links import clean_token
from kiosk.calls.model import CameBy, Room
from kiosk.citizen import house_facts, visiting
from kiosk.citizen.blueprint import blueprint
from kiosk.citizen.forms import CodeForm, LinkForm
from kiosk.errors import KioskError, NotFound
from kiosk.messaging.contacts import display_phone
from kiosk.web.error_pages import answer, sentence_for, wants_json
from kiosk.web.house_card import HouseCard, show_house
from kiosk.web.limits import limiter

CREDENTIALS_REFUSED = frozenset({"gate.wrong", "gate.slow", "gate.locked"})
ROOM_OVER = frozenset(
    {"gate.too_early", "gate.closed", "gate.cancelled", "gate.renewed", "path.moved"}
)


@blueprint.get("/")
def home() -> str:
    """Ask for the code and the password."""
    return render_template("citizen/home.html", form=CodeForm(formdata=None), wait_s=0)


@blueprint.post("/")
@limiter.limit("60 per minute")
def enter_by_code() -> ResponseReturnValue:
    """Enter the room of a code and a password; after an error what was typed is still there."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("citizen/home.html", form=form, wait_s=0), 400
    try:
        room = parts.gate().by_code(
            parts.session(),
            form.code.data,
            form.password.data,
            who=Who(browser=visiting.browser_name(), address=parts.address()),
            now=clock.now(),
        )
    except KioskError as error:
        if error.code not in CREDENTIALS_REFUSED:
            return closed(error, {"code": form.code.data, "password": form.password.data}, "/")
        return _ask_again(form, error)
    typed = {"code": form.code.data, "password": form.password.data}
    return _entered(room, CameBy.CODE, typed, "/")


@blueprint.get("/rdv")
def link() -> str:
    """Show one big button; the link's secret is in the fragment, which browsers never send."""
    return render_template(
        "citizen/link.html",
        form=LinkForm(formdata=None),
        under_way=visiting.current() is not None,
    )


@blueprint.get("/rdv/")
@blueprint.get("/rdv/<path:bent>")
@blueprint.get("/rdv<path:bent>")
@blueprint.get("/RDV")
@blueprint.get("/RDV<path:bent>")
@blueprint.get("/Rdv")
@blueprint.get("/Rdv<path:bent>")
def straighten(bent: str = "") -> ResponseReturnValue:
    """Put the secret back into the fragment, where a program has moved it into the path.

    Some encode the ``#`` of a link (``/rdv%23…``), others put a slash, a space or a full stop
    before it, or write capitals: the browser then still has the fragment, and keeps it.
    """
    token = clean_token(bent)
    if token is None and any(map(str.isalnum, bent)):
        raise NotFound
    return redirect(f"{url_for('citizen.link')}#{token}" if token else url_for("citizen.link"))


@blueprint.post("/rdv")
@limiter.limit("60 per minute")
def enter_by_link() -> ResponseReturnValue:
    """Enter the room of a link, taken from the address by the script or pasted by a person."""
    form = LinkForm()
    token = clean_token(form.token.data or "") if form.validate_on_submit() else None
    if token is None:
        raise KioskError("gate.cut_link", status=404)
    try:
        room = parts.gate().by_link(parts.session(), token, now=clock.now())
    except KioskError as error:
        if error.code == "gate.wrong":
            raise KioskError("gate.wrong_link", status=404) from error
        if error.code in CREDENTIALS_REFUSED:
            raise
        return closed(error, {"token": token}, "/rdv")
    return _entered(room, CameBy.LINK, {"token": token}, "/rdv")


def _entered(room: Room, came_by: CameBy, typed: dict[str, str], again: str) -> ResponseReturnValue:
    """Lead into the room; where another browser holds the seat, ask first who this is."""
    try:
        who = visiting.Who(request.form.get("who", ""))
    except ValueError:
        who = visiting.Who.UNSAID
    screen = visiting.enter(room, came_by, who)
    if screen is not None:
        return redirect(screen.path, 303)
    visiting.speak_for(room)
    return render_template("citizen/seat.html", typed=typed, again=again)


def closed(error: KioskError, typed: dict[str, str], again: str) -> Response:
    """Say that the room is not open now, with the hour and the house's telephone.

    ``typed`` and ``again`` (an address) let that page try again by itself at the hour.
    """
    values = error.values
    if "house" in values:
        show_house(
            HouseCard(
                name=str(values["house"]),
                phone=display_phone(str(values["phone"])),
                time_zone=str(values["time_zone"]),
            )
        )
    house_id = values.get("house_id")
    told = house_facts.of(house_id, None) if isinstance(house_id, int) else None
    title, advice = sentence_for(error)
    opens_at = values.get("opens_at") if error.code == "gate.too_early" else None
    page = render_template(
        "citizen/closed.html",
        code=error.code,
        title=title,
        advice=advice,
        opens_in_s=_seconds_until(opens_at),
        typed=typed,
        again=again,
        told=told,
    )
    return make_response(page, error.status)


def _ask_again(form: CodeForm, error: KioskError) -> ResponseReturnValue:
    title, advice = sentence_for(error)
    form.form_errors.append(f"{title}. {advice}")
    wait_s = int(str(error.values.get("retry_after_s", 0)))
    response = make_response(render_template("citizen/home.html", form=form, wait_s=wait_s))
    response.status_code = error.status
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response


def refused_in_words(error: KioskError) -> ResponseReturnValue:
    """Answer an error of any citizen's page; a closed room has a page of its own."""
    if error.code in ROOM_OVER and not wants_json():
        return closed(error, {}, request.path)
    return answer(error)


def _seconds_until(moment: object) -> float | None:
    return (moment - clock.now()).total_seconds() if isinstance(moment, datetime) else None
