"""The manager's page: who works in the house, and what citizens read about it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.rights import me, my_house, requires
from kiosk.agent.team_forms import ROLES, AccountForm, HouseForm, MemberForm
from kiosk.calls import dismissal
from kiosk.errors import Conflict, KioskError
from kiosk.houses import accounts, store
from kiosk.houses.model import Agent, Role
from kiosk.messaging.contacts import display_phone
from kiosk.storage.database import writing

routes = Blueprint("team", __name__, url_prefix="/equipe")


@routes.get("")
@requires(Role.MANAGER)
def page() -> ResponseReturnValue:
    """Show who works in the house, and its details."""
    return _page()


@routes.post("/comptes")
@requires(Role.MANAGER)
def add() -> ResponseReturnValue:
    """Open an account; its temporary password is shown on this answer and never again."""
    form = AccountForm(prefix="account-")
    if form.validate_on_submit():
        password = accounts.temporary_password()
        digest = accounts.digest_of(password)
        try:
            with writing(parts.session()) as session:
                made = accounts.open_account(
                    session,
                    house=my_house(),
                    login=form.login.data,
                    name=form.name.data,
                    digest=digest,
                    role=Role(form.role.data),
                )
        except Conflict:
            form.login.errors = [gettext("Cet identifiant est déjà pris. Choisissez-en un autre.")]
        else:
            return _page(made=made, password=password), 201
    return _page(account_form=form)


@routes.post("/membres", endpoint="add_member")
@requires(Role.MANAGER)
def add_member() -> ResponseReturnValue:
    """Let somebody who has an account in another house work in this one too."""
    form = MemberForm(prefix="member-")
    if not form.validate_on_submit():
        return _page(member_form=form)
    try:
        with writing(parts.session()) as session:
            accounts.join_house(session, my_house(), form.login.data, Role(form.role.data))
    except KioskError as refused:
        form.refuse(refused)
        return _page(member_form=form)
    return redirect(url_for("agent.team.page", fait="ajoute"))


@routes.post("/comptes/<int:agent_id>/fermer")
@requires(Role.MANAGER)
def remove(agent_id: int) -> ResponseReturnValue:
    """End somebody's work in the house; their account closes when it has no other house."""
    removed = dismissal.remove_from_house(
        parts.session(), parts.media(), agent_id, my_house(), by=me(), now=clock.now()
    )
    return redirect(url_for("agent.team.page", fait="retire" if removed.active else "ferme"))


@routes.post("/espace")
@requires(Role.MANAGER)
def edit_house() -> ResponseReturnValue:
    """Change what citizens read about the house."""
    house = my_house()
    form = HouseForm(prefix="house-", territory=house.territory)
    if not form.validate_on_submit():
        return _page(house_form=form)
    with writing(parts.session()):
        house.name, house.phone = form.name.data, form.stored_phone
        house.email, house.address = form.stored_email, form.address.data
    return redirect(url_for("agent.team.page", fait="espace"))


def _page(
    *,
    account_form: AccountForm | None = None,
    member_form: MemberForm | None = None,
    house_form: HouseForm | None = None,
    made: Agent | None = None,
    password: str = "",
) -> str:
    house = my_house()
    if house_form is None:
        house_form = HouseForm(formdata=None, obj=house, prefix="house-", territory=house.territory)
        house_form.phone.data = display_phone(house.phone)
    return render_template(
        "agent/team.html",
        agents=store.agents_of(parts.session(), house.id),
        roles=ROLES,
        account_form=account_form or AccountForm(formdata=None, prefix="account-"),
        member_form=member_form or MemberForm(formdata=None, prefix="member-"),
        house_form=house_form,
        made=made,
        password=password,
        done=request.args.get("fait", ""),
        keeps_account=accounts.outlives_its_house,
        my_id=me().id,
    )
