"""What a browser's answer may say, and what it may not (RFC 3264 §6, RFC 5763 §5, RFC 8122 §5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiortc import RTCCertificate

from kiosk.errors import MediaError
from kiosk.media.plane.limits import MAX_MESSAGE
from kiosk.media.plane.wire.answer import parse_answer
from kiosk.media.plane.wire.sdp import ScreenLine, lines_of
from tests.media.peer import VP8_KEY_FRAME, MediaPeer
from tests.media.stage import Stage, a_stage, settle, until

OFFERED = lines_of(2, ScreenLine(ssrc=5, version=0, after=2), layered=True)

TRANSPORT = (
    "c=IN IP4 0.0.0.0\r\na=ice-ufrag:mine\r\na=ice-pwd:mmmmmmmmmmmmmmmmmmmmmmmm\r\n"
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\na=setup:active\r\n"
)


def media(kind: str, mid: str, codec: str, direction: str, extensions: str = "") -> str:
    payload_type = codec.partition(" ")[0]
    return (
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}\r\n{TRANSPORT}a=mid:{mid}\r\n"
        f"a=rtcp-mux\r\na={direction}\r\na=rtpmap:{codec}\r\n{extensions}"
    )


LEVEL = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
SENT = "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
RID = "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
DATA = (
    f"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n{TRANSPORT}a=mid:2\r\n"
    "a=sctp-port:5000\r\na=max-message-size:262144\r\n"
)
ANSWER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4 screen\r\n"
    + media("audio", "0", "111 opus/48000/2", "sendrecv", LEVEL)
    + media("video", "1", "96 VP8/90000", "sendrecv", SENT + RID)
    + DATA
    + media("audio", "3", "111 opus/48000/2", "recvonly", LEVEL)
    + media("video", "4", "96 VP8/90000", "recvonly", SENT)
    + media("video", "screen", "97 VP8/90000", "sendrecv", SENT)
)
Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    """Replace every ``old``, which must be there."""

    def change(sdp: str) -> str:
        assert old in sdp
        return sdp.replace(old, new)

    return change


def in_line(mid: str, old: str, new: str) -> Change:
    """Replace ``old`` in the m-line ``mid``, where it must be."""

    def change(sdp: str) -> str:
        head, *lines = sdp.split("m=")
        number = next(n for n, line in enumerate(lines) if f"a=mid:{mid}\r\n" in line)
        assert old in "m=" + lines[number]
        lines[number] = ("m=" + lines[number]).replace(old, new)[2:]
        return "m=".join([head, *lines])

    return change


def test_a_whole_answer_is_taken():
    answer = parse_answer(ANSWER, offered=OFFERED)

    assert answer.refused == frozenset()
    assert answer.has_pictures
    assert not answer.passive
    assert (answer.sctp_port, answer.max_message) == (5000, 262144)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(in_line("1", "m=video", "m=audio"), id="another kind"),
        pytest.param(in_line("2", "m=application", "m=text"), id="no data channel"),
        pytest.param(in_line("2", "m=application 9", "m=application 0"), id="channel refused"),
        pytest.param(in_line("0", "m=audio 9", "m=audio 0"), id="own sound refused"),
        pytest.param(in_line("0", "opus/48000/2", "PCMU/8000"), id="another codec for sound"),
        pytest.param(in_line("4", "SAVPF", "SAVP"), id="another profile"),
        pytest.param(swap("UDP/TLS/RTP/SAVPF", "RTP/AVP"), id="no encryption"),
        pytest.param(swap("UDP/DTLS/SCTP", "TCP/DTLS/SCTP"), id="data over TCP"),
        pytest.param(in_line("3", "a=recvonly", "a=sendrecv"), id="sends where we only send"),
        pytest.param(in_line("4", "a=recvonly", "a=sendonly"), id="only sends there"),
        pytest.param(in_line("4", "a=recvonly\r\n", ""), id="no direction where we only send"),
        pytest.param(in_line("1", "a=rtcp-mux\r\n", ""), id="RTCP on a port of its own"),
        pytest.param(swap("BUNDLE 0 1 2 3 4 screen", "BUNDLE 0 1 2 3 screen"), id="unbundled"),
        pytest.param(swap("a=group:BUNDLE 0 1 2 3 4 screen\r\n", ""), id="no bundle"),
        pytest.param(in_line("1", "extmap:2 http", "extmap:5 http"), id="another extension id"),
        pytest.param(in_line("0", "extmap:1 urn", "extmap:3 urn"), id="the id of another one"),
        pytest.param(in_line("4", SENT, SENT + RID), id="an extension offered elsewhere only"),
        pytest.param(in_line("0", LEVEL, LEVEL + "a=extmap:7 urn:own\r\n"), id="their extension"),
        pytest.param(swap("a=setup:active", "a=setup:actpass"), id="no choice of a role"),
        pytest.param(swap("a=setup:active", "a=setup:holdconn"), id="no handshake now"),
        pytest.param(swap("a=setup:active\r\n", ""), id="no role"),
        pytest.param(swap("s=-\r\n", "s=-\r\na=ice-lite\r\n"), id="two lite ends"),
        pytest.param(swap("a=ice-ufrag:mine\r\n", ""), id="no ICE"),
        pytest.param(swap("sha-256", "sha-1"), id="only a weak digest"),
        pytest.param(swap("sctp-port:5000", "sctp-port:0"), id="SCTP port 0"),
        pytest.param(swap("sctp-port:5000", "sctp-port:65536"), id="no SCTP port"),
        pytest.param(swap("max-message-size:262144", "max-message-size:-1"), id="no length"),
        pytest.param(in_line("4", "a=mid:4", "a=mid:5"), id="another mid"),
    ],
)
def test_an_answer_that_contradicts_the_offer_is_refused(damage: Change):
    with pytest.raises(MediaError, match=r"media\.bad_sdp"):
        parse_answer(damage(ANSWER), offered=OFFERED)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        pytest.param(in_line("4", "m=video 9", "m=video 0"), {"4"}, id="a line refused"),
        pytest.param(in_line("4", "a=recvonly", "a=inactive"), {"4"}, id="inactive"),
        pytest.param(in_line("1", "a=sendrecv", "a=sendonly"), {"1"}, id="only sends"),
        pytest.param(in_line("3", "111", "0"), {"3"}, id="another payload type"),
        pytest.param(in_line("4", "VP8", "H264"), {"4"}, id="our payload type, another codec"),
        pytest.param(in_line("0", "a=sendrecv", "a=recvonly"), set(), id="sends nothing"),
        pytest.param(in_line("1", "SAVPF 96", "SAVPF 102 96"), set(), id="one of theirs beside"),
    ],
)
def test_nothing_is_sent_where_a_browser_receives_nothing(change: Change, refused: set[str]):
    answer = parse_answer(change(ANSWER), offered=OFFERED)

    assert answer.refused == refused
    assert answer.has_pictures


def test_port_0_beside_bundle_only_is_no_refusal():
    bundled = in_line("4", "m=video 9", "m=video 0")(ANSWER)
    bundled = in_line("4", "a=mid:4\r\n", "a=mid:4\r\na=bundle-only\r\n")(bundled)

    assert parse_answer(bundled, offered=OFFERED).refused == frozenset()


H264_ONLY = {
    "refused by port": lambda sdp: swap(" 1 2 3 4 screen", " 2 3")(
        sdp.replace("m=video 9", "m=video 0")
    ),
    "their payload type": lambda sdp: (
        sdp.replace("96 VP8", "102 H264")
        .replace("97 VP8", "103 H264")
        .replace("SAVPF 96", "SAVPF 102")
        .replace("SAVPF 97", "SAVPF 103")
    ),
    "ours for another codec": swap("VP8", "H264"),
}


@pytest.mark.parametrize("form", H264_ONLY)
def test_an_answer_without_vp8_has_sound_only(form: str):
    answer = parse_answer(H264_ONLY[form](ANSWER), offered=OFFERED)

    assert answer.refused == {"1", "4", "screen"}
    assert not answer.has_pictures


def test_a_message_may_be_of_any_length_for_a_browser_that_says_0():
    answer = parse_answer(swap("size:262144", "size:0")(ANSWER), offered=OFFERED)

    assert answer.max_message == MAX_MESSAGE


# -- the handshake ------------------------------------------------------------------------------


async def test_a_browser_that_waits_for_the_handshake_joins(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        bruno = await stage.connected("bruno")
        amina = stage.offered("amina")
        amina.dtls._set_role("server")
        await amina.prove_address()

        stage.plane.answer(amina.id, amina.answer(setup="passive"))
        await amina.shake_hands()
        await amina.open_channel()
        await until(lambda: amina.heard("layout") and bruno.sees("amina"))

        amina.send_audio(1)
        bruno.send_audio(1)
        await until(lambda: amina.rtp and bruno.rtp)


async def test_a_browser_that_waits_for_the_handshake_must_have_its_certificate(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        mallory = stage.offered("mallory")
        mallory.dtls._set_role("server")
        await mallory.prove_address()
        other = RTCCertificate.generateCertificate()

        stage.plane.answer(mallory.id, mallory.answer(certificate=other, setup="passive"))
        await mallory.shake_hands()

        await until(lambda: stage.gone() == [("mallory", "failed")])


def with_fingerprints(sdp: str, *more: str) -> str:
    """Announce these beside the right one."""
    return sdp.replace("a=setup", "".join(f"a=fingerprint:{one}\r\n" for one in more) + "a=setup")


WRONG = ":".join(["AB"] * 32)


@pytest.mark.parametrize(
    "more", [(f"sha-256 {WRONG}",), (f"sha-512 {WRONG}:{WRONG}",), (f"md5 {WRONG[:47]}",)]
)
async def test_one_of_several_fingerprints_must_match(
    certificate: RTCCertificate, more: tuple[str, ...]
):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")
        await amina.prove_address()

        stage.plane.answer(amina.id, with_fingerprints(amina.answer(), *more))
        await amina.shake_hands()

        await until(lambda: stage.plane.report(amina.id).connected)


async def test_a_browser_with_none_of_several_fingerprints_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        mallory = stage.offered("mallory")
        await mallory.prove_address()
        other = RTCCertificate.generateCertificate()

        answer = mallory.answer(certificate=other)
        stage.plane.answer(mallory.id, with_fingerprints(answer, f"sha-256 {WRONG}"))
        await mallory.shake_hands()

        await until(lambda: stage.gone() == [("mallory", "failed")])


# -- a browser without VP8 ----------------------------------------------------------------------


async def without_vp8(stage: Stage, participant: str) -> MediaPeer:
    """Let somebody in whose browser refuses every picture."""
    peer = stage.offered(participant)
    written = peer.answer
    peer.answer = lambda **choice: written(**choice).replace("m=video 9", "m=video 0")  # type: ignore[method-assign]
    peer.obliging = True
    await stage.lets_in(peer)
    return peer


STATE = {"type": "media", "audio": True, "video": True, "hand": False}


async def test_both_are_told_when_one_browser_has_no_vp8(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.say(STATE)
        h264 = await without_vp8(stage, "h264")
        h264.say(STATE)

        await until(lambda: amina.heard("media") and h264.heard("media"))

        assert amina.heard("media") == [STATE | {"participant": "h264", "pictures": False}]
        assert h264.heard("media") == [STATE | {"participant": "amina", "pictures": False}]


async def test_no_picture_is_sent_to_a_browser_without_vp8_nor_taken_from_it(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.obliging = True
        amina.send_video(1, VP8_KEY_FRAME)  # in the cache before he comes
        h264 = await without_vp8(stage, "h264")
        chloe = await stage.connected("chloe")
        await until(lambda: amina.sees("chloe") and h264.sees("chloe"))

        amina.send_video(2, VP8_KEY_FRAME)
        amina.send_audio(1)
        h264.send_video(1, VP8_KEY_FRAME)
        h264.send_audio(1)
        await until(lambda: {p[1] & 0x7F for p in chloe.rtp} == {96, 111} and h264.rtp)
        await settle()

        assert {packet[1] & 0x7F for packet in h264.rtp} == {111}
        assert [packet[1] & 0x7F for packet in amina.rtp] == [111]


async def test_a_browser_without_vp8_cannot_share_its_screen(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        h264 = await without_vp8(stage, "h264")

        h264.say({"type": "share", "on": True})
        await until(lambda: h264.heard("error"))

        assert h264.heard("error") == [{"type": "error", "code": "media.no_pictures"}]
        assert amina.screen_of is None


async def test_a_screen_is_not_sent_to_a_browser_without_vp8(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.obliging = True
        h264 = await without_vp8(stage, "h264")
        amina.say({"type": "share", "on": True})
        await until(lambda: amina.screen_of == "amina" and amina.heard("offer"))

        amina.send_screen(1, VP8_KEY_FRAME)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        await settle()

        assert h264.rtp == []
        assert h264.screen_of is None


async def test_a_picture_goes_on_when_a_later_answer_takes_it(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        offer = stage.plane.restart(bruno.id)
        head, video, rest = bruno.answer().partition("m=video")
        paused = head + video + rest.replace("a=sendrecv", "a=inactive", 1)
        bruno.take_offer(offer.sdp)
        await bruno.prove_address()
        stage.plane.answer(bruno.id, paused, offer.generation)
        amina.send_video(1, VP8_KEY_FRAME)
        amina.send_audio(1)
        await until(lambda: bruno.rtp)
        await settle()
        meanwhile = [packet[1] & 0x7F for packet in bruno.rtp]

        offer = stage.plane.restart(bruno.id)
        bruno.take_offer(offer.sdp)
        await bruno.prove_address()
        stage.plane.answer(bruno.id, bruno.answer(), offer.generation)
        await until(lambda: len(bruno.rtp) == 2)

        assert meanwhile == [111]
        assert bruno.rtp[1][1] & 0x7F == 96  # from the cache, at once
