"""One account of the house, for its manager: role, password link, sessions, departure."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.fields import stored_email
from kiosk.agent.links import password_link, purpose_for
from kiosk.agent.rights import me, my_house, requires
from kiosk.agent.team_forms import ROLES, AccountForm, DepartureForm
from kiosk.appointments import departures
from kiosk.appointments import store as appointments
from kiosk.errors import Conflict, NotAllowed, NotFound
from kiosk.houses import accounts, sign_ins, store
from kiosk.houses.model import Agent, LinkPurpose, Role
from kiosk.storage.database import writing
from kiosk.web.error_pages import sentence_for

routes = Blueprint("account", __name__, url_prefix="/equipe/comptes/<int:agent_id>")


@routes.get("")
@requires(Role.MANAGER)
def page(agent_id: int) -> ResponseReturnValue:
    """Show the account."""
    return _page(_member(agent_id))


@routes.post("/modifier")
@requires(Role.MANAGER)
def edit(agent_id: int) -> ResponseReturnValue:
    """Change the role here; name and address too, by who may decide about the account."""
    account = _member(agent_id)
    if {"name", "email"} & request.form.keys():
        _refuse_unless_mine(account)
    form = _account_form(account)
    if not form.validate_on_submit():
        return _page(account, form)
    try:
        with writing(parts.session()) as session:
            if form.email is not None:
                accounts.rename(session, account, form.name.data, stored_email(form.email.data))
            accounts.change_role(session, account, my_house(), Role(form.role.data))
    except Conflict as refused:
        title, advice = sentence_for(refused)
        form.role.errors = [f"{title}. {advice}"]
        return _page(_member(agent_id), form)
    return redirect(url_for("agent.account.page", agent_id=agent_id, fait="modifie"))


@routes.post("/lien")
@requires(Role.MANAGER)
def make_link(agent_id: int) -> ResponseReturnValue:
    """Make a link to choose a password; it is shown on this answer and never again."""
    account = _member(agent_id)
    _refuse_unless_mine(account)
    with writing(parts.session()) as session:
        link = password_link(session, account, purpose_for(account))
    return _page(account, link=link)


@routes.post("/deconnecter", endpoint="sign_out")
@requires(Role.MANAGER)
def sign_out_everywhere(agent_id: int) -> ResponseReturnValue:
    """End every session of the account, on all its devices, and its part in every call."""
    account = _member(agent_id)
    _refuse_unless_mine(account)
    departures.sign_out_everywhere(parts.session(), parts.media(), account.id, now=clock.now())
    return redirect(url_for("agent.account.page", agent_id=agent_id, fait="deconnecte"))


@routes.post("/fermer")
@requires(Role.MANAGER)
def remove(agent_id: int) -> ResponseReturnValue:
    """End somebody's work in the house; their appointments to come pass to a colleague.

    Their account closes when it has no other house.
    """
    account = _member(agent_id)
    colleague = None
    if _to_come(account):
        form = _departure(account, sent=True)
        if not form.validate_on_submit():
            return _page(account, departure=form)
        colleague = store.agent(parts.session(), form.colleague.data)
    removed = departures.remove_from_house(
        parts.session(),
        parts.media(),
        agent_id,
        my_house(),
        by=me(),
        now=clock.now(),
        colleague=colleague,
    )
    return redirect(url_for("agent.team.page", fait="retire" if removed.active else "ferme"))


@routes.post("/rouvrir")
@requires(Role.MANAGER)
def reopen(agent_id: int) -> ResponseReturnValue:
    """Open a closed account of the house again; its person chooses a new password by a link."""
    if agent_id not in {one.id for one in store.former_agents_of(parts.session(), my_house().id)}:
        raise NotFound("account.not_found")
    with writing(parts.session()) as session:
        account = accounts.reopen(session, agent_id, by=me())
        link = password_link(session, account, LinkPurpose.INVITATION)
    return _page(account, link=link)


def _member(agent_id: int) -> Agent:
    account = store.agent(parts.session(), agent_id)
    if account is None or account.role_in(my_house().id) is None:
        raise NotFound("account.not_found")
    return account


def _refuse_unless_mine(account: Agent) -> None:
    if not accounts.may_decide_about(me(), account):
        raise NotAllowed("account.elsewhere")


def _account_form(account: Agent, **more: Any) -> AccountForm:
    form = AccountForm(**more)
    if not accounts.may_decide_about(me(), account):
        form.keep_role_only()
    return form


def _to_come(account: Agent) -> int:
    return len(
        appointments.to_come(parts.session(), account.id, house_id=my_house().id, now=clock.now())
    )


def _departure(account: Agent, *, sent: bool) -> DepartureForm:
    form = DepartureForm() if sent else DepartureForm(formdata=None)
    colleagues = {one.id: one for one in store.agents_of(parts.session(), my_house().id)}
    colleagues[me().id] = me()
    form.offer([one for one in colleagues.values() if one.id != account.id])
    return form


def _page(
    account: Agent,
    form: AccountForm | None = None,
    *,
    departure: DepartureForm | None = None,
    link: str = "",
) -> str:
    house, is_mine = my_house(), accounts.may_decide_about(me(), account)
    if form is None:
        form = _account_form(account, formdata=None, obj=account)
        form.role.data = account.role_in(house.id)
    return render_template(
        "agent/account.html",
        account=account,
        form=form,
        departure=departure or _departure(account, sent=False),
        roles=ROLES,
        link=link,
        to_come=_to_come(account),
        sessions=sign_ins.of(parts.session(), account.id, now=clock.now()) if is_mine else [],
        is_me=account.id == me().id,
        is_mine=is_mine,
        keeps_account=accounts.outlives_its_house(account),
        has_password=account.password_digest != accounts.NOT_CHOSEN,
        done=request.args.get("fait", ""),
    )
