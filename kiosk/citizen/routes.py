"""Every route of the citizen's edge: importing this module adds them all to the blueprint.

They are split by what they are for: ``entrance`` (home, link), ``pages`` (the way in),
``commands`` (what its page asks), ``media`` (the call and the echo), ``guides``.
"""

from __future__ import annotations

from kiosk.citizen import commands, entrance, guides, media, pages
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import KioskError

__all__ = ["blueprint", "commands", "entrance", "guides", "media", "pages"]

blueprint.register_error_handler(KioskError, entrance.refused_in_words)
