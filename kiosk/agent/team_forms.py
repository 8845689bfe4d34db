"""The manager's forms: an invitation, a colleague from another house, an account, a departure."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from kiosk.agent.fields import email_field, name_field, one_line
from kiosk.errors import KioskError
from kiosk.houses.model import Agent, Role

ROLES = {Role.AGENT: _("Agent"), Role.MANAGER: _("Responsable")}

REFUSED = {
    "account.not_found": _("Aucun compte n'a cet identifiant. Vérifiez-le, ou ouvrez un compte."),
    "account.member_already": _("Cette personne travaille déjà dans cet espace."),
}
"""What a rule may answer about a colleague's login."""


def _role() -> RadioField:
    return RadioField(
        _("Rôle"),
        choices=[SelectChoice(role.value, label) for role, label in ROLES.items()],
        default=Role.AGENT.value,
        validators=[InputRequired(_("Choisissez un rôle."))],
        invalid_choice_message=_("Choisissez un rôle."),
    )


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Somebody who gets an account; their login is made of their name when none is typed."""

    name = name_field()
    email = email_field(_("Adresse e-mail"))
    login = StringField(
        _("Identifiant"),
        filters=[one_line],
        validators=[
            Regexp(
                r"^([A-Za-z0-9._-]{2,80})?$",
                message=_("De 2 à 80 lettres sans accent, chiffres, points et tirets."),
            )
        ],
    )


class InvitationForm(PersonForm):
    """Somebody who is invited to a house."""

    role = _role()


class MemberForm(FlaskForm):  # type: ignore[misc]
    """Somebody who has an account already and works in this house too."""

    login = StringField(
        _("Identifiant"),
        filters=[one_line],
        validators=[
            DataRequired(_("Écrivez un identifiant.")),
            Length(max=80, message=_("Un identifiant a de 2 à 80 signes.")),
        ],
    )
    role = _role()

    def refuse(self, refused: KioskError) -> None:
        """Show a rule's refusal under the login; raise it again when it is about something else."""
        if refused.code not in REFUSED:
            raise refused
        self.login.errors = [*self.login.errors, REFUSED[refused.code]]


class AccountForm(FlaskForm):  # type: ignore[misc]
    """What a manager may change of an account."""

    name = name_field()
    email = email_field(_("Adresse e-mail"))
    role = _role()

    def keep_role_only(self) -> None:
        """Leave name and address out: they count in houses that this manager does not manage."""
        del self.name, self.email


class DepartureForm(FlaskForm):  # type: ignore[misc]
    """Who takes over the appointments of somebody who leaves."""

    colleague = SelectField(
        _("Confier ses rendez-vous à"),
        coerce=int,
        validators=[InputRequired(_("Choisissez qui reprend les rendez-vous."))],
        invalid_choice_message=_("Choisissez qui reprend les rendez-vous."),
        invalid_value_message=_("Choisissez qui reprend les rendez-vous."),
    )

    def offer(self, colleagues: Sequence[Agent]) -> None:
        """List who may take them over."""
        self.colleague.choices = [SelectChoice(one.id, one.name) for one in colleagues]
