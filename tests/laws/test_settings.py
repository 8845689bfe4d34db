"""Every variable is documented, with an example where one helps, and the page is current."""

from __future__ import annotations

from kiosk.developers import settings_page
from kiosk.settings import Settings


def test_the_page_of_settings_is_current() -> None:
    assert settings_page.PAGE.read_text("utf-8") == settings_page.page()


def test_every_setting_says_what_it_is() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]

    assert silent == []
