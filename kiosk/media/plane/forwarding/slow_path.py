"""Takes what arrives and is not plain media: connectivity checks, RTCP, new streams, gaps."""

from __future__ import annotations

import socket
from collections.abc import Callable

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.forwarding.feedback import Feedback
from kiosk.media.plane.limits import ADDRESS_HELD_S
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.transport.ice_lite import Address, Path
from kiosk.media.plane.wire import stun
from kiosk.media.plane.wire.rtp import extension
from kiosk.media.plane.wire.simulcast import RID_EXTENSION
from kiosk.media.plane.wire.stun import BindingRequest


class SlowPath:
    """Knows to which peer each ICE credential and each proven address belongs."""

    def __init__(
        self,
        rooms: dict[str, MediaRoom],
        feedback: Feedback,
        counters: Counters,
        clock: Callable[[], float],
    ) -> None:
        self.by_ufrag: dict[str, Peer] = {}
        self.by_address: dict[Address, Peer] = {}
        """The peer behind each proven address; shared with the fast path."""

        self.on_return: Callable[[Peer], None] = lambda peer: None
        """Called when a peer that was away is heard again."""

        self._rooms = rooms
        self._feedback = feedback
        self._counters = counters
        self._clock = clock

    # -- connectivity checks --------------------------------------------------------------

    def stun(self, data: bytes, socket: socket.socket, address: Address) -> None:
        """Answer a binding request signed with the password of a known peer; ignore all else."""
        # The user name alone tells most of what does not come from one of our browsers.
        peer = self.by_ufrag.get(stun.ufrag_of(data))
        request = None
        if peer is not None and self._accepts_check(peer, address):
            request = stun.parse_request(data)
        if peer is None or request is None or not self._trusted(request, peer, address):
            self._counters.refused_checks += 1
            return
        ice = peer.connection.ice
        password = ice.password_of(request.ufrag).encode()
        path = Path(socket, address)
        path.send(stun.success(request.transaction, (address[0], address[1]), password))
        self._proven(peer, path, nominated=request.nominates)
        if request.nominates and (ended := ice.settle(request.ufrag)) is not None:
            del self.by_ufrag[ended]

    def _accepts_check(self, peer: Peer, address: Address) -> bool:
        return not peer.ended and peer.connection.ice.accepts_check(address, self._clock())

    def _trusted(self, request: BindingRequest, peer: Peer, address: Address) -> bool:
        # aioice reads the user name once more, and may read a malformed message differently.
        if self.by_ufrag.get(request.ufrag) is not peer:
            return False
        ice = peer.connection.ice
        if not request.signed_with(ice.password_of(request.ufrag).encode()):
            return False
        return not ice.replayed(request.transaction, address) and not self._held(address, peer)

    def _held(self, address: Address, peer: Peer) -> bool:
        """Whether another browser uses that address: a forged one would take its call away."""
        other = self.by_address.get(address)
        if other is None or other is peer or other.ended:
            return False
        ice = other.connection.ice
        return self._clock() - ice.consented_at < ADDRESS_HELD_S and ice.uses(address)

    def expect(self, peer: Peer) -> None:
        """Take checks under the peer's newest credentials from now on."""
        self.by_ufrag[peer.connection.ice.credentials.ufrag] = peer

    def restart(self, peer: Peer) -> None:
        """Draw new credentials for a peer, and take checks under them and the former ones."""
        dropped = peer.connection.ice.restart()
        if dropped is not None:
            del self.by_ufrag[dropped]
        self.expect(peer)

    def _proven(self, peer: Peer, path: Path, *, nominated: bool) -> None:
        connection, ice = peer.connection, peer.connection.ice
        moved, forgotten = ice.prove(path, nominated=nominated, now=self._clock())
        former = self.by_address.get(path.address)
        if former is not None and former is not peer:
            self._lost_address(former, path.address)
        self.by_address[path.address] = peer
        if forgotten is not None and self.by_address.get(forgotten) is peer:
            del self.by_address[forgotten]
        if moved or (connection.silenced and ice.path == path):
            connection.silenced = False
            if peer.joined:
                self._rooms[peer.room].path_changed(peer, self._clock())
        if peer.away and not peer.ended:
            self.on_return(peer)

    def _lost_address(self, former: Peer, address: Address) -> None:
        """Forget an address that is another browser's now, and send nothing more to it."""
        ice = former.connection.ice
        ice.paths.pop(address, None)
        if ice.uses(address) and not former.ended:
            self.silence(former)

    def silence(self, peer: Peer) -> None:
        """Stop sending to a peer whose consent for its path has expired (RFC 7675 §5.1)."""
        if not peer.connection.silenced:
            peer.connection.silenced = True
            self._rooms[peer.room].path_changed(peer, self._clock())

    def forget(self, peer: Peer) -> None:
        """Drop the credentials and every address of a peer that has ended."""
        ice = peer.connection.ice
        for credentials in ice.known():
            self.by_ufrag.pop(credentials.ufrag, None)
        for address in ice.paths:
            if self.by_address.get(address) is peer:
                del self.by_address[address]

    # -- from a peer's proven address -----------------------------------------------------

    def rtcp(self, peer: Peer, data: bytes, now: float) -> None:
        """Decrypt and act on RTCP; SSRCs are bounded because each costs libsrtp a stream."""
        connection, ssrc = peer.connection, int.from_bytes(data[4:8])
        if connection.keys is None or peer.ended or not connection.may_learn(ssrc):
            self._counters.refused_rtcp += 1
            return
        plain = connection.keys.unprotect_rtcp(data)
        if plain is None:
            self._counters.refused_rtcp += 1
            return
        connection.learn(ssrc)
        peer.heard_at = now
        self._feedback.received(peer, plain, now)

    def dtls(self, peer: Peer, data: bytes, now: float) -> None:
        """Hand a datagram to the peer's DTLS session."""
        if not peer.connection.dtls.feed(data, now):
            self._counters.refused_dtls += 1

    def stream_started(self, peer: Peer, packet: bytes, now: float) -> Publication | None:
        """Take the first authentic packet under an SSRC as the (new) beginning of a stream.

        The first packets of a picture name their layer in a header extension (RFC 8852). None
        refuses the stream.
        """
        ssrc = int.from_bytes(packet[8:12])
        peer.connection.learn(ssrc)
        if peer.ended:
            return None
        rid = extension(packet, len(packet), RID_EXTENSION)
        publications = peer.publications
        publication = publications.find(packet[1] & 0x7F, rid.decode("latin-1") if rid else None)
        room = self._rooms[peer.room]
        if publication is None or (
            publication is publications.screen and room.sharing.sharer is not peer
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

    def packets_missing(self, publication: Publication, now: float) -> None:
        """Have missing packets asked for."""
        self._feedback.packets_missing(publication, now)
