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
from kiosk.agent.gateways import channels_that_leave
from kiosk.agent.hour_warnings import Warnings, against
from kiosk.agent.rights import me, my_house, requires
from kiosk.appointments import booking
from kiosk.appointments.model import Channel
from kiosk.errors import KioskError
from kiosk.houses import calendar, reasons
from kiosk.houses import store as houses
from kiosk.houses.model import Role
from kiosk.language.typed_dates import JUST_PAST, read_day
from kiosk.storage.database import writing

routes = Blueprint("booking", __name__)

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
    form.duration.data, form.agent.data = calendar.durations(my_house())[0], me().id
    form.language.data, form.channel.data = "fr", Channel.SMS
    return _page(form)


@routes.post("/rendez-vous/nouveau", endpoint="create")
@requires(Role.AGENT)
def create() -> ResponseReturnValue:
    """Book; warn once of what stands against that hour: the agent may know better."""
    form, warnings = _form(), None
    if form.validate_on_submit():
        try:
            wish = _wish(form)
            warnings = against(wish.house, wish.agent, wish.starts_at, wish.duration_min)
            if not warnings.to_be_said:
                with writing(parts.session()) as session:
                    made = booking.book(session, parts.gate().keys, wish, now=clock.now())
                return redirect(
                    url_for("agent.appointment.page", appointment_id=made.id, fait="pris")
                )
        except KioskError as refused:
            form.refuse(refused)
    return _page(form, warnings)


def _page(form: BookingForm, warnings: Warnings | None = None) -> str:
    house = my_house()
    return render_template(
        "agent/booking.html",
        form=form,
        warnings=warnings,
        channels_that_leave=channels_that_leave(),
        reasons=reasons.of(parts.session(), house.id),
    )


def next_quarter(now: datetime) -> datetime:
    """Return the next quarter of an hour that is at least a minute away."""
    rounded = now.replace(minute=now.minute // STEP_MIN * STEP_MIN, second=0, microsecond=0)
    return rounded + timedelta(minutes=STEP_MIN)


def _form() -> BookingForm:
    house = my_house()
    form = BookingForm(house=house, houses=houses.houses(parts.session()))
    form.offer(calendar.durations(house))
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


def _day_asked(today: date) -> date:
    """Return the day in the address; today when it says none, or one of another century."""
    asked = request.args.get("jour", "")
    return read_day(asked, today=today, since=today - JUST_PAST) or today
