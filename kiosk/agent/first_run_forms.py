"""The three forms of the first run, on one page: administrator, first house, first manager."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from kiosk.agent.fields import (
    email_field,
    login_field,
    name_field,
    new_password_field,
    one_line,
)

SAME, OTHER = "same", "other"


class KeyForm(FlaskForm):  # type: ignore[misc]
    """The secret of the link, put here by the page's script or pasted by a person."""

    token = StringField(
        _("Le lien affiché dans le terminal"),
        filters=[one_line],
        validators=[InputRequired(_("Collez ici le lien affiché dans le terminal."))],
    )


class AdministratorForm(FlaskForm):  # type: ignore[misc]
    """Who administers the installation."""

    name = name_field()
    login = login_field()
    email = email_field(_("Adresse e-mail"))
    password = new_password_field(_("Mot de passe"))


class ManagerForm(FlaskForm):  # type: ignore[misc]
    """Who manages the first house: the administrator, or somebody who is invited."""

    who = RadioField(
        _("Qui est responsable de l'espace ?"),
        choices=[
            SelectChoice(SAME, _("La même personne que l'administrateur")),
            SelectChoice(OTHER, _("Une autre personne")),
        ],
        default=SAME,
        validators=[InputRequired(_("Choisissez qui est responsable."))],
        invalid_choice_message=_("Choisissez qui est responsable."),
    )
    name = name_field()
    login = login_field()
    email = email_field(_("Adresse e-mail"))

    @property
    def is_somebody_else(self) -> bool:
        """Whether an account is opened for the manager."""
        return bool(self.who.data == OTHER)

    def validate(self, extra_validators: object = None) -> bool:
        """Look at the person's fields only where there is another person."""
        if self.is_somebody_else:
            return bool(super().validate(extra_validators))
        kept = self.who.validate(self)
        for field in (self.name, self.login, self.email):
            field.errors = []
        return bool(kept)


TAKEN = _("Cet identifiant est déjà pris. Choisissez-en un autre.")
