"""Every message of the control protocol, once, with its fields and their bounds (decision 0211).

Three places: the control data channel of a browser, the unix socket of the media process, and the
JSON bodies of the media routes. Python validates with these types; ``kiosk.media.typedefs`` writes
the browser's types from them; docs/signaling.md says who sends what, when. Only data here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.media.engine import CallRole, GoneReason, MediaEvent, Offer, SlotEntry

MAX_NAME = 128
"""The longest id of a room, participant or peer, in characters."""

MAX_SDP = 64 * 1024
"""The longest session description, in characters."""

MAX_GENERATION = 2**31 - 1
MAX_PEOPLE = 64
"""More people than a room may ever hold (``plane`` has the tighter limit)."""

Id = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
PeerId = Annotated[str, Meta(max_length=MAX_NAME)]
"""Names one browser connection; the plane makes it. An empty one names none."""
Sdp = Annotated[str, Meta(max_length=MAX_SDP)]
Generation = Annotated[int, Meta(ge=1, le=MAX_GENERATION)]
"""Counts the offers to one browser; its answer repeats it."""


class LayerName(StrEnum):
    """One size of a camera's picture (``rid``): high, middle, low."""

    HIGH = "h"
    MIDDLE = "m"
    LOW = "l"


class ChannelProblem(StrEnum):
    """Why a message on the control channel was refused."""

    BAD_MESSAGE = "media.bad_message"
    TOO_FAST = "media.too_fast"
    SCREEN_TAKEN = "media.screen_taken"
    NO_PICTURES = "media.no_pictures"


# -- control data channel: plane to browser -------------------------------------------------------


class PlaneMessage(Struct, tag_field="type", frozen=True, kw_only=True):
    """What the plane sends to a browser."""


class Layout(PlaneMessage, tag="layout", frozen=True):
    """Who is in which slot, and whose screen is shared (None: nobody's)."""

    slots: Annotated[list[SlotEntry], Meta(max_length=MAX_PEOPLE)]
    screen: Id | None


class PeerMedia(PlaneMessage, tag="media", frozen=True, omit_defaults=True):
    """The media state another participant reported."""

    participant: Id
    audio: bool
    video: bool
    hand: bool
    pictures: bool = True
    """False: one of the two browsers has no picture format in common with the call."""


class Speaking(PlaneMessage, tag="speaking", frozen=True):
    """Who is speaking now, the receiver included."""

    participants: Annotated[list[Id], Meta(max_length=MAX_PEOPLE)]


class LaterOffer(PlaneMessage, tag="offer", frozen=True):
    """An offer made while the call goes on: more m-lines or new SSRCs."""

    sdp: Sdp
    generation: Generation


class Layers(PlaneMessage, tag="layers", frozen=True):
    """The sizes of the receiver's own picture that somebody watches."""

    send: Annotated[list[LayerName], Meta(max_length=len(LayerName))]


class Bye(PlaneMessage, tag="bye", frozen=True):
    """The plane ends this connection."""

    reason: GoneReason


class ChannelError(PlaneMessage, tag="error", frozen=True):
    """The last message was refused."""

    code: ChannelProblem


AnyPlaneMessage = Layout | PeerMedia | Speaking | LaterOffer | Layers | Bye | ChannelError


# -- control data channel: browser to plane -------------------------------------------------------


class BrowserMessage(Struct, tag_field="type", frozen=True, kw_only=True):
    """What a browser sends to the plane."""


class Enter(BrowserMessage, tag="enter", frozen=True):
    """Enter the call with a connection that was made ahead (prejoin)."""


class MediaState(BrowserMessage, tag="media", frozen=True):
    """What this browser sends now: microphone, camera; whether a hand is raised."""

    audio: bool
    video: bool
    hand: bool = False


class Share(BrowserMessage, tag="share", frozen=True):
    """Begin or end sharing the screen."""

    on: bool


class LaterAnswer(BrowserMessage, tag="answer", frozen=True):
    """The answer to the :class:`LaterOffer` of that generation."""

    sdp: Sdp
    generation: Generation


