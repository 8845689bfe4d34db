"""The manager's page: the house's accounts, and what citizens are told about the house."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kiosk import request as parts
from kiosk.agent.rights import me, requires
from kiosk.agent.team_forms import ROLES, AccountForm, HouseForm
from kiosk.errors import Conflict
from kiosk.houses import accounts, store
from kiosk.houses.model import Agent, Role
from kiosk.messaging.contacts import display_phone
from kiosk.storage.database import writing

routes = Blueprint("team", __name__, url_prefix="/equipe")


@routes.get("")
@requires(Role.MANAGER)
def page() -> ResponseReturnValue:
    """Show who works here and what the house says of itself."""
    return _page()


@routes.post("/comptes")
@requires(Role.MANAGER)
def add() -> ResponseReturnValue:
    """Open an account; its temporary password is shown on this answer and never again."""
    form = AccountForm(prefix="account-")
    if form.validate_on_submit():
        password = accounts.temporary_password()
        try:
            with writing(parts.session()) as session:
                made = accounts.open_account(
                    session,
                    house=me().house,
                    login=form.login.data,
                    name=form.name.data,
                    password=password,
                    role=Role(form.role.data),
                )
        except Conflict:
            form.login.errors = [gettext("Cet identifiant est déjà pris. Choisissez-en un autre.")]
        else:
            return _page(made=made, password=password), 201
    return _page(account_form=form)


@routes.post("/comptes/<int:agent_id>/fermer")
@requires(Role.MANAGER)
def deactivate(agent_id: int) -> ResponseReturnValue:
    """Close an account of the house: whoever uses it is out at their next click."""
    with writing(parts.session()) as session:
        accounts.close_account(session, agent_id, by=me())
    return redirect(url_for("agent.team.page", fait="ferme"))


@routes.post("/espace")
@requires(Role.MANAGER)
def edit_house() -> ResponseReturnValue:
    """Change what citizens are told about the house."""
    form = HouseForm(prefix="house-", territory=me().house.territory)
    if not form.validate_on_submit():
        return _page(house_form=form)
    with writing(parts.session()):
        house = me().house
        house.name, house.phone = form.name.data, form.stored_phone
        house.email, house.address = form.stored_email, form.address.data
    return redirect(url_for("agent.team.page", fait="espace"))


def _page(
    *,
    account_form: AccountForm | None = None,
    house_form: HouseForm | None = None,
    made: Agent | None = None,
    password: str = "",
) -> str:
    house = me().house
    if house_form is None:
        house_form = HouseForm(formdata=None, obj=house, prefix="house-", territory=house.territory)
        house_form.phone.data = display_phone(house.phone)
    return render_template(
        "agent/team.html",
        agents=store.agents_of(parts.session(), house.id),
        roles=ROLES,
        account_form=account_form or AccountForm(formdata=None, prefix="account-"),
        house_form=house_form,
        made=made,
        password=password,
        done=request.args.get("fait", ""),
        my_id=me().id,
    )
