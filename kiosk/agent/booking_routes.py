"""Booking an appointment, and the list of a day's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import board
from kiosk.agent.forms import BookingForm
from kiosk.agent.rights import me, my_house, requires
from kiosk.appointments import booking, store
from kiosk.appointments.model import Appointment, Channel
from kiosk.errors import KioskError
from kiosk.houses import store as houses
from kiosk.houses.model import Role
from kiosk.language.typed_dates import JUST_PAST, read_day
from kiosk.storage.database import writing

routes = Blueprint("booking", __name__)

USUAL_DURATION_MIN = 30
STEP_MIN = 15


@routes.get("/rendez-vous")
@requires(Role.AGENT)
def day() -> ResponseReturnValue:
    """Show one day of the house, and the way to the days around it."""
    zone = ZoneInfo(my_house().time_zone)
    today = clock.now().astimezone(zone).date()
    shown = _day_asked(today)
    return render_template(
        "agent/day.html",
        rows=board.appointments_of_day(parts.session(), my_house(), shown, now=clock.now()),
        shown=shown,
        today=today,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
    )


@routes.get("/rendez-vous/nouveau")
@requires(Role.AGENT)
def new() -> ResponseReturnValue:
    """Show the booking form, filled in as far as can be guessed."""
    form = _form()
    start = next_quarter(clock.now()).astimezone(ZoneInfo(my_house().time_zone))
    form.day.data, form.hour.data = start.date(), start.time()
    form.duration.data, form.agent.data = USUAL_DURATION_MIN, me().id
    form.language.data, form.channel.data = "fr", Channel.SMS
    return render_template(
        "agent/booking.html", form=form, clash=None, clash_key="", unsent=_unsent()
    )


@routes.post("/rendez-vous/nouveau", endpoint="create")
@requires(Role.AGENT)
def create() -> ResponseReturnValue:
    """Book; warn once when the agent is already taken at that hour."""
    form = _form()
    clash, clash_key = None, ""
    if form.validate_on_submit():
        try:
            wish = _wish(form)
            clash, clash_key = _clash(wish)
            if clash is None or request.form.get("despite") == clash_key:
                with writing(parts.session()) as session:
                    made = booking.book(session, parts.gate().keys, wish, now=clock.now())
                return redirect(
                    url_for("agent.appointment.page", appointment_id=made.id, fait="pris")
                )
        except KioskError as refused:
            form.refuse(refused)
    return render_template(
        "agent/booking.html", form=form, clash=clash, clash_key=clash_key, unsent=_unsent()
    )


def _unsent() -> tuple[bool, bool]:
    """Return whether e-mails, and whether SMS, stay here for want of a gateway."""
    settings = parts.settings()
    return not settings.smtp_url, not settings.sms_gateway_url


def next_quarter(now: datetime) -> datetime:
    """Return the next quarter of an hour that is at least a minute away."""
    rounded = now.replace(minute=now.minute // STEP_MIN * STEP_MIN, second=0, microsecond=0)
    return rounded + timedelta(minutes=STEP_MIN)


def _form() -> BookingForm:
    house = my_house()
    form = BookingForm(house=house, houses=houses.houses(parts.session()))
    form.agent.choices = [
        SelectChoice(one.id, one.name) for one in houses.agents_of(parts.session(), house.id)
    ]
    return form


def _wish(form: BookingForm) -> booking.Wish:
    agent = houses.agent(parts.session(), form.agent.data)
    assert agent is not None  # the form only takes one of its choices
    house = my_house()
    return booking.Wish(
        house=house,
        agent=agent,
        starts_at=form.starts_at(house.time_zone),
        duration_min=form.duration.data,
        **form.details().as_fields(),
    )


def _clash(wish: booking.Wish) -> tuple[Appointment | None, str]:
    end = wish.starts_at + timedelta(minutes=wish.duration_min)
    clash = store.clashing(parts.session(), agent_id=wish.agent.id, start=wish.starts_at, end=end)
    # The key names what was warned about: another hour with another clash is warned about again.
    return clash, f"{clash.id}:{wish.starts_at:%Y%m%d%H%M}" if clash else ""


def _day_asked(today: date) -> date:
    """Return the day in the address; today when it says none, or one of another century."""
    asked = request.args.get("jour", "")
    return read_day(asked, today=today, since=today - JUST_PAST) or today