AnyBrowserMessage = Enter | MediaState | Share | LaterAnswer
BROWSER_MESSAGE: msgspec.json.Decoder[AnyBrowserMessage] = msgspec.json.Decoder(AnyBrowserMessage)
"""Reads one text of the control channel; see :data:`UNREADABLE` for what it raises."""

UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises for bytes that are no JSON, or no message of the type asked for."""


# -- media routes: JSON bodies --------------------------------------------------------------------


class OfferRequest(Struct, frozen=True, kw_only=True):
    """Ask for an offer; ``peer`` names the page's connection whose path is cut."""

    peer: PeerId = ""
    ahead: bool = False
    """For a connection made before the person enters (prejoin)."""


class IceServer(Struct, frozen=True, kw_only=True):
    """A relay, as ``RTCConfiguration.iceServers`` takes it."""

    urls: list[str]
    username: str
    credential: str


class OfferAnswer(Struct, frozen=True, kw_only=True):
    """The plane's offer: for a new peer, or for another path of the same one."""

    peer: Id
    sdp: Sdp
    generation: Generation
    slots: Annotated[list[SlotEntry], Meta(max_length=MAX_PEOPLE)]
    ice_servers: list[IceServer]

    @classmethod
    def of(cls, offer: Offer, ice_servers: list[IceServer]) -> OfferAnswer:
        """Return what the route answers for the engine's offer."""
        return cls(
            peer=offer.peer,
            sdp=offer.sdp,
            generation=offer.generation,
            slots=offer.slots,
            ice_servers=ice_servers,
        )


class AnswerRequest(Struct, frozen=True, kw_only=True):
    """The browser's answer to the offer of that generation."""

    peer: Id
    sdp: Sdp
    generation: Generation = 1


class LeaveRequest(Struct, frozen=True, kw_only=True):
    """End a connection; without ``peer`` whatever connection the participant has."""

    peer: PeerId = ""


# -- unix socket: the web process asks, the media process answers ---------------------------------


class Request(Struct, tag_field="do", frozen=True, kw_only=True):
    """One line from the web process; ``id`` comes back in the reply."""

    id: int | str | None = None


class Join(Request, tag="join", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.join`."""

    room: Id
    participant: Id
    role: CallRole
    echo: bool = False
    ahead: bool = False


class Answer(Request, tag="answer", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.answer`."""

    peer: PeerId
    sdp: Sdp
    generation: Generation = 1


class Restart(Request, tag="restart", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.restart`."""

    peer: PeerId


class Leave(Request, tag="leave", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.leave`."""

    peer: PeerId
    reason: GoneReason = GoneReason.LEFT


class CloseRoom(Request, tag="close_room", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.close_room`."""

    room: Id
    reason: GoneReason = GoneReason.ROOM_CLOSED


class Report(Request, tag="report", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.report`."""

    peer: PeerId


class Peers(Request, tag="peers", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.peers`."""


class AskHealth(Request, tag="health", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.health`."""


class AskStatistics(Request, tag="statistics", frozen=True):
    """See :meth:`kiosk.media.engine.MediaEngine.statistics`."""


class AskSeal(Request, tag="seal", frozen=True):
    """Ask which installation and which code this media process belongs to."""


class Events(Request, tag="events", frozen=True):
    """Turn this connection into a stream of :class:`EventLine`."""


AnyCommand = Join | Answer | Restart | Leave | CloseRoom
AnyRequest = AnyCommand | Report | Peers | AskHealth | AskStatistics | AskSeal | Events
REQUEST: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)


class Seal(Struct, frozen=True, kw_only=True):
    """Whose media process answers: see ``kiosk.media.standing``."""

    seal: str
    pid: int


class Failure(Struct, frozen=True):
    """A refused request."""

    code: str
    status: int


NO_RESULT = msgspec.Raw()
"""Stands in a :class:`Reply` that holds an error."""


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line back: ``ok`` holds the result, or ``error`` says why there is none."""

    id: int | str | None = None
    ok: msgspec.Raw = NO_RESULT
    error: Failure | None = None


class EventLine(Struct, frozen=True):
    """One line of the event stream."""

    event: MediaEvent
