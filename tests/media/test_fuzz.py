"""Bad datagrams for a few seconds; ``make fuzz`` sends a million of each kind."""

from __future__ import annotations

import pytest
from aiortc import RTCCertificate

from tests.media.fuzz import fuzz
from tests.media.fuzz_process import fuzz_process

SEED = 20
"""Change it and something else is tried; a failure comes back with the same one."""


@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
async def test_a_call_goes_on_during_ten_thousand_bad_datagrams(
    certificate: RTCCertificate, seed: int
):
    outcome = await fuzz(certificate, count=10_000, seed=seed)

    assert outcome.wrong == [], f"seed {seed}"
    assert outcome.mallorys > 2  # she was ended for what she did, and came back


async def test_a_media_process_goes_on_during_bad_datagrams_on_its_port():
    verdict = await fuzz_process(10_000, SEED)

    assert verdict.wrong == [], f"seed {SEED}"
    assert verdict.read > 9_000
