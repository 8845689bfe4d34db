"""Cuts in the middle of a call: both come back by themselves, and nobody loads a page again."""

from __future__ import annotations

import os
import signal

import pytest

from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Agent, Citizen
from tests.drivers.server import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.call]

Pair = tuple[Citizen, Agent]


def test_a_change_of_network_moves_the_call_without_a_word(together: Pair):
    amina, lea = together
    for one in together:
        one.watches_for_a_cut()

    amina.changes_networks()

    amina.sees(LEA)
    amina.hears(LEA.tone_hz)
    lea.sees(AMINA)
    lea.hears(AMINA.tone_hz)
    for one in together:
        one.was_told_of_no_cut()


def test_when_the_media_process_is_killed_both_come_back_by_themselves(
    server: RunningServer, together: Pair
):
    amina, lea = together
    server.expect_error("media.fell")
    amina.raises_their_hand()
    for one in together:
        one.watches_for_a_cut()

    os.kill(server.media_process, signal.SIGKILL)

    for one in together:
        one.was_told_of_a_cut()
    lea.reads_on_the_other("Main levée")
    amina.sees(LEA)
    amina.hears(LEA.tone_hz)
    lea.sees(AMINA)
    lea.hears(AMINA.tone_hz)


def test_when_the_web_process_is_killed_picture_and_sound_never_stop(
    server: RunningServer, together: Pair
):
    amina, lea = together
    for one in together:
        one.watches_for_a_cut()
        # The pages themselves ask in vain for a while.
        one.screen.inspector.expect(r"net::ERR_|WebSocket")

    server.kill()
    amina.sees(LEA)
    lea.hears(AMINA.tone_hz)
    server.start()

    lea.sees(AMINA)
    amina.hears(LEA.tone_hz)
    for one in together:
        one.was_told_of_no_cut()
    amina.hangs_up()
    lea.is_alone()
    amina.goes_back_to_the_waiting_room()
    lea.lets_in("Amina")
    amina.enters_at_once()
    lea.is_with_somebody()
