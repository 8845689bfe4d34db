"""One picture in several sizes, as SDP says it: what we offer to take, what a browser agrees to.

RFC 8851 (``a=rid``), RFC 8852 (the header extension by which packets name their layer),
RFC 8853 (``a=simulcast``).
"""

from __future__ import annotations

import re

RIDS = ("l", "m", "h")
"""The names of the layers, smallest first."""

WHOLE = "h"
"""The layer in the camera's own size; the only one two people use."""

RID_EXTENSION = 3
"""The header extension id, the same for everybody."""

_SENT = re.compile(r"^a=simulcast:send ([^ \r\n]{1,100})\r?$", re.MULTILINE)


def offer_lines() -> list[str]:
    """Return what an m-line says that takes a picture in several sizes.

    The largest comes first: from a small camera a browser sends only the first few, and what it
    leaves out must not be the picture itself.
    """
    names = RIDS[::-1]
    return [
        f"a=extmap:{RID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        *(f"a=rid:{name} recv" for name in names),
        "a=simulcast:recv " + ";".join(names),
    ]


def accepted(answer: str) -> tuple[str, ...]:
    """Return the layers an answer agrees to send; the whole picture alone when it names no other.

    A layer may be announced as paused (``~``); of alternatives (``,``) the first counts.
    """
    found = _SENT.search(answer)
    named = found[1].split(";") if found else []
    names = {one.split(",")[0].removeprefix("~") for one in named}
    return tuple(rid for rid in RIDS if rid in names) if WHOLE in names else (WHOLE,)
