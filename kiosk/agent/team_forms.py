"""The manager's forms: a new account, a colleague from another house, the house itself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, RadioField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, StopValidation

from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.language.typed import visible_name
from kiosk.messaging import contacts

_SHORT = Length(max=120, message=_("Écrivez un nom plus court : 120 signes au plus."))

ROLES = {Role.AGENT: _("Agent"), Role.MANAGER: _("Responsable")}


def _one_line(typed: str | None) -> str:
    return " ".join((typed or "").split())


def _visible(typed: str | None) -> str:
    return visible_name(typed or "")


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


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A new account of the house."""

    name = StringField(
        _("Prénom et nom"),
        filters=[_visible],
        validators=[DataRequired(_("Écrivez le prénom et le nom.")), _SHORT],
    )
    login = StringField(
        _("Identifiant"),
        filters=[_one_line],
        validators=[
            DataRequired(_("Écrivez un identifiant.")),
            Length(min=2, max=80, message=_("Un identifiant a de 2 à 80 signes.")),
            Regexp(
                r"^[A-Za-z0-9._-]+$",
                message=_("Lettres sans accent, chiffres, point et tiret seulement."),
            ),
        ],
    )
    role = _role()


class MemberForm(FlaskForm):  # type: ignore[misc]
    """Somebody who has an account already and works in this house too."""

    login = StringField(
        _("Identifiant"),
        filters=[_one_line],
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


class HouseForm(FlaskForm):  # type: ignore[misc]
    """What citizens read about the house."""

    name = StringField(
        _("Nom de l'espace"),
        filters=[_visible],
        validators=[DataRequired(_("Écrivez le nom de l'espace.")), _SHORT],
    )
    phone = TelField(_("Téléphone"), filters=[_one_line])
    email = EmailField(_("Adresse e-mail"), filters=[_one_line])
    address = StringField(
        _("Adresse"),
        filters=[_one_line],
        validators=[
            Length(max=300, message=_("Écrivez une adresse plus courte : 300 signes au plus."))
        ],
    )

    def __init__(self, *args: object, territory: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory

    @property
    def stored_phone(self) -> str:
        """The number in E.164; only once valid."""
        return contacts.normalise_phone(self.phone.data, self.territory)

    @property
    def stored_email(self) -> str:
        """The address as it is stored, empty when there is none; only once valid."""
        return contacts.normalise_email(self.email.data) if self.email.data else ""

    def validate_phone(self, field: Field) -> None:
        """Ask for a number: every page of a citizen shows it."""
        try:
            contacts.normalise_phone(field.data or "", self.territory)
        except KioskError:
            raise StopValidation(
                _("Écrivez un numéro complet : les usagers en ont besoin pour appeler.")
            ) from None

    def validate_email(self, field: Field) -> None:
        """Check the address when there is one."""
        if not field.data:
            return
        try:
            contacts.normalise_email(field.data)
        except KioskError:
            raise StopValidation(
                _("Cette adresse e-mail n'est pas complète. Exemple : nom@exemple.fr")
            ) from None
