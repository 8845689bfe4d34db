"""Three in a room: each receiver gets the layer its line carries, in one unbroken stream."""

from __future__ import annotations

import asyncio
import struct

import pytest
from aiortc import RTCCertificate

from kiosk.media.plane.call.steering import LINGER_S, LOOK_S
from kiosk.media.plane.limits import KEY_FRAME_INTERVAL_S
from kiosk.media.plane.streams.layers import NOMINAL_BITRATES
from kiosk.media.plane.wire import rtcp
from tests.media.film import Film, sequence, timestamp
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until

SIZES = ("h", "m", "l")
GOOD, POOR = 5_000_000, 60_000
"""What lines claim to carry, bit/s."""


class Camera:
    """A browser's encoder: films in the sizes its page was last asked for."""

    def __init__(self, peer: MediaPeer) -> None:
        self.peer = peer
        self.films = {
            "h": Film(100, 1_000_000, 11_000, 1, 0xB0000001, b"large", "h"),
            "m": Film(20_000, 2_000_000, 22_000, 2, 0xB0000002, b"middle", "m"),
            "l": Film(65_530, 0xFFFFF000, 32_760, 250, 0xB0000003, b"small", "l"),
        }
        self.asked = 0
        self.is_deaf = False
        """Send no key frames, also when they are requested."""

    @property
    def sizes(self) -> list[str]:
        """What the page was last asked for; the whole picture before that."""
        requested = self.peer.heard("layers")
        return list(requested[-1]["send"]) if requested else ["h"]

    def films_on(self) -> None:
        """Film one picture in every size; where a key frame was asked for, it is one."""
        wanted = {one.ssrc for one in self.peer.saw(rtcp.KeyFrameRequest)[self.asked :]}
        self.asked = len(self.peer.saw(rtcp.KeyFrameRequest))
        for size, film in self.films.items():
            if size in self.sizes:
                begins = film.picture in (11_000, 22_000, 32_760)
                key = (begins or film.ssrc in wanted) and not self.is_deaf
                self.peer.send_packets(film.frame(key=key, packets=2))
            else:
                film.timestamp = (film.timestamp + 3000) & 0xFFFFFFFF

    def reports(self, seconds: float) -> None:
        """Say which timestamp of each size is which moment, as senders do now and then."""
        for size in self.sizes:
            film = self.films[size]
            info = struct.pack("!QLLL", int(seconds * (1 << 32)), film.timestamp, 1, 1)
            self.peer.send_rtcp(rtcp.sender_report(film.ssrc, info))


class Scene:
    """Amina films; Bruno and Carla watch."""

    def __init__(self, stage: Stage, amina: MediaPeer, bruno: MediaPeer, carla: MediaPeer) -> None:
        self.stage = stage
        self.amina, self.bruno, self.carla = amina, bruno, carla
        self.camera = Camera(amina)

    async def goes_on(self, seconds: float, *, claims: dict[MediaPeer, int] | None = None) -> None:
        """Let time pass: pictures, ticks, and once a look what each line claims."""
        for _ in range(round(seconds / LOOK_S)):
            for peer, bitrate in (claims or {}).items():
                says(peer, bitrate)
            self.camera.films_on()
            await settle_quickly(self.stage)
            self.stage.clock.advance(LOOK_S)
            self.stage.plane.tick()
            await settle_quickly(self.stage)

    async def goes_on_until_seen(
        self, peer: MediaPeer, size: bytes, claims: dict[MediaPeer, int]
    ) -> None:
        """Let time pass until that size is what a receiver gets."""
        for _ in range(200):
            await self.goes_on(LOOK_S, claims=claims)
            if shown(peer)[-1:] == [size]:
                return
        pytest.fail(f"never shown {size!r}: {shown(peer)[-10:]}")


def says(peer: MediaPeer, bitrate: int) -> None:
    """Claim a bitrate; a line that carries less than a picture loses one packet in eight, too."""
    ssrc = peer.slot_ssrc("video")
    lost = 32 if bitrate < NOMINAL_BITRATES["h"] else 0
    peer.send_rtcp(rtcp.remb(bitrate, (ssrc,)))
    peer.send_rtcp(rtcp.receiver_report([rtcp.ReportBlock(ssrc, lost, 0, 0, 0, 0, 0)]))


