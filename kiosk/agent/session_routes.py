"""Signing in and out, choosing one's password and the house to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import known_browsers, sign_in, sign_in_tries
from kiosk.agent.fields import stored_email
from kiosk.agent.forms import EmailForm, PasswordForm, SignInForm
from kiosk.agent.link_routes import LOGIN_TO_TYPE
from kiosk.agent.rights import HOUSE, choose_house, me, requires
from kiosk.errors import NotAllowed
from kiosk.houses import accounts, sign_ins
from kiosk.houses.model import Agent, Role
from kiosk.storage.database import writing

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
    """Show one's account: password, devices, address."""
    return _page(done=request.args.get("fait", ""))


@routes.post("/mot-de-passe", endpoint="change_password")
@requires(Role.AGENT)
def change_password() -> ResponseReturnValue:
    """Replace the password; this session stays open, the account's other sessions end."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form)
    with _tried(form.present):
        accounts.change_password(parts.session(), me(), form.present.data, form.new.data)
        sign_in.enter(me(), now=clock.now())
        return _remembering(redirect(url_for("agent.session.password", fait="change")), me())
    return _page(form)


@routes.post("/mon-adresse", endpoint="change_email")
@requires(Role.AGENT)
def change_email() -> ResponseReturnValue:
    """Replace the address to which links go; the password is asked for, as they open the account.

    Links that went to the former address are worth nothing from now on.
    """
    form = EmailForm(prefix="address-")
    if not form.validate_on_submit():
        return _page(email_form=form)
    with _tried(form.present):
        accounts.check_password(parts.session(), me().login, form.present.data)
        with writing(parts.session()) as database:
            accounts.rename(database, me(), me().name, stored_email(form.email.data))
        return redirect(url_for("agent.session.password", fait="adresse"))
    return _page(email_form=form)


@routes.post("/appareils/<int:sign_in_id>/deconnecter", endpoint="end_one")
@requires(Role.AGENT)
def end_one(sign_in_id: int) -> ResponseReturnValue:
    """End one of one's sessions; harmless when it has ended already."""
    with writing(parts.session()) as database:
        sign_ins.end(database, sign_in_id, me().id)
    return redirect(url_for("agent.session.password", fait="deconnecte"))


@routes.post("/appareils/deconnecter", endpoint="end_others")
@requires(Role.AGENT)
def end_others() -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    with writing(parts.session()) as database:
        sign_ins.end_all(database, me().id, but=sign_in.row_id())
    return redirect(url_for("agent.session.password", fait="deconnecte"))


@contextmanager
def _tried(present: Field) -> Iterator[None]:
    """Count a try of the present password; say under the field that it was wrong."""
    tried = sign_in_tries.begin_change(me())
    try:
        yield
    except accounts.PasswordsBusy:
        tried.take_back()
        raise
    except NotAllowed:
        present.errors = [gettext("Ce n'est pas votre mot de passe actuel.")]
    else:
        tried.take_back()


def _page(
    form: PasswordForm | None = None, *, email_form: EmailForm | None = None, done: str = ""
) -> str:
    return render_template(
        "agent/password.html",
        form=form or PasswordForm(formdata=None),
        email_form=email_form or EmailForm(formdata=None, prefix="address-", email=me().email),
        done=done,
        sessions=sign_ins.of(parts.session(), me().id, now=clock.now()),
        this_session=sign_in.row_id(),
    )


def _remembering(response: BaseResponse, account: Agent) -> BaseResponse:
    known_browsers.remember(response, account)
    return response


def _wanted() -> str | None:
    return sign_in.local_path(request.args.get("suite"))


def _next_page() -> str:
    return _wanted() or url_for("agent.today.board")
