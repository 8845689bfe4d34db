"""Who may open what: the one decorator of every agent's route, and which house they work in now.

Somebody with several houses works in one at a time: the one named in the address (``?espace=7``,
so that two tabs may show two houses), else the one last chosen, else the first by name (decision
0270).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from kiosk import request as parts
from kiosk.agent import sign_in
from kiosk.appointments import store as appointments
from kiosk.appointments.model import Appointment
from kiosk.calls import store as calls
from kiosk.calls.model import Room
from kiosk.errors import KioskError, NotAllowed, NotFound
from kiosk.houses import store as houses
from kiosk.houses.model import Agent, House, Role
from kiosk.messaging import contacts
from kiosk.visits import finding
from kiosk.visits.model import Visit
from kiosk.web.error_pages import wants_json
from kiosk.web.house_card import HouseCard, show_house

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

HOUSE = "espace"
"""Names the house in an address and in the session."""


def requires(role: Role) -> Callable[[View], View]:
    """Open a route to those who work in the house shown, or manage it; others sign in first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            account = sign_in.account()
            if account is None:
                return asked_to_sign_in()
            if account.is_administrator and not my_houses():
                # There is no house yet: making one comes first.
                return redirect(url_for("agent.houses.page"))
            house = my_house()
            if role == Role.MANAGER and not account.manages(house.id):
                raise NotAllowed
            speak_for(house)
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def me() -> Agent:
    """Return the account that is signed in; only inside a route with :func:`requires`."""
    account = sign_in.account()
    if account is None:
        raise KioskError("access.sign_in", status=401)
    return account


def my_houses() -> Sequence[House]:
    """Return the houses the signed-in account may work in, by name."""
    if "my_houses" not in g:
        g.my_houses = houses.houses_of(parts.session(), me())
    found: Sequence[House] = g.my_houses
    return found


def my_house() -> House:
    """Return the house the signed-in account works in now.

    Raises NotFound ``house.not_found`` when the address names another one, NotAllowed when they
    have none.
    """
    if "my_house" not in g:
        g.my_house = _house_shown()
    found: House = g.my_house
    return found


def house_of_page() -> House | None:
    """Return the house this page works in; None outside a route with :func:`requires`."""
    found: House | None = g.get("my_house")
    return found


def choose_house(house_id: int) -> House:
    """Show this house from now on; raise NotFound when they do not work there."""
    house = _one_of_mine(house_id)
    if house is None:
        raise NotFound("house.not_found")
    session[HOUSE] = house.id
    return house


def speak_for(house: House) -> None:
    """Show this house's name, phone and hours on the page."""
    phone = contacts.display_phone(house.phone) if house.phone else ""
    show_house(HouseCard(name=house.name, phone=phone, time_zone=house.time_zone))


def appointment_of_mine(appointment_id: int) -> Appointment:
    """Return an appointment of any of my houses, and speak for that one; raise NotFound else."""
    found = appointments.appointment(parts.session(), appointment_id, house_ids=_my_house_ids())
    speak_for(found.house)
    return found


def room_of_mine(room_id: int) -> Room:
    """Return a room of any of my houses, and speak for that one; raise NotFound else."""
    found = calls.room(parts.session(), room_id)
    if found.house_id not in _my_house_ids():
        raise NotFound("room.not_found")
    speak_for(houses.house(parts.session(), found.house_id))
    return found


def visit_of_mine(visit_id: int) -> Visit:
    """Return a visit to any of my houses; raise NotFound for any other."""
    return finding.for_account(parts.session(), visit_id, house_ids=_my_house_ids())


def _my_house_ids() -> set[int]:
    return {house.id for house in my_houses()}


def _one_of_mine(house_id: int | None) -> House | None:
    return next((house for house in my_houses() if house.id == house_id), None)


def _house_shown() -> House:
    if HOUSE in request.args:
        named = _one_of_mine(request.args.get(HOUSE, type=int))
        if named is None:
            raise NotFound("house.not_found")
        return named
    mine = my_houses()
    if not mine:
        raise NotAllowed
    # A house chosen before a membership ended is no longer theirs: the first one is shown again.
    return _one_of_mine(session.get(HOUSE)) or mine[0]


def asked_to_sign_in() -> ResponseReturnValue:
    """Send somebody to the sign-in page, and back here afterwards; a script gets an error."""
    if wants_json():
        raise KioskError("access.sign_in", status=401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("agent.session.sign_in", suite=wanted))
