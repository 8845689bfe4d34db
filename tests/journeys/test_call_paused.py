"""The system takes the camera for a while, as a closed lid does: one button takes it back."""

from __future__ import annotations

import pytest

from tests.drivers.media_files import AMINA
from tests.drivers.people import Agent, Citizen

pytestmark = [pytest.mark.browser, pytest.mark.call]


def test_a_camera_that_the_system_took_is_said_large_and_comes_back_at_a_press(
    together: tuple[Citizen, Agent],
):
    amina, lea = together

    amina.loses_the_camera_to_the_system()
    amina.reads("Votre caméra est en pause : on ne vous voit pas.")
    lea.reads_on_the_other("Caméra coupée")
    amina.screen.press("Reprendre")

    lea.no_longer_reads_on_the_other("Caméra coupée")
    lea.sees(AMINA)
    amina.no_longer_reads_that_something_is_paused()
