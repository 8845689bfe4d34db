"""Door of the application: `python app.py` serves it, `flask --app app:wsgi` has commands."""

from kiosk import create_app
from kiosk.run.instance import load_or_exit
from kiosk.run.web_server import serve


def wsgi() -> object:
    """Build the Flask application from the environment (for ``flask --app app:wsgi``)."""
    return create_app(load_or_exit())


if __name__ == "__main__":
    serve(load_or_exit())
