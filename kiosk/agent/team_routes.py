"""The manager's page: who works in the house."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kiosk import request as parts
from kiosk.agent.fields import stored_email
from kiosk.agent.links import password_link
from kiosk.agent.rights import my_house, requires
from kiosk.agent.team_forms import ROLES, InvitationForm, MemberForm
from kiosk.errors import Conflict, KioskError
from kiosk.houses import accounts, store
from kiosk.houses.model import Agent, LinkPurpose, Role
from kiosk.storage.database import writing

routes = Blueprint("team", __name__, url_prefix="/equipe")


@routes.get("")
@requires(Role.MANAGER)
def page() -> ResponseReturnValue:
    """Show who works in the house."""
    return _page()


@routes.post("/comptes")
@requires(Role.MANAGER)
def add() -> ResponseReturnValue:
    """Open an account; the link to choose its password is shown on this answer, and e-mailed."""
    form = InvitationForm(prefix="account-")
    if form.validate_on_submit():
        try:
            with writing(parts.session()) as session:
                made = accounts.open_account(
                    session,
                    house=my_house(),
                    login=form.login.data or accounts.free_login(session, form.name.data),
                    name=form.name.data,
                    email=stored_email(form.email.data),
                    digest=accounts.NOT_CHOSEN,
                    role=Role(form.role.data),
                )
                link = password_link(session, made, LinkPurpose.INVITATION)
        except Conflict:
            form.login.errors = [gettext("Cet identifiant est déjà pris. Choisissez-en un autre.")]
        else:
            return _page(made=made, link=link), 201
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


def _page(
    *,
    account_form: InvitationForm | None = None,
    member_form: MemberForm | None = None,
    made: Agent | None = None,
    link: str = "",
) -> str:
    house = my_house()
    return render_template(
        "agent/team.html",
        agents=store.agents_of(parts.session(), house.id),
        roles=ROLES,
        former=store.former_agents_of(parts.session(), house.id),
        account_form=account_form or InvitationForm(formdata=None, prefix="account-"),
        member_form=member_form or MemberForm(formdata=None, prefix="member-"),
        made=made,
        link=link,
        done=request.args.get("fait", ""),
    )
