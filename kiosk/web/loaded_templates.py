"""Every template in memory soon after the start: code that is pulled must not reach pages served.

Jinja reads a template when it is first used. Between `git pull` and the restart, an older process
would show newer templates, which ask for values it does not give.
"""

from __future__ import annotations

from threading import Thread

from flask import Flask


def load_templates(app: Flask) -> None:
    """Read and compile every template; a template that is there already costs nothing."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def load_templates_soon(app: Flask) -> None:
    """Do it in a thread: the first pages do not wait for the rest."""
    Thread(target=load_templates, args=(app,), name="templates", daemon=True).start()
