"""The parts of a peer that hold rules of their own: stage, quotas, slots, downlink."""

from __future__ import annotations

import pytest

from kiosk.media.plane.bandwidth.downlink import Downlink
from kiosk.media.plane.bandwidth.layer_choice import FULL_FOR_S, SETTLE_S, Picture
from kiosk.media.plane.call.quotas import Quotas
from kiosk.media.plane.call.slots import Slots
from kiosk.media.plane.call.stage import Stage
from kiosk.media.plane.limits import FEEDBACK_BURST, PACKETS_UP_PER_SECOND, REPEATS_PER_SECOND
from kiosk.media.plane.wire.rtcp import ReportBlock


class Publisher:
    """Somebody to be seen in a slot."""

    id = "publisher"


def occupied(count: int) -> Slots[Publisher]:
    """Slots that are all in use."""
    slots: Slots[Publisher] = Slots(count)
    for slot in slots:
        slot.publisher, slot.used = Publisher(), True
    return slots


@pytest.mark.parametrize("later", [Stage.CONNECTING, Stage.JOINED, Stage.ENDED])
def test_a_peer_with_an_offer_may_reach_any_later_stage(later: Stage):
    assert Stage.OFFERED.to(later) is later


@pytest.mark.parametrize("stage", list(Stage))
def test_a_peer_never_returns_to_an_earlier_stage_or_repeats_one(stage: Stage):
    for earlier in (one for one in Stage if one <= stage):
        with pytest.raises(ValueError, match=stage.name):
            stage.to(earlier)


def test_a_browser_that_sends_as_much_as_it_may_is_within_its_quota():
    quotas = Quotas(now=0.0)

    assert not quotas.exceeded_by(2 * PACKETS_UP_PER_SECOND, now=2.0)
    assert not quotas.exceeded_by(3 * PACKETS_UP_PER_SECOND, now=3.0)


def test_a_browser_that_sends_one_packet_more_exceeds_its_quota():
    quotas = Quotas(now=0.0)
    quotas.exceeded_by(1000, now=1.0)

    assert quotas.exceeded_by(1000 + PACKETS_UP_PER_SECOND + 1, now=2.0)


def test_two_looks_in_the_same_second_allow_a_whole_second_of_packets():
    quotas = Quotas(now=0.0)

    assert not quotas.exceeded_by(PACKETS_UP_PER_SECOND, now=0.1)


def test_feedback_and_repeats_have_separate_allowances():
    quotas = Quotas(now=0.0)

    assert sum(quotas.feedback.take(0.0) for _ in range(2 * FEEDBACK_BURST)) == FEEDBACK_BURST
    repeats = sum(quotas.repeats.take(0.0) for _ in range(2 * REPEATS_PER_SECOND))
    assert repeats == REPEATS_PER_SECOND


def test_a_free_slot_the_browser_knows_is_taken_first():
    slots: Slots[Publisher] = Slots(1)
    slots.prepare(2)
    unknown, known = reversed(list(slots))

    assert slots.take_free() is known
    known.publisher, known.used = Publisher(), True
    assert slots.take_free() is unknown


def test_a_used_slot_that_is_free_again_gets_new_ssrcs():
    slots = occupied(1)
    (slot,) = slots
    former, slot.publisher = slot.ssrcs, None

    again = slots.take_free()

    assert again is slot
    assert not set(again.ssrcs) & set(former)
    assert not again.known


def test_a_browser_without_a_free_slot_gets_one_more_that_takes_an_offer():
    slots = occupied(1)

    slot = slots.take_free()

    assert len(slots) == 2
    assert not slot.known
    assert slot not in slots.agreed_slots


def test_slots_that_are_prepared_already_take_no_offer():
    slots: Slots[Publisher] = Slots(2)

    assert not slots.prepare(2)
    assert len(slots) == 2


def test_used_free_slots_are_renewed_before_others_are_added():
    slots = occupied(2)
    first, _ = slots
    first.publisher = None

    assert slots.prepare(2)

    assert len(slots) == 3
    assert not first.used
    assert first.version == 1


def test_a_line_without_any_report_leaves_the_layers_as_they_are():
    downlink, picture = Downlink(), Picture(1, [1e5, 2e5, 6e5], [True] * 3)

    for second in range(20):
        downlink.choose_layers([picture], float(second))

    assert picture.rung == 1


def test_a_line_that_reports_much_loss_gets_a_smaller_layer():
    downlink, picture = Downlink(), Picture(2, [1e5, 2e5, 6e5], [True] * 3)
    downlink.remb = 600_000
    downlink.choose_layers([picture], 0.0)
    downlink.reports.received(lossy_report(), payload_type=96, now=1.0)

    downlink.choose_layers([picture], SETTLE_S)
    assert picture.rung == 2
    downlink.choose_layers([picture], SETTLE_S + FULL_FOR_S)

    assert picture.rung < 2


def lossy_report() -> ReportBlock:
    """A third of the camera's packets are lost."""
    return ReportBlock(1, fraction=85, lost=10, highest=30, jitter=0, last_sr=0, delay_since_sr=0)
