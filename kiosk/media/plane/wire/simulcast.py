"""Simulcast in SDP: the layers the server offers to receive, and those a browser agrees to send.

RFC 8851 (``a=rid``), RFC 8852 (the header extension by which packets name their layer),
RFC 8853 (``a=simulcast``).
"""

from __future__ import annotations

import re

RIDS = ("l", "m", "h")
"""The names of the layers, smallest first."""

WHOLE = "h"
"""The layer of the camera's own size; the only one that two people use."""

RID_EXTENSION = 3
"""The header extension id, the same for everybody."""

RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"

_SENT = re.compile(r"^a=simulcast:send ([^ \r\n]{1,100})\r?$", re.MULTILINE)


def offer_lines() -> list[str]:
    """Return the lines of an m-line that accepts a picture in several sizes.

    The largest comes first: with a small camera a browser sends only the first few, and must not
    leave out the whole picture.
    """
    names = RIDS[::-1]
    return [
        f"a=extmap:{RID_EXTENSION} {RID}",
        *(f"a=rid:{name} recv" for name in names),
        "a=simulcast:recv " + ";".join(names),
    ]


def accepted(answer: str) -> tuple[str, ...]:
    """Return the layers an answer agrees to send: only the whole picture when it names no others.

    A layer may be announced as paused (``~``); of alternatives (``,``) the first counts.
    """
    found = _SENT.search(answer)
    named = found[1].split(";") if found else []
    names = {one.split(",")[0].removeprefix("~") for one in named}
    return tuple(rid for rid in RIDS if rid in names) if WHOLE in names else (WHOLE,)
