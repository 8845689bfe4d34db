"""The checks before a call: what each one measures and in what ways it may fail to measure.

A new check is one entry in :data:`CHECKS`, its thresholds, and one file in
``static/js/readiness/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """What is looked at, in the order of the path."""

    DEVICE = "device"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    PICTURE = "picture"
    VOICE = "voice"
    SOUND = "sound"
    NETWORK = "network"


class Level(StrEnum):
    """How a check went; only the first three are an order."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Use(StrEnum):
    """The most that can be used after a check. A call is possible with every one of them."""

    VIDEO = "video"
    AUDIO = "audio"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number and the range a page can honestly report."""

    unit: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A way not to have measured: which level it means and what is left to use."""

    level: Level
    use: Use


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What one check reports: every figure is needed, or one of the failures."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


def _device_failures(use: Use) -> dict[str, Failure]:
    # The names follow the errors of getUserMedia (Media Capture and Streams §10.2), sorted by what
    # a person can do about them.
    refused = Failure(Level.REFUSED, use)
    unavailable = Failure(Level.UNAVAILABLE, use)
    return {
        "dismissed": refused,
        "denied": refused,
        "blocked_by_system": refused,
        "not_found": unavailable,
        "in_use": unavailable,
        "unsuitable": unavailable,
        "aborted": unavailable,
        "timeout": unavailable,
        "insecure": unavailable,
        "unsupported": unavailable,
    }


CHECKS: Mapping[Check, CheckRule] = {
    Check.DEVICE: CheckRule(
        failures={
            "outdated": Failure(Level.FAIR, Use.VIDEO),
            "in_app": Failure(Level.BAD, Use.AUDIO),
            "unsupported": Failure(Level.BAD, Use.PHONE),
            "insecure": Failure(Level.BAD, Use.PHONE),
        }
    ),
    Check.CAMERA: CheckRule(failures=_device_failures(Use.AUDIO)),
    Check.MICROPHONE: CheckRule(failures=_device_failures(Use.PHONE)),
    Check.PICTURE: CheckRule(
        figures={
            "luma": Figure("0 black, 255 white, mean of the frames", 0, 255),
            "black_share": Figure("share of the frames looked at", 0, 1),
            "frozen_share": Figure("share of the frames looked at", 0, 1),
            "fps": Figure("frames a second", 0, 480),
        },
        failures={"lost": Failure(Level.UNAVAILABLE, Use.AUDIO)},
    ),
    Check.VOICE: CheckRule(
        figures={
            "level_dbfs": Figure("dB of full scale, the loudest 0.4 s", -200, 0),
            "heard_s": Figure("seconds above the threshold of sound", 0, 600),
        },
        failures={
            "unmoved": Failure(Level.BAD, Use.PHONE),
            "lost": Failure(Level.UNAVAILABLE, Use.PHONE),
        },
    ),
    Check.SOUND: CheckRule(
        failures={
            "unheard": Failure(Level.BAD, Use.PHONE),
            "unsupported": Failure(Level.UNAVAILABLE, Use.PHONE),
        }
    ),
    Check.NETWORK: CheckRule(
        figures={
            "loss_percent": Figure("% of packets, the worse direction", 0, 100),
            "rtt_ms": Figure("ms, there and back", 0, 60_000),
            "jitter_ms": Figure("ms, the worse direction", 0, 60_000),
            "up_kbps": Figure("kbit/s sent", 0, 1_000_000),
            "down_kbps": Figure("kbit/s received", 0, 1_000_000),
        },
        failures={
            "blocked": Failure(Level.BAD, Use.PHONE),
            "timeout": Failure(Level.BAD, Use.PHONE),
            "unavailable": Failure(Level.UNAVAILABLE, Use.VIDEO),
        },
    ),
}

SKIPPED = "skipped"
"""The failure every check knows: the person passed over it, so nothing is lowered."""
