"""An appointment is repaired: number corrected, link sent again, a colleague receives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.people import Agent
from tests.drivers.server import RunningServer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_wrong_number_is_corrected_and_the_link_of_a_stranger_is_changed(
    playwright: Playwright, server: RunningServer, size: str
):
    name = f"Rosa {size}"
    with sitting_at_chromium(playwright, Person(screen=size)) as screen:
        lea = Agent(screen, server)
        lea.signs_in()
        card = lea.books(name, channel="sms", contact="06 39 98 00 44")

        # The hour that the form proposes is so near that the link leaves at once.
        lea.waits_until_the_link_has_left()
        lea.corrects(phone="06 39 98 00 45")
        lea.screen.sees("le lien est déjà parti à l’ancienne adresse")
        lea.screen.sees("SMS : 06 39 98 00 45")
        lea.changes_the_link()
        lea.sends_the_link_again()
        # The demonstration has no gateway, and the page does not claim otherwise.
        lea.screen.sees("Le message reste ici")
        lea.hands_over_to("Nadia Belkacem")
        lea.screen.sees("Nadia Belkacem reçoit maintenant cet usager.")
        lea.opens_every_fold()
        assert_accessible(screen)
        assert screen.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert lea.reads_the_card() != card
