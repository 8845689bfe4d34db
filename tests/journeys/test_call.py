"""In the call: each sees and hears the other, and knows what the other has switched off."""

from __future__ import annotations

import pytest

from tests.drivers.axe import assert_accessible
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Agent, Citizen

pytestmark = [pytest.mark.browser, pytest.mark.call]

Pair = tuple[Citizen, Agent]


def test_each_sees_the_others_moving_picture_and_hears_their_voice(together: Pair):
    amina, lea = together

    amina.sees(LEA)
    amina.hears(LEA.tone_hz)
    lea.sees(AMINA)
    lea.hears(AMINA.tone_hz)


def test_who_mutes_is_seen_and_known_to_be_silent(together: Pair):
    amina, lea = together

    amina.mutes()

    lea.reads_on_the_other("Micro coupé")
    lea.hears_nothing()
    lea.sees(AMINA)
    amina.unmutes()
    lea.no_longer_reads_on_the_other("Micro coupé")
    lea.hears(AMINA.tone_hz)


def test_who_speaks_is_marked_and_who_mutes_is_not(together: Pair):
    amina, lea = together

    lea.sees_the_other_speak()
    amina.sees_the_other_speak()
    lea.mutes()

    amina.sees_the_other_silent()
    lea.unmutes()
    amina.sees_the_other_speak()


def test_who_stops_the_camera_is_heard_and_comes_back_with_the_same_picture(together: Pair):
    amina, lea = together

    lea.stops_camera()

    amina.reads_on_the_other("Caméra coupée")
    amina.hears(LEA.tone_hz)
    lea.starts_camera()
    amina.no_longer_reads_on_the_other("Caméra coupée")
    amina.sees(LEA)


def test_a_shared_screen_is_seen_beside_the_face_until_it_is_stopped(together: Pair):
    amina, lea = together

    lea.shares_the_screen()

    amina.sees_the_screen_of("Léa Fontaine")
    amina.sees(LEA)
    lea.reads("Vous partagez votre écran")
    for one in together:
        assert_accessible(one.screen)
    amina.shares_the_screen()
    amina.reads("Quelqu’un partage déjà son écran")
    lea.stops_sharing()
    amina.sees_no_screen()
    amina.sees(LEA)


def test_the_call_can_be_used_by_everybody(together: Pair):
    for one in together:
        one.opens_the_settings()
        assert_accessible(one.screen)
        one.closes_the_settings()
        assert_accessible(one.screen)


def test_a_key_mutes_unless_keys_were_switched_off(together: Pair):
    amina, lea = together

    lea.screen.page.keyboard.press("m")
    amina.reads_on_the_other("Micro coupé")
    lea.screen.page.keyboard.press("m")
    amina.no_longer_reads_on_the_other("Micro coupé")
    lea.switches_keys_off()
    lea.screen.page.keyboard.press("m")
    lea.screen.page.keyboard.press("v")

    amina.sees(LEA)
    amina.hears(LEA.tone_hz)


def test_a_page_that_is_loaded_again_comes_back_into_the_call(together: Pair):
    amina, lea = together
    lea.watches_who_is_there()

    amina.loads_the_page_again()

    lea.saw_the_other_go_and_come_back()
    amina.is_with_somebody()
    amina.sees(LEA)
    lea.sees(AMINA)


def test_when_the_agent_hangs_up_the_citizen_stays_is_told_and_sees_them_come_back(together: Pair):
    amina, lea = together

    lea.hangs_up()

    amina.is_alone()
    amina.reads("Léa Fontaine n’est plus dans la visio")
    lea.comes_back()
    amina.is_with_somebody()
    amina.sees(LEA)


def test_when_the_citizen_hangs_up_the_agent_stays_is_told_and_may_let_them_in_again(
    together: Pair,
):
    amina, lea = together

    amina.hangs_up()

    lea.is_alone()
    lea.reads("n’est plus dans la visio")
    amina.reads("Votre caméra et votre micro sont éteints")
    amina.goes_back_to_the_waiting_room()
    lea.lets_in("Amina")
    amina.enters_at_once()
    lea.is_with_somebody()
    lea.sees(AMINA)


def test_who_hangs_up_and_returns_at_once_asks_again_as_anybody_who_left(together: Pair):
    amina, lea = together

    amina.changes_their_mind_before_the_server_knows()

    lea.lets_in("Amina")
    amina.enters_at_once()
    lea.is_with_somebody()