async def settle_quickly(stage: Stage) -> None:
    """Let what was sent over loopback be read: until nothing more arrives."""
    before = -1
    while stage.plane.counters.received != before:
        before = stage.plane.counters.received
        await asyncio.sleep(0.002)


def shown(peer: MediaPeer) -> list[bytes]:
    """Which sizes a receiver was shown, packet by packet."""
    return [
        size for one in peer.rtp for size in (b"large", b"middle", b"small") if one.endswith(size)
    ]


async def three(stage: Stage) -> Scene:
    """Bring the three together; Amina has been filming for the two before Carla comes."""
    amina = await stage.connected("amina", layers=SIZES)
    bruno = await stage.connected("bruno")
    amina.obliging = bruno.obliging = True
    await until(lambda: amina.sees("bruno") and bruno.sees("amina"))
    scene = Scene(stage, amina, bruno, amina)
    await scene.goes_on(2 * LOOK_S)
    scene.carla = await stage.connected("carla")
    await until(lambda: all(peer.sees("carla") for peer in (amina, bruno)))
    return scene


async def test_two_people_get_the_whole_picture_unchanged(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina", layers=SIZES)
        bruno = await stage.connected("bruno")
        await until(lambda: amina.sees("bruno") and bruno.sees("amina"))
        scene = Scene(stage, amina, bruno, bruno)

        await scene.goes_on(3, claims={bruno: POOR})

        assert amina.heard("layers") == []
        assert set(shown(bruno)) == {b"large"}
        assert [sequence(one) for one in bruno.rtp] == list(range(100, 124))


async def test_with_a_third_person_all_layers_are_requested_and_they_get_the_middle_one(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)

        await scene.goes_on(1)

        assert scene.amina.heard("layers")[0] == {"type": "layers", "send": ["h", "m"]}
        assert shown(scene.carla)[-1] == b"middle"
        assert set(shown(scene.bruno)) == {b"large"}


async def test_a_slow_receiver_gets_a_small_layer_and_the_other_keeps_the_large_one(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        claims = {scene.bruno: GOOD, scene.carla: POOR}

        await scene.goes_on_until_seen(scene.carla, b"small", claims)
        scene.bruno.rtp.clear()
        await scene.goes_on(3, claims=claims)

        assert set(shown(scene.bruno)) == {b"large"}
        assert shown(scene.carla)[-10:] == [b"small"] * 10
        remb = scene.amina.saw(rtcp.Bandwidth)[-1]
        assert remb.bitrate > sum(NOMINAL_BITRATES.values())


async def test_sequence_numbers_continue_from_layer_to_layer(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        poor, good = {scene.carla: POOR}, {scene.carla: GOOD}
        await scene.goes_on_until_seen(scene.carla, b"small", poor)
        await scene.goes_on_until_seen(scene.carla, b"large", good)

        got = scene.carla.rtp
        steps = [(sequence(b) - sequence(a)) & 0xFFFF for a, b in zip(got, got[1:], strict=False)]
        assert set(steps) == {1}
        assert {int.from_bytes(one[8:12]) for one in got} == {scene.carla.slot_ssrc("video")}
        times = [timestamp(one) for one in got]
        gaps = {(b - a) & 0xFFFFFFFF for a, b in zip(times, times[1:], strict=False)}
        assert max(gaps) < 90_000


async def test_a_receiver_changes_layers_only_at_a_requested_key_frame(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on(1)
        small = scene.camera.films["l"]
        scene.camera.is_deaf = True
        asked = len(scene.amina.saw(rtcp.KeyFrameRequest))

        await scene.goes_on(8, claims={scene.carla: POOR})

        assert b"small" not in shown(scene.carla)
        wanted = [one.ssrc for one in scene.amina.saw(rtcp.KeyFrameRequest)[asked:]]
        assert 1 <= wanted.count(small.ssrc) <= 8 / KEY_FRAME_INTERVAL_S + 1
        scene.camera.is_deaf = False
        await scene.goes_on_until_seen(scene.carla, b"small", {scene.carla: POOR})


async def test_a_lost_packet_is_repeated_under_the_receivers_number(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on_until_seen(scene.carla, b"small", {scene.carla: POOR})
        number = (sequence(scene.carla.rtp[-1]) + 1) & 0xFFFF
        scene.carla.losing = {number}
        await scene.goes_on(LOOK_S)
        assert scene.carla.lost == 1
        scene.carla.losing = set()
        before = len(scene.carla.rtp)

        scene.carla.send_rtcp(rtcp.nack(scene.carla.slot_ssrc("video"), [number]))
        await until(lambda: len(scene.carla.rtp) > before)

        assert sequence(scene.carla.rtp[-1]) == number
        assert shown(scene.carla)[-1] == b"small"


async def test_sender_reports_are_shifted_like_the_timestamps_of_the_picture(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on_until_seen(scene.carla, b"small", {scene.carla: POOR})
        await scene.goes_on(LOOK_S, claims={scene.carla: POOR})
        newest = scene.carla.rtp[-1]
        ahead = (timestamp(newest) - (scene.camera.films["l"].timestamp - 3000)) & 0xFFFFFFFF

        scene.camera.reports(1000.0)
        await until(lambda: scene.carla.saw(rtcp.SenderInfo))
        await settle()

        [report] = scene.carla.saw(rtcp.SenderInfo)
        assert report.ssrc == scene.carla.slot_ssrc("video")
        assert report.seconds == 1000.0
        assert (report.timestamp - scene.camera.films["l"].timestamp) & 0xFFFFFFFF == ahead
        assert ahead


async def test_the_page_is_asked_to_stop_a_layer_nobody_uses(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        good = {scene.bruno: GOOD, scene.carla: GOOD}
        await scene.goes_on(1, claims=good)
        assert scene.camera.sizes == ["h", "m"]
        await scene.goes_on_until_seen(scene.carla, b"large", good)

        await scene.goes_on(LINGER_S + 1, claims=good)

        assert scene.camera.sizes == ["h"]


async def test_after_the_third_person_leaves_the_two_get_the_whole_picture(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        poor = {scene.bruno: POOR}
        await scene.goes_on_until_seen(scene.bruno, b"small", poor)

        stage.plane.leave(scene.carla.id)
        await scene.goes_on(LINGER_S + 2, claims=poor)

        assert shown(scene.bruno)[-1] == b"large"
        assert scene.camera.sizes == ["h"]


async def test_when_two_people_remain_the_receiver_limits_the_bitrate_again(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on(2, claims={scene.bruno: 300_000})
        assert scene.amina.saw(rtcp.Bandwidth)[-1].bitrate > 500_000

        stage.plane.leave(scene.carla.id)
        await scene.goes_on(2, claims={scene.bruno: 300_000})

        assert 290_000 < scene.amina.saw(rtcp.Bandwidth)[-1].bitrate <= 300_000


async def test_a_small_camera_is_shown_in_the_layers_it_has(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        del scene.camera.films["m"], scene.camera.films["l"]
        claims = {scene.carla: POOR}

        await scene.goes_on(8, claims=claims)

        assert shown(scene.carla)[-1] == b"large"


async def test_a_layer_its_browser_stopped_is_replaced_by_the_next_smaller_one(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on(2)
        assert shown(scene.bruno)[-1] == b"large"
        del scene.camera.films["h"]

        await scene.goes_on(6)

        assert shown(scene.bruno)[-1] == b"middle"


async def test_a_layer_that_restarts_under_another_ssrc_takes_no_offer(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on(1)
        offers = len(scene.carla.heard("offer"))
        assert shown(scene.carla)[-1] == b"middle"
        scene.camera.films["m"] = Film(7, 8, 22_000, 10, 0xB0000009, b"middle", "m")
        before = len(scene.carla.rtp)

        await scene.goes_on(2)

        assert len(scene.carla.rtp) > before
        assert len(scene.carla.heard("offer")) == offers
        last = scene.carla.rtp[-10:]
        assert {sequence(b) - sequence(a) for a, b in zip(last, last[1:], strict=False)} == {1}


async def test_a_stream_with_an_unknown_layer_name_is_refused(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on(1)
        before = stage.plane.counters.unexpected_stream
        foreign = Film(ssrc=0xB00000AA, rid="z")
        nameless = Film(ssrc=0xB00000AB)

        scene.amina.send_packets(foreign.frame(key=True) + nameless.frame(key=True))
        await until(lambda: stage.plane.counters.unexpected_stream == before + 2)


async def test_a_fourth_person_starts_from_the_cached_key_frame_of_the_middle_layer(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        scene = await three(stage)
        await scene.goes_on(1)
        scene.carla.obliging = True

        dario = await stage.connected("dario")
        await until(lambda: dario.rtp)

        assert set(shown(dario)) == {b"middle"}
