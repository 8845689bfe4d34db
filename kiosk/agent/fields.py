"""Fields that several of the agents' forms have in common, each with its own sentences."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Field, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, StopValidation

from kiosk.errors import KioskError
from kiosk.houses.accounts import MIN_PASSWORD_LENGTH, plain_password
from kiosk.language.typed import visible_name
from kiosk.messaging import contacts

BAD_EMAIL = _("Cette adresse e-mail n'est pas complète. Exemple : nom@exemple.fr")


def visible(typed: str | None) -> str:
    """Return what was typed on one line, with single spaces, without signs that show nothing."""
    return visible_name(typed or "")


one_line = visible
"""For what is no name: a pasted address or reason, too, may hold signs that nobody sees."""


def stored_email(typed: str | None) -> str:
    """Return an address as it is stored, empty when there is none; only once valid."""
    return contacts.normalise_email(typed) if typed else ""


def email_is_whole(_form: object, field: Field) -> None:
    """Refuse an address that cannot be one; an empty field is left to other validators."""
    if not field.data:
        return
    try:
        contacts.normalise_email(field.data)
    except KioskError:
        raise StopValidation(BAD_EMAIL) from None


def name_field() -> StringField:
    """Ask for a person's name."""
    return StringField(
        _("Prénom et nom"),
        filters=[visible],
        validators=[
            DataRequired(_("Écrivez le prénom et le nom.")),
            Length(max=120, message=_("Écrivez un nom plus court : 120 signes au plus.")),
        ],
    )


def login_field() -> StringField:
    """Ask for the login of a new account."""
    return StringField(
        _("Identifiant"),
        filters=[one_line],
        validators=[
            DataRequired(_("Écrivez un identifiant.")),
            Length(min=2, max=80, message=_("Un identifiant a de 2 à 80 signes.")),
            Regexp(
                r"^[A-Za-z0-9._-]+$",
                message=_("Lettres sans accent, chiffres, point et tiret seulement."),
            ),
        ],
    )


def email_field(label: LazyString) -> EmailField:
    """Ask for an address that may be left out."""
    return EmailField(label, filters=[one_line], validators=[email_is_whole])


def new_password_field(label: LazyString) -> PasswordField:
    """Ask for a password to be chosen."""
    return PasswordField(
        label,
        # So that its length is that of what counts.
        filters=[lambda typed: plain_password(typed or "")],
        validators=[
            InputRequired(_("Écrivez un nouveau mot de passe.")),
            Length(
                min=MIN_PASSWORD_LENGTH,
                max=200,
                message=_("Un mot de passe a au moins 10 signes. Trois mots conviennent."),
            ),
        ],
    )
