"""Door of the application: `python app.py` serves it, `flask --app app:wsgi` has commands."""

from kiosk import create_app
from kiosk.run.web_server import serve
from kiosk.settings import Settings


def wsgi() -> object:
    """Build the Flask application from the environment (for ``flask --app app:wsgi``)."""
    return create_app(Settings())


if __name__ == "__main__":
    serve(Settings())
