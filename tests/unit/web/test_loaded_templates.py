"""Pages keep the templates of the start, whatever is on the disk by then."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateNotFound

from kiosk import create_app
from kiosk.settings import Settings
from kiosk.web.loaded_templates import load_templates
from tests.builders.applications import with_compiled_templates


def test_what_changes_on_the_disk_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(secret_key="a-key-for-tests-only-and-nothing-else", instance_dir=tmp_path)  # type: ignore[arg-type]
    app = with_compiled_templates(create_app(settings))

    load_templates(app)

    def gone(_environment: object, name: str, _globals: object = None) -> object:
        raise TemplateNotFound(name)

    monkeypatch.setattr(app.jinja_env.loader, "load", gone)
    assert app.test_client().get("/accessibilite").status_code == 200
    assert app.jinja_env.auto_reload is False
    assert len(app.jinja_env.list_templates()) <= app.jinja_env.cache.capacity
