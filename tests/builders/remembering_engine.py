"""A media engine that remembers what it was asked: the fake behind the one engine interface."""

from __future__ import annotations

from kiosk.errors import MediaError
from kiosk.media.engine import CallRole, GoneReason, Health, Offer, PeerReport


class _Peers(dict[str, tuple[str, str, bool]]):
    """The interface's ``peers()``; tests also read it: room, participant, whether it is an echo."""

    def __call__(self) -> dict[str, bool]:
        return dict.fromkeys(self, True)


class RememberingEngine:
    """Keeps rooms as a browser would find them; ``down`` makes every call fail."""

    def __init__(self) -> None:
        self.peers = _Peers()
        self.answers: dict[str, str] = {}
        self.generations: list[int] = []
        self.roles: dict[str, CallRole] = {}
        self.ended_because: dict[str, GoneReason] = {}
        self.in_prejoin: set[str] = set()
        self.down = False
        self.while_joining = lambda: None
        self._joined = 0

    def join(
        self,
        room: str,
        participant: str,
        *,
        role: CallRole,
        echo: bool = False,
        ahead: bool = False,
    ) -> Offer:
        self._be_up()
        self.roles[participant] = role
        self._joined += 1
        peer = f"peer-{self._joined}"
        if ahead:
            self.in_prejoin.add(peer)
        self.peers[peer] = (room, participant, echo)
        self.while_joining()
        return Offer(peer=peer, sdp=f"offer for {peer}")

    def restart(self, peer: str) -> Offer:
        self._be_up()
        if peer not in self.peers:
            raise MediaError("media.unknown_peer", status=404)
        return Offer(peer=peer, sdp=f"another offer for {peer}", generation=2)

    def answer(self, peer: str, sdp: str, generation: int = 1) -> None:
        self._be_up()
        if peer not in self.peers:
            raise MediaError("media.unknown_peer", status=404)
        self.answers[peer] = sdp
        self.generations.append(generation)

    def leave(self, peer: str, reason: GoneReason = GoneReason.LEFT) -> None:
        self._be_up()
        if self.peers.pop(peer, None):
            self.ended_because[peer] = reason

    def close_room(self, room: str, reason: GoneReason = GoneReason.ROOM_CLOSED) -> None:
        self._be_up()
        self.ended_because |= {k: reason for k, v in self.peers.items() if v[0] == room}
        self.peers = _Peers({k: v for k, v in self.peers.items() if v[0] != room})

    def report(self, peer: str) -> PeerReport:
        return PeerReport(connected=peer in self.answers)

    def health(self) -> Health:
        return Health("one", 0, len(self.peers), 0, 0, 0, 0.0, 1, ())

    def _be_up(self) -> None:
        if self.down:
            raise MediaError
