"""The picture check: does the camera show something? Frames are judged and never sent."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.readiness.vocabulary import (
    GO_ON,
    NOT_MEASURED,
    Check,
    Constant,
    Figure,
    Level,
    Outcome,
    Passes,
    Threshold,
    Use,
)

_TESTRTC = "WebRTC's TestRTC"

LUMA = Threshold(Passes.AT_LEAST, good=50, fair=20, source=f"black below 20: {_TESTRTC}; 50: ours")
BLACK_SHARE = Threshold(
    Passes.BELOW, good=0.2, fair=1 / 3, source=f"a third: {_TESTRTC}; 0.2: ours"
)
FROZEN_SHARE = Threshold(
    Passes.BELOW, good=0.2, fair=1 / 3, source=f"a third: {_TESTRTC}; 0.2: ours"
)
FPS = Threshold(Passes.AT_LEAST, good=12, fair=5, source=f"5: {_TESTRTC}; 12: ours")


def verdict(levels: Mapping[str, Level]) -> str:
    """Name the worst of darkness, stillness and slowness.

    In the dark every frame looks like the one before: darkness is the cause to name, so it comes
    first among equals. A browser that does not count frames can still show that they change; one
    that does not let frames be read says nothing of what they show.
    """
    if Level.BAD in (levels["luma"], levels["black_share"]):
        return "black"
    if Level.BAD in (levels["frozen_share"], levels["fps"]):
        return "frozen"
    if Level.FAIR in (levels["luma"], levels["black_share"]):
        return "dark"
    if Level.FAIR in (levels["frozen_share"], levels["fps"]):
        return "slow"
    return NOT_MEASURED if Level.UNKNOWN in (levels["luma"], levels["frozen_share"]) else "good"


CHECK = Check(
    id="picture",
    place=40,
    figures={
        "luma": Figure("0 black, 255 white, mean of the frames", 0, 255, LUMA),
        "black_share": Figure("share of the frames looked at", 0, 1, BLACK_SHARE),
        "frozen_share": Figure("share of the frames looked at", 0, 1, FROZEN_SHARE),
        "fps": Figure("frames a second", 0, 480, FPS),
    },
    outcomes={
        "good": GO_ON,
        # A dark or halting picture is still a picture; none at all leaves the sound.
        "dark": Outcome(Level.FAIR, Use.VIDEO, "more_light"),
        "slow": Outcome(Level.FAIR, Use.VIDEO, "close_applications"),
        "black": Outcome(Level.BAD, Use.AUDIO, "uncover_camera"),
        "frozen": Outcome(Level.BAD, Use.AUDIO, "wave"),
    },
    failures={
        "lost": Outcome(Level.UNAVAILABLE, Use.AUDIO, "check_camera_plug"),
        "no_image": Outcome(Level.UNAVAILABLE, Use.AUDIO, "check_camera_plug"),
    },
    verdict=verdict,
    constants={
        "black_luma": Constant(LUMA.fair, "mean light under which a frame is black", _TESTRTC),
        "frozen_difference": Constant(
            0.04,
            "mean difference, of 255, under which two frames are the same",
            "ours: the noise of a camera alone makes more",
        ),
        "frame_width": Constant(32, "pixels", "ours: faces cannot be recognised"),
        "frame_height": Constant(24, "pixels", "ours: faces cannot be recognised"),
        "look_every_ms": Constant(150, "ms", "ours"),
        "looks_needed": Constant(10, "frames before the first figures", "ours"),
        "looks_kept": Constant(20, "frames", "ours: a mended picture is good within 3 s"),
        "first_report_ms": Constant(2_200, "ms", "ours: enough looks, and a little more"),
        "first_frame_within_ms": Constant(
            8_000, "ms", "ours: slow cameras need up to five seconds to start"
        ),
        "report_every_ms": Constant(3_500, "ms", "ours: a mended picture is praised soon"),
    },
)
