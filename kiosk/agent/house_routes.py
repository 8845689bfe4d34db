"""The manager's page about the house: what citizens read, when it receives, what for."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.house_forms import (
    AbsenceForm,
    ClosedDaysForm,
    DurationsForm,
    HouseForm,
    ReasonForm,
    WeekForm,
)
from kiosk.agent.rights import my_house, requires
from kiosk.calls import store as calls
from kiosk.errors import KioskError
from kiosk.houses import calendar, hours, reasons, store
from kiosk.houses.model import Role
from kiosk.messaging.contacts import display_phone
from kiosk.storage import revisions
from kiosk.storage.database import writing

routes = Blueprint("house", __name__, url_prefix="/mon-espace")


@routes.get("")
@requires(Role.MANAGER)
def page() -> ResponseReturnValue:
    """Show everything that the manager may change."""
    return _page()


@routes.post("/details")
@requires(Role.MANAGER)
def edit_details() -> ResponseReturnValue:
    """Change what citizens read about the house."""
    house = my_house()
    form = HouseForm(prefix="house-", territory=house.territory)
    if not form.validate_on_submit():
        return _page(details=form)
    with writing(parts.session()) as session:
        form.write_to(house)
        revisions.bump(session, calls.house_topic(house.id))
    return _done("details")


@routes.post("/horaires", endpoint="edit_hours")
@requires(Role.MANAGER)
def edit_hours() -> ResponseReturnValue:
    """Change the opening hours of the week."""
    form = WeekForm(prefix="week-")
    if not form.validate_on_submit():
        return _page(week=form)
    with writing(parts.session()):
        hours.set_week(my_house(), form.week)
    return _done("horaires")


@routes.post("/durees", endpoint="edit_durations")
@requires(Role.MANAGER)
def edit_durations() -> ResponseReturnValue:
    """Change the lengths that the booking form proposes."""
    form = DurationsForm(prefix="length-")
    if not form.validate_on_submit():
        return _page(durations=form)
    with writing(parts.session()):
        calendar.propose(my_house(), form.lengths.data, form.usual.data)
    return _done("durees")


@routes.post("/fermetures", endpoint="close_days")
@requires(Role.MANAGER)
def close_days() -> ResponseReturnValue:
    """Add days on which the house is closed."""
    form = ClosedDaysForm(prefix="closed-")
    if form.validate_on_submit():
        try:
            with writing(parts.session()) as session:
                calendar.close_days(session, my_house(), *form.days, form.name.data)
            return _done("fermetures")
        except KioskError as refused:
            form.refuse(refused)
    return _page(closed=form)


@routes.post("/fermetures/<int:closed_id>/retirer", endpoint="open_again")
@requires(Role.MANAGER)
def open_again(closed_id: int) -> ResponseReturnValue:
    """Take closed days back."""
    with writing(parts.session()) as session:
        calendar.open_again(session, my_house(), closed_id)
    return _done("fermetures")


@routes.post("/absences", endpoint="note_absence")
@requires(Role.MANAGER)
def note_absence() -> ResponseReturnValue:
    """Note that somebody is away."""
    form = _absence_form(sent=True)
    if form.validate_on_submit():
        try:
            with writing(parts.session()) as session:
                agent = store.agent(session, form.agent.data)
                assert agent is not None  # the form only takes one of its choices
                calendar.note_absence(session, my_house(), agent, *form.days)
            return _done("absences")
        except KioskError as refused:
            form.refuse(refused)
    return _page(absence=form)


@routes.post("/absences/<int:absence_id>/retirer", endpoint="come_back")
@requires(Role.MANAGER)
def come_back(absence_id: int) -> ResponseReturnValue:
    """Take an absence back."""
    with writing(parts.session()) as session:
        calendar.come_back(session, my_house(), absence_id)
    return _done("absences")


@routes.post("/motifs", endpoint="add_reason")
@requires(Role.MANAGER)
def add_reason() -> ResponseReturnValue:
    """Add a reason."""
    form = ReasonForm(prefix="reason-")
    if form.validate_on_submit():
        try:
            with writing(parts.session()) as session:
                reasons.add(session, my_house(), form.name.data, form.papers.data)
            return _done("motifs")
        except KioskError as refused:
            form.refuse(refused)
    return _page(reason=form)


@routes.post("/motifs/<int:reason_id>", endpoint="edit_reason")
@requires(Role.MANAGER)
def edit_reason(reason_id: int) -> ResponseReturnValue:
    """Correct a reason."""
    form = ReasonForm(prefix=f"reason{reason_id}-")
    if form.validate_on_submit():
        try:
            with writing(parts.session()) as session:
                reasons.change(session, my_house(), reason_id, form.name.data, form.papers.data)
            return _done("motifs")
        except KioskError as refused:
            form.refuse(refused)
    # Before the page is drawn: a reason of another house does not exist.
    reasons.one(parts.session(), my_house(), reason_id)
    return _page(edited={reason_id: form})


@routes.post("/motifs/<int:reason_id>/retirer", endpoint="remove_reason")
@requires(Role.MANAGER)
def remove_reason(reason_id: int) -> ResponseReturnValue:
    """Remove a reason; appointments keep its words."""
    with writing(parts.session()) as session:
        reasons.remove(session, my_house(), reason_id)
    return _done("motifs")


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for("agent.house.page", fait=what))


def _absence_form(*, sent: bool) -> AbsenceForm:
    more: dict[str, Any] = {} if sent else {"formdata": None}
    form = AbsenceForm(prefix="absence-", **more)
    form.agent.choices = [
        SelectChoice(one.id, one.name) for one in store.agents_of(parts.session(), my_house().id)
    ]
    return form


def _details_form() -> HouseForm:
    house = my_house()
    form = HouseForm(formdata=None, obj=house, prefix="house-", territory=house.territory)
    form.phone.data = display_phone(house.phone)
    return form


def _week_form() -> WeekForm:
    form = WeekForm(formdata=None, prefix="week-")
    form.show_week(hours.week_of(my_house()))
    return form


def _durations_form() -> DurationsForm:
    form = DurationsForm(formdata=None, prefix="length-")
    form.lengths.data = calendar.durations(my_house())
    form.usual.data = form.lengths.data[0]
    return form


def _page(
    *,
    details: HouseForm | None = None,
    week: WeekForm | None = None,
    durations: DurationsForm | None = None,
    closed: ClosedDaysForm | None = None,
    absence: AbsenceForm | None = None,
    reason: ReasonForm | None = None,
    edited: dict[int, ReasonForm] | None = None,
) -> str:
    session, house = parts.session(), my_house()
    today = clock.now().astimezone(ZoneInfo(house.time_zone)).date()
    known = reasons.of(session, house.id)
    forms = {one.id: ReasonForm(formdata=None, obj=one, prefix=f"reason{one.id}-") for one in known}
    forms |= edited or {}
    return render_template(
        "agent/house.html",
        details=details or _details_form(),
        week=week or _week_form(),
        durations=durations or _durations_form(),
        closed=closed or ClosedDaysForm(formdata=None, prefix="closed-"),
        absence=absence or _absence_form(sent=False),
        reason=reason or ReasonForm(formdata=None, prefix="reason-"),
        closed_days=calendar.closed_days(session, house, since=today),
        absences=calendar.absences(session, house, since=today),
        reasons=known,
        reason_forms=forms,
        done=request.args.get("fait", ""),
    )
