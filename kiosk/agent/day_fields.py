"""The field for a day, as several of the agents' forms ask for one."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired

from kiosk import clock
from kiosk.language.typed_dates import JUST_PAST, read_day
from kiosk.web import i18n


class DayField(DateField):  # type: ignore[misc]
    """A day: as browsers send it, or as people write it where a browser has no picker."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raise ValueError with the field's sentence.

        A day just past, typed without a year, stays past: nobody books one of the year after.
        """
        if not valuelist or not valuelist[0].strip():
            return
        today = clock.now().astimezone(i18n.time_zone()).date()
        self.data = read_day(valuelist[0], today=today, since=today - JUST_PAST)
        if self.data is None:
            raise ValueError(self.invalid_value_message)

    def _value(self) -> str:
        # A picker shows nothing but ISO 8601; what could not be read is shown as it was typed.
        return self.data.isoformat() if self.data else str(super()._value())


def day_field(label: LazyString) -> DayField:
    """Ask for a day."""
    return DayField(
        label,
        validators=[InputRequired(_("Choisissez une date."))],
        invalid_value_message=_("Cette date n'existe pas. Exemple : 30/11/2026"),
    )
