"""Who may open what: the one decorator every agent's route wears, and whose things they see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import request as parts
from kiosk.agent import sign_in
from kiosk.appointments import store as appointments
from kiosk.appointments.model import Appointment
from kiosk.assist import store as assist
from kiosk.assist.model import Visit
from kiosk.errors import KioskError, NotAllowed
from kiosk.houses.model import Agent, House, Role
from kiosk.messaging import contacts
from kiosk.web.error_pages import wants_json
from kiosk.web.house_card import HouseCard, show_house

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def requires(role: Role) -> Callable[[View], View]:
    """Open a route to agents, or to managers only; anonymous people are sent to the sign-in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            account = sign_in.account()
            if account is None:
                return _ask_to_sign_in()
            if role == Role.MANAGER and account.role != Role.MANAGER:
                raise NotAllowed
            speak_for(account.house)
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def me() -> Agent:
    """Return the account that is signed in; only inside a route that wears :func:`requires`."""
    account = sign_in.account()
    if account is None:
        raise KioskError("access.sign_in", status=401)
    return account


def speak_for(house: House) -> None:
    """Show this house's name, phone and hours on the page."""
    phone = contacts.display_phone(house.phone) if house.phone else ""
    show_house(HouseCard(name=house.name, phone=phone, time_zone=house.time_zone))


def appointment_of_mine(appointment_id: int) -> Appointment:
    """Return an appointment I may see, and speak for its house; raise NotFound for any other.

    An agent sees their house; a manager, who books for every house, sees them all.
    """
    found = appointments.appointment(parts.session(), appointment_id, house_id=_my_house_id())
    speak_for(found.house)
    return found


def visit_of_mine(visit_id: int) -> Visit:
    """Return a visit I may see; raise NotFound for any other."""
    return assist.visit(parts.session(), visit_id, house_id=_my_house_id())


def _my_house_id() -> int | None:
    account = me()
    return None if account.role == Role.MANAGER else account.house_id


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        raise KioskError("access.sign_in", status=401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("agent.session.sign_in", suite=wanted))
