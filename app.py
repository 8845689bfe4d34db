"""Door of the application: `python app.py` serves it, `flask --app app:wsgi` has commands."""

from kiosk import create_app
from kiosk.run.set_up import settings_or_exit
from kiosk.run.web_server import serve


def wsgi() -> object:
    """Build the Flask application from the environment (for ``flask --app app:wsgi``)."""
    return create_app(settings_or_exit())


if __name__ == "__main__":
    serve(settings_or_exit())
