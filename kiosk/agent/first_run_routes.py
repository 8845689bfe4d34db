"""The first page of an installation: administrator, first house, first manager."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.fields import stored_email
from kiosk.agent.first_run_forms import TAKEN, AdministratorForm, KeyForm, ManagerForm
from kiosk.agent.house_forms import NewHouseForm
from kiosk.errors import Conflict, KioskError, NotFound
from kiosk.houses import accounts, first_run, invitations
from kiosk.houses.first_run import Made, Somebody
from kiosk.houses.model import LinkPurpose
from kiosk.houses.opening import TERRITORIES
from kiosk.storage.database import writing
from kiosk.web.error_pages import sentence_for
from kiosk.web.i18n import current_language
from kiosk.web.limits import limiter

routes = Blueprint("first_run", __name__)

USUAL_WEEK = {day: [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60)] for day in range(5)}


class _Forms:
    """The forms of the page, empty or as they were sent."""

    def __init__(self, *, sent: bool, with_house: bool) -> None:
        more = {} if sent else {"formdata": None}
        self.key = KeyForm(**more)
        self.administrator = AdministratorForm(prefix="admin-", **more)
        self.house = NewHouseForm(prefix="house-", **more) if with_house else None
        self.manager = ManagerForm(prefix="manager-", **more) if with_house else None
        if self.house is not None and not sent:
            self.house.territory.data = next(iter(TERRITORIES))
            self.house.show_week(USUAL_WEEK)

    @property
    def every(self) -> list[KeyForm | AdministratorForm | NewHouseForm | ManagerForm]:
        """Those that the page shows, in its order."""
        shown = (self.key, self.administrator, self.house, self.manager)
        return [form for form in shown if form is not None]

    def are_valid(self) -> bool:
        """Check each of them, so that every error is shown at once."""
        refused = [form for form in self.every if not form.validate_on_submit()]
        valid = not refused
        if self.manager is None or not self.manager.is_somebody_else:
            return valid
        if (self.manager.login.data or "").lower() != (self.administrator.login.data or "").lower():
            return valid
        self.manager.login.errors = [TAKEN]
        return False


@routes.get("/premier-demarrage")
def page() -> ResponseReturnValue:
    """Show the form; the link's secret is in the fragment. Says so when it was used already."""
    if first_run.has_administrator(parts.session()):
        raise KioskError("first_run.done", status=410)
    return _page(_Forms(sent=False, with_house=not first_run.has_house(parts.session())))


@routes.post("/premier-demarrage", endpoint="complete")
@limiter.limit("30 per minute")
def complete() -> ResponseReturnValue:
    """Make everything in one transaction; the second of two pages gets a sentence and no more."""
    forms = _Forms(sent=True, with_house=not first_run.has_house(parts.session()))
    valid = forms.are_valid()
    try:
        first_run.look(
            parts.session(), parts.account_keys(), forms.key.token.data or "", now=clock.now()
        )
        if not valid:
            return _page(forms)
        made, invitation = _complete(forms)
        page = render_template("agent/first_run_done.html", made=made, invitation=invitation)
        return make_response(page, 201)
    except NotFound as refused:
        title, advice = sentence_for(refused)
        forms.key.token.errors = [f"{title}. {advice}"]
    except Conflict as refused:
        if refused.code != "account.login_taken":
            raise
        forms.administrator.login.errors = [TAKEN]
    return make_response(_page(forms), 400)


def _complete(forms: _Forms) -> tuple[Made, str]:
    """Make everything; return it, with the link that invites a manager who is somebody else."""
    # Before the write transaction: it takes a tenth of a second.
    administrator = _somebody(forms.administrator, forms.administrator.password.data)
    other = forms.manager is not None and forms.manager.is_somebody_else
    keys, now = parts.account_keys(), clock.now()
    with writing(parts.session()) as session:
        made = first_run.complete(
            session,
            administrator=administrator,
            house=forms.house.details if forms.house is not None else None,
            manager=_somebody(forms.manager) if forms.manager is not None and other else None,
            link=first_run.look(session, keys, forms.key.token.data, now=now),
        )
        if made.manager is None or not other:
            return made, ""
        link = invitations.invite(
            session,
            keys,
            made.manager,
            LinkPurpose.INVITATION,
            language=current_language().code,
            now=now,
        )
        return made, keys.address(link, parts.settings().public_url)


def _somebody(typed: AdministratorForm | ManagerForm, password: str = "") -> Somebody:
    return Somebody(
        name=typed.name.data,
        login=typed.login.data,
        email=stored_email(typed.email.data),
        digest=accounts.digest_of(password) if password else "",
    )


def _page(forms: _Forms) -> str:
    return render_template("agent/first_run.html", forms=forms)
