"""The forms of the home page and of the link, which also work without scripts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from kiosk.calls.links import CODE_DIGITS, clean_code

LONGEST_TYPED = 200
"""Signs of a code or a password, with the words around them in a pasted line."""

LONGEST_LINK = 4000
"""Signs of a link, with what trackers add; a whole message may be pasted too."""


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code and the password of a room; spaces, dashes and capitals do not matter."""

    code = StringField(
        _("Votre code"),
        validators=[
            DataRequired(_("Tapez les 9 chiffres de votre code.")),
            Length(
                max=LONGEST_TYPED, message=_("Le code a 9 chiffres. Comptez-les, puis corrigez.")
            ),
        ],
    )
    password = StringField(
        _("Mot de passe"),
        validators=[
            DataRequired(_("Tapez le mot de passe écrit à côté du code.")),
            Length(max=LONGEST_TYPED, message=_("Ce mot de passe est trop long.")),
        ],
    )

    def validate_code(self, field: StringField) -> None:
        """Count the digits before asking the gate, so that a slip does not count as a guess."""
        if len(clean_code(field.data or "")) != CODE_DIGITS:
            raise ValidationError(_("Le code a 9 chiffres. Comptez-les, puis corrigez."))


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The secret of a link: the script takes it from the address, or a person pastes the link."""

    token = StringField(
        _("Le lien de votre message"), validators=[DataRequired(), Length(max=LONGEST_LINK)]
    )
