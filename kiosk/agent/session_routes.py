"""Signing in and out, choosing one's password and the house to show."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import known_browsers, sign_in, sign_in_tries
from kiosk.agent.forms import PasswordForm, SignInForm
from kiosk.agent.link_routes import LOGIN_TO_TYPE
from kiosk.agent.rights import HOUSE, choose_house, me, requires
from kiosk.errors import NotAllowed
from kiosk.houses import accounts
from kiosk.houses.model import Agent, Role

routes = Blueprint("session", __name__)


@routes.get("/connexion", endpoint="sign_in")
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form; redirect somebody who is already signed in."""
    if sign_in.account() is not None:
        return redirect(_next_page())
    form = SignInForm(login=session.pop(LOGIN_TO_TYPE, ""))
    return render_template("agent/sign_in.html", form=form, suite=_wanted())


@routes.post("/connexion", endpoint="sign_in_post")
def sign_in_post() -> ResponseReturnValue:
    """Open a session; an unknown login and a wrong password get the same sentence."""
    form = SignInForm()
    if form.validate_on_submit():
        tried = sign_in_tries.begin(form.login.data)
        try:
            account = accounts.check_password(parts.session(), form.login.data, form.password.data)
        except accounts.PasswordsBusy:
            tried.take_back()
            raise
        except NotAllowed:
            form.form_errors.append(gettext("L'identifiant ou le mot de passe ne convient pas."))
        else:
            tried.take_back()
            sign_in.enter(account, now=clock.now())
            return _remembering(redirect(_next_page()), account)
    return render_template("agent/sign_in.html", form=form, suite=_wanted())


@routes.post("/deconnexion")
def sign_out() -> ResponseReturnValue:
    """Close the session; harmless when there is none."""
    sign_in.leave()
    return redirect(url_for("agent.session.sign_in", fait="deconnecte"))


@routes.post("/espace", endpoint="choose_house")
@requires(Role.AGENT)
def show_another_house() -> ResponseReturnValue:
    """Show the day of another of one's houses, on this page and on those opened later."""
    house = choose_house(request.form.get(HOUSE, 0, type=int))
    return redirect(url_for("agent.today.board", espace=house.id))


@routes.get("/mot-de-passe")
@requires(Role.AGENT)
def password() -> ResponseReturnValue:
    """Show the form that replaces one's password."""
    form = PasswordForm(formdata=None)
    return render_template("agent/password.html", form=form, done=request.args.get("fait", ""))


@routes.post("/mot-de-passe", endpoint="change_password")
@requires(Role.AGENT)
def change_password() -> ResponseReturnValue:
    """Replace the password; this session stays open, the account's other sessions end."""
    form = PasswordForm()
    if form.validate_on_submit():
        tried = sign_in_tries.begin_change(me())
        try:
            accounts.change_password(parts.session(), me(), form.present.data, form.new.data)
        except accounts.PasswordsBusy:
            tried.take_back()
            raise
        except NotAllowed:
            form.present.errors = [gettext("Ce n'est pas votre mot de passe actuel.")]
        else:
            tried.take_back()
            sign_in.enter(me(), now=clock.now())
            done = redirect(url_for("agent.session.password", fait="change"))
            return _remembering(done, me())
    return render_template("agent/password.html", form=form, done="")


def _remembering(response: BaseResponse, account: Agent) -> BaseResponse:
    known_browsers.remember(response, account)
    return response


def _wanted() -> str | None:
    return sign_in.local_path(request.args.get("suite"))


def _next_page() -> str:
    return _wanted() or url_for("agent.today.board")
