"""The administrator's page: every house, a new one with its manager, the other administrators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import rights, sign_in
from kiosk.agent.fields import stored_email
from kiosk.agent.house_forms import NewHouseForm
from kiosk.agent.links import password_link, purpose_for
from kiosk.agent.rights import asked_to_sign_in, me
from kiosk.agent.team_forms import PersonForm
from kiosk.appointments import departures
from kiosk.errors import Conflict, NotAllowed, NotFound
from kiosk.houses import accounts, opening, store
from kiosk.houses.model import Agent, House, LinkPurpose, Role
from kiosk.storage.database import writing

routes = Blueprint("houses", __name__, url_prefix="/espaces")


def _administrators_only(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        account = sign_in.account()
        if account is None:
            return asked_to_sign_in()
        if not account.is_administrator:
            raise NotAllowed
        if rights.my_houses():
            # So that the page has the places of the house they work in now.
            rights.my_house()
        return view(*args, **kwargs)

    return guarded


@routes.get("")
@_administrators_only
def page() -> ResponseReturnValue:
    """Show every house with its managers, and the administrators."""
    return _page()


@routes.post("", endpoint="add")
@_administrators_only
def add() -> ResponseReturnValue:
    """Add a house; its manager is invited, or has an account already."""
    house, manager = NewHouseForm(prefix="house-"), PersonForm(prefix="manager-")
    valid = [house.validate_on_submit(), manager.validate_on_submit()]
    if not all(valid):
        return _page(house=house, manager=manager)
    try:
        with writing(parts.session()) as session:
            made = opening.open_house(session, house.details)
            account, link = _manager(made, manager)
    except Conflict:
        manager.login.errors = [_taken()]
        return _page(house=house, manager=manager)
    return _page(made=made, invited=account, link=link), 201


@routes.post("/administrateurs", endpoint="invite")
@_administrators_only
def invite() -> ResponseReturnValue:
    """Invite another administrator; the link is shown on this answer and never again."""
    form = PersonForm(prefix="admin-")
    if not form.validate_on_submit():
        return _page(administrator=form)
    try:
        with writing(parts.session()) as session:
            account = accounts.open_account(
                session,
                house=None,
                login=form.login.data or accounts.free_login(session, form.name.data),
                name=form.name.data,
                email=stored_email(form.email.data),
                digest=accounts.NOT_CHOSEN,
                administrator=True,
            )
            link = password_link(session, account, LinkPurpose.INVITATION)
    except Conflict:
        form.login.errors = [_taken()]
        return _page(administrator=form)
    return _page(invited=account, link=link), 201


@routes.post("/administrateurs/<int:agent_id>/lien", endpoint="make_link")
@_administrators_only
def make_link(agent_id: int) -> ResponseReturnValue:
    """Make a link to choose a password for an administrator."""
    account = _administrator(agent_id)
    with writing(parts.session()) as session:
        link = password_link(session, account, purpose_for(account))
    return _page(invited=account, link=link)


@routes.post("/administrateurs/<int:agent_id>/fermer", endpoint="close")
@_administrators_only
def close(agent_id: int) -> ResponseReturnValue:
    """Close another administrator's account; their appointments pass to who closes it."""
    account = _administrator(agent_id)
    departures.close_account(
        parts.session(), parts.media(), account.id, by=me(), now=clock.now(), colleague=me()
    )
    return redirect(url_for("agent.houses.page", fait="ferme"))


def _administrator(agent_id: int) -> Agent:
    found = store.agent(parts.session(), agent_id)
    if found is None or not found.is_administrator:
        raise NotFound("account.not_found")
    return found


def _manager(house: House, form: PersonForm) -> tuple[Agent, str]:
    """Make the manager of a new house: the account with this login, or a new one with a link."""
    session, login = parts.session(), form.login.data
    if login and store.agent_by_login(session, login) is not None:
        return accounts.join_house(session, house, login, Role.MANAGER), ""
    account = accounts.open_account(
        session,
        house=house,
        login=login or accounts.free_login(session, form.name.data),
        name=form.name.data,
        email=stored_email(form.email.data),
        digest=accounts.NOT_CHOSEN,
        role=Role.MANAGER,
    )
    return account, password_link(session, account, LinkPurpose.INVITATION)


def _taken() -> str:
    return str(gettext("Cet identifiant est déjà pris. Choisissez-en un autre."))


def _page(
    *,
    house: NewHouseForm | None = None,
    manager: PersonForm | None = None,
    administrator: PersonForm | None = None,
    made: House | None = None,
    invited: Agent | None = None,
    link: str = "",
) -> str:
    session = parts.session()
    every = store.houses(session)
    managers = {
        one.id: [
            agent
            for agent in store.agents_of(session, one.id)
            if agent.role_in(one.id) == Role.MANAGER
        ]
        for one in every
    }
    return render_template(
        "agent/houses.html",
        houses=every,
        managers=managers,
        administrators=store.administrators(session),
        house_form=house or NewHouseForm(formdata=None, prefix="house-"),
        manager_form=manager or PersonForm(formdata=None, prefix="manager-"),
        administrator_form=administrator or PersonForm(formdata=None, prefix="admin-"),
        made=made,
        invited=invited,
        link=link,
        my_id=me().id,
        done=request.args.get("fait", ""),
    )
