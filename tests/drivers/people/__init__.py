"""Page objects: what people do at their screens, in their words; selectors stay in here.

:class:`Citizen` walks the path and is in the call; :class:`Agent` is at the agents' pages and in
the call. Both work in Chromium and in Firefox, but for what only Chromium's driver offers
(``self.screen.page``).
"""

from tests.drivers.people.agent import Agent
from tests.drivers.people.at_the_desk import CardOnScreen
from tests.drivers.people.citizen import Citizen

__all__ = ["Agent", "CardOnScreen", "Citizen"]
