"""The page of an invitation and of a forgotten password: choosing a password once, by a link."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import known_browsers, sign_in_tries
from kiosk.agent.forms import ForgottenForm, NewPasswordForm
from kiosk.agent.gateways import channels_that_leave
from kiosk.agent.links import password_link, purpose_for
from kiosk.appointments.model import Channel
from kiosk.calls import ending
from kiosk.errors import NotFound
from kiosk.houses import accounts, invitations, store
from kiosk.houses.model import Agent
from kiosk.storage.database import writing
from kiosk.web.error_pages import sentence_for
from kiosk.web.limits import limiter

routes = Blueprint("link", __name__)

LOGIN_TO_TYPE = "login_to_type"
"""In the session: whose login the sign-in page fills in, once."""


@routes.get("/nouveau-mot-de-passe", endpoint="page")
def page() -> ResponseReturnValue:
    """Show the form; the link's secret is in the fragment, which browsers never send."""
    return render_template("agent/new_password.html", form=NewPasswordForm(formdata=None))


@routes.post("/nouveau-mot-de-passe", endpoint="choose")
@limiter.limit("60 per minute")
def choose() -> ResponseReturnValue:
    """Use the link: the account has this password, its other links and sessions end.

    This browser is then known for the account: wrong passwords from elsewhere do not count here.
    """
    form, status = NewPasswordForm(), 200
    try:
        if form.validate_on_submit():
            account = _choose(form.token.data, form.password.data)
            session[LOGIN_TO_TYPE] = account.login
            chosen = redirect(url_for("agent.session.sign_in", fait="choisi"))
            known_browsers.remember(chosen, account)
            return chosen
        if not form.token.errors:
            invitations.account_of(
                parts.session(), parts.account_keys(), form.token.data, now=clock.now()
            )
    except NotFound as refused:
        title, advice = sentence_for(refused)
        form.token.errors, status = [f"{title}. {advice}"], refused.status
    return make_response(render_template("agent/new_password.html", form=form), status)


@routes.get("/mot-de-passe-oublie")
def forgotten() -> ResponseReturnValue:
    """Ask who has forgotten their password."""
    return render_template("agent/forgotten.html", form=ForgottenForm(formdata=None), done=False)


@routes.post("/mot-de-passe-oublie", endpoint="forgotten_post")
def forgotten_post() -> ResponseReturnValue:
    """Send a link where there is an account with an address; the answer is always the same."""
    form = ForgottenForm()
    done = form.validate_on_submit()
    if done:
        sign_in_tries.count_forgotten(form.who.data)
        # A write in any case, so that the time it takes tells nothing either.
        with writing(parts.session()) as database:
            for account in _accounts_of(form.who.data):
                password_link(database, account, purpose_for(account))
    unsent = Channel.EMAIL not in channels_that_leave()
    return render_template("agent/forgotten.html", form=form, done=done, unsent=unsent)


def _accounts_of(who: str) -> list[Agent]:
    by_login = store.agent_by_login(parts.session(), who)
    found = [by_login] if by_login is not None else store.agents_by_email(parts.session(), who)
    return [account for account in found if account.email]


def _choose(token: str, password: str) -> Agent:
    """Give the account of the link its password; return it. Raises NotFound."""
    keys, now = parts.account_keys(), clock.now()
    invitations.account_of(parts.session(), keys, token, now=now)
    # Only for a link that is good, and before the write transaction: it takes a tenth of a second.
    digest = accounts.digest_of(password)
    with ending.ending(parts.session(), parts.media()) as ended:
        link, account = invitations.account_of(parts.session(), keys, token, now=now)
        invitations.choose_password(parts.session(), link, account, digest)
        ending.end_calls_of_agent(parts.session(), account.id, ended, house_id=None, now=now)
    return account
