"""What arrives and is not plain media: ICE checks, RTCP, the first packet of a stream, holes."""

from __future__ import annotations

import socket
from collections.abc import Callable

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.forwarding.feedback import Feedback
from kiosk.media.plane.forwarding.forwarder import Forwarder
from kiosk.media.plane.limits import ADDRESS_HELD_S
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.transport.ice_lite import Address, Path
from kiosk.media.plane.wire import stun
from kiosk.media.plane.wire.rtp import extension
from kiosk.media.plane.wire.simulcast import RID_EXTENSION
from kiosk.media.plane.wire.stun import BindingRequest


class Arrivals:
    """The forwarder's cold path; knows which credentials and addresses are whose."""

    def __init__(
        self,
        rooms: dict[str, MediaRoom],
        feedback: Feedback,
        counters: Counters,
        clock: Callable[[], float],
    ) -> None:
        self.by_ufrag: dict[str, Peer] = {}
        self._rooms = rooms
        self._feedback = feedback
        self._counters = counters
        self._clock = clock
        self._by_address: dict[Address, Peer] = {}
        self.on_return: Callable[[Peer], None] = lambda peer: None
        """Told of a browser that was away and is heard again."""

    def attach(self, forwarder: Forwarder) -> None:
        """Share the table of proven addresses with the hot path."""
        self._by_address = forwarder.by_address

    def stun(self, data: bytes, socket: socket.socket, address: Address) -> None:
        """Answer a binding request signed with a known agent's password; ignore all else."""
        # By far most of what is not from a browser of ours is known by its name alone.
        peer = self.by_ufrag.get(stun.ufrag_of(data))
        request = None
        if peer is not None and not peer.ended and peer.ice.hears(address, self._clock()):
            request = stun.parse_request(data)
        if peer is None or request is None or not self._trusted(request, peer, address):
            self._counters.refused_checks += 1
            return
        password = peer.ice.password_of(request.ufrag).encode()
        path = Path(socket, address)
        path.send(stun.success(request.transaction, (address[0], address[1]), password))
        self._proven(peer, path, nominated=request.nominates)
        if request.nominates and (ended := peer.ice.settle(request.ufrag)) is not None:
            del self.by_ufrag[ended]

    def _trusted(self, request: BindingRequest, peer: Peer, address: Address) -> bool:
        # The name is read once more by aioice, whose reading of a strange message may differ.
        if self.by_ufrag.get(request.ufrag) is not peer:
            return False
        if not request.signed_with(peer.ice.password_of(request.ufrag).encode()):
            return False
        return not peer.ice.replayed(request.transaction, address) and not self._held(address, peer)

    def _held(self, address: Address, peer: Peer) -> bool:
        """Whether another browser is using that address: a forged one would take its call away."""
        other = self._by_address.get(address)
        if other is None or other is peer or other.ended or other.ice.path is None:
            return False
        lately = self._clock() - other.ice.heard_at < ADDRESS_HELD_S
        return lately and other.ice.path.address == address

    def expect(self, peer: Peer) -> None:
        """Take checks under the peer's newest credentials from now on."""
        self.by_ufrag[peer.ice.credentials.ufrag] = peer

    def restart(self, peer: Peer) -> None:
        """Draw new credentials for a peer and expect checks under them, and the former ones."""
        dropped = peer.ice.restart()
        if dropped is not None:
            del self.by_ufrag[dropped]
        self.expect(peer)

    def _proven(self, peer: Peer, path: Path, *, nominated: bool) -> None:
        peer.ice.heard_at = self._clock()
        moved, forgotten = peer.ice.prove(path, nominated=nominated)
        former = self._by_address.get(path.address)
        if former is not None and former is not peer:
            former.ice.paths.pop(path.address, None)
        self._by_address[path.address] = peer
        if forgotten is not None and self._by_address.get(forgotten) is peer:
            del self._by_address[forgotten]
        if moved or peer.silenced:
            peer.silenced = False
            if peer.connected:
                self._rooms[peer.room].rewire_around(peer, self._clock())
        if peer.away and not peer.ended:
            self.on_return(peer)

    def silence(self, peer: Peer) -> None:
        """Stop sending to a peer whose consent has lapsed (RFC 7675 §5.1)."""
        if not peer.silenced:
            peer.silenced = True
            self._rooms[peer.room].rewire_around(peer, self._clock())

    def forget(self, peer: Peer) -> None:
        """Drop the credentials and every learned address of a peer that has ended."""
        for credentials in peer.ice.known():
            self.by_ufrag.pop(credentials.ufrag, None)
        for address in peer.ice.paths:
            if self._by_address.get(address) is peer:
                del self._by_address[address]

    def rtcp(self, peer: Peer, data: bytes, now: float) -> None:
        """Decrypt and act on RTCP; SSRCs are bounded because each costs libsrtp a stream."""
        ssrc = int.from_bytes(data[4:8])
        if peer.keys is None or peer.ended or not peer.may_learn(ssrc):
            self._counters.refused_rtcp += 1
            return
        plain = peer.keys.unprotect_rtcp(data)
        if plain is None:
            self._counters.refused_rtcp += 1
            return
        peer.learned.add(ssrc)
        peer.heard_at = now
        self._feedback.received(peer, plain, now)

    def stream_started(self, peer: Peer, packet: bytes, now: float) -> Publication | None:
        """Take the first authentic packet under an SSRC as the (new) beginning of a track.

        Which layer of a picture it is, the first packets say in a header extension (RFC 8852).
        """
        ssrc = int.from_bytes(packet[8:12])
        peer.learned.add(ssrc)
        if peer.ended:
            return None
        rid = extension(packet, len(packet), RID_EXTENSION)
        publication = peer.started(packet[1] & 0x7F, rid.decode("latin-1") if rid else None)
        room = self._rooms[peer.room]
        if publication is None or (
            publication is peer.screen and room.sharing.sharer is not peer
        ):  # not asked for, or already stopped
            return None
        again = publication.ssrc is not None
        publication.restart(ssrc)
        peer.by_ssrc[ssrc] = publication
        if again:
            room.restarted(peer, publication)
        if publication.is_video:
            self._feedback.started(peer)
        return publication

    def hole(self, publication: Publication, now: float) -> None:
        """Have the missing packets asked for."""
        self._feedback.hole(publication, now)
