"""DTLS and SRTP keys, by aiortc on a transport that carries DTLS datagrams only.

With ``sctp.py`` the only module that touches private attributes of aiortc and pylibsrtp
(``_rx_srtp``, ``_tx_srtp``, ``_set_role``, ``_ssl``, ``_validate_peer_identity``,
``_create_ssl_context``, ``Session._srtp``). The version is pinned
exactly, :func:`self_test` refuses to start when one of them has changed, and a contract test says
which.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, cast

from aiortc import (
    RTCCertificate,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceTransport,
)
from aiortc.rtcdtlstransport import (
    X509_DIGEST_ALGORITHMS,
    RTCDtlsFingerprint,
    SRTPProtectionProfile,
    certificate_digest,
)
from cryptography.x509 import Certificate
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import Session, ffi, lib  # type: ignore[attr-defined]

from kiosk.media.plane.limits import DTLS_BURST, DTLS_PER_SECOND, DTLS_QUEUE, Allowance

__all__ = [
    "DtlsSession",
    "PlaneCertificate",
    "SelfTestFailed",
    "SrtpKeys",
    "ffi",
    "lib",
    "self_test",
    "sha256_of",
]


class SelfTestFailed(RuntimeError):
    """The installed aiortc does not behave as this module needs."""


def _nothing(*_: object) -> None:
    pass


class _LiteTransport:
    """The part of an ICE transport that RTCDtlsTransport needs.

    ``controlling`` makes it the DTLS server: browsers answer ``a=setup:active``.
    """

    role = "controlling"
    state = "completed"

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._out = send
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=DTLS_QUEUE)
        self._closed = False

    async def _recv(self) -> bytes:
        if self._closed and self._queue.empty():
            raise ConnectionError
        # One datagram a turn: a browser that sends many must not hold up the event loop.
        await asyncio.sleep(0)
        data = await self._queue.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._out(data)

    def feed(self, data: bytes) -> bool:
        if self._closed or self._queue.full():
            return False
        self._queue.put_nowait(data)
        return True

    def close(self) -> None:
        self._closed = True
        self._out = _nothing
        while self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)


class _Transport(RTCDtlsTransport):
    """Takes a certificate that has one of the announced fingerprints (RFC 8122 §5).

    aiortc wants it to have all of them, but a browser may announce certificates it does not use.
    """

    def _validate_peer_identity(self, remoteParameters: RTCDtlsParameters) -> None:  # noqa: N803
        assert self._ssl is not None
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        announced = remoteParameters.fingerprints
        matching = [one for one in announced if certificate and _fits(one, certificate)]
        super()._validate_peer_identity(RTCDtlsParameters(fingerprints=matching or announced))


def _fits(fingerprint: RTCDtlsFingerprint, certificate: Certificate) -> bool:
    algorithm = fingerprint.algorithm.lower()
    if algorithm not in X509_DIGEST_ALGORITHMS:
        return False
    return fingerprint.value.upper() == certificate_digest(certificate, algorithm)


class SrtpKeys:
    """The two SRTP sessions of a peer: handles for the fast path, methods for the slow one."""

    __slots__ = ("_rx", "_tx", "rx", "tx")

    def __init__(self, rx: Session, tx: Session) -> None:
        # The sessions own the C structures; they must live as long as the handles.
        self._rx, self._tx = rx, tx
        self.rx = rx._srtp[0]
        self.tx = tx._srtp[0]

    def protect_rtp(self, packet: bytes) -> bytes | None:
        """Encrypt an RTP packet; None when libsrtp refuses it."""
        return self._run(self._tx.protect, packet)

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """Encrypt an RTCP packet; None when libsrtp refuses it."""
        return self._run(self._tx.protect_rtcp, packet)

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """Decrypt an RTCP packet; None when it is forged, replayed or malformed."""
        return self._run(self._rx.unprotect_rtcp, packet)

    def forget_sent(self, ssrc: int) -> None:
        """Free the outgoing stream ``ssrc``; it will not be used again."""
        with contextlib.suppress(SrtpError):
            self._tx.remove_stream(ssrc)

    @staticmethod
    def _run(operation: Callable[[bytes], Any], packet: bytes) -> bytes | None:
        try:
            return cast(bytes, operation(packet))
        except (SrtpError, ValueError):
            return None


class DtlsSession:
    """One browser's DTLS: handshake, verified fingerprint, SRTP keys, end.

    Datagrams may be fed before :meth:`start`: a browser begins its handshake as soon as it has made
    its answer, often before that answer arrives here. They wait in a bounded queue.
    """

    def __init__(
        self,
        certificate: RTCCertificate,
        *,
        send: Callable[[bytes], object],
        closed: Callable[[], None],
    ) -> None:
        self._lite = _LiteTransport(send)
        self.transport = _Transport(cast(RTCIceTransport, self._lite), [certificate])
        self.transport.on("statechange", self._state_changed)
        self._closed = closed
        self._allowance = Allowance(DTLS_PER_SECOND, DTLS_BURST, 0.0)
        self.keys: SrtpKeys | None = None

    def feed(self, data: bytes, now: float) -> bool:
        """Take one datagram whose first byte is 20..63; others must never come here.

        False when it is dropped: too many wait, or come faster than any browser sends them.
        """
        return self._allowance.take(now) and self._lite.feed(data)

    async def start(
        self, fingerprints: list[RTCDtlsFingerprint], *, as_client: bool = False
    ) -> bool:
        """Do the handshake; True once the certificate matches one of ``fingerprints`` and the keys
        exist."""
        if as_client:
            self.transport._set_role("client")
        await self.transport.start(RTCDtlsParameters(fingerprints=fingerprints))
        if self.transport.state != "connected":
            return False
        self.keys = SrtpKeys(self.transport._rx_srtp, self.transport._tx_srtp)
        return True

    async def stop(self) -> None:
        """Send close_notify and drop the callbacks; safe in any state."""
        self.transport.remove_all_listeners("statechange")
        await self.transport.stop()
        self._lite.close()
        self._closed = _nothing

    def _state_changed(self) -> None:
        if self.transport.state == "closed":
            self._closed()


class PlaneCertificate(RTCCertificate):
    """The certificate that every browser gets, with one TLS context for all connections.

    aiortc makes a context for each: half the work of a handshake, and memory that fragments the
    heap when its peer leaves. A shared one must cache no sessions, or it would keep a few kilobytes
    of each former peer (decision 0121).
    """

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
            self._context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
            # A control channel is almost always silent; its buffers would take 32 kB a peer.
            self._context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        return self._context


def sha256_of(certificate: RTCCertificate) -> str:
    """Return the certificate's SHA-256 fingerprint as SDP writes it."""
    return next(f.value for f in certificate.getFingerprints() if f.algorithm == "sha-256")


async def self_test(certificate: RTCCertificate) -> None:
    """Do a handshake between two ends in memory and send one packet.

    Raises :class:`SelfTestFailed` when aiortc or pylibsrtp do not behave as needed.
    """
    try:
        async with asyncio.timeout(5):
            await _loop_one_packet(certificate)
    except SelfTestFailed:
        raise
    except Exception as error:
        raise SelfTestFailed(f"aiortc does not behave as expected: {error!r}") from error


async def _loop_one_packet(certificate: RTCCertificate) -> None:
    browser_certificate = RTCCertificate.generateCertificate()
    browser_transport = _LiteTransport(lambda data: server.feed(data, 0.0))
    browser_transport.role = "controlled"
    server = DtlsSession(certificate, send=browser_transport.feed, closed=lambda: None)
    browser = RTCDtlsTransport(cast(RTCIceTransport, browser_transport), [browser_certificate])
    await asyncio.gather(
        server.start(browser_certificate.getFingerprints()),
        browser.start(RTCDtlsParameters(fingerprints=certificate.getFingerprints())),
    )
    if server.keys is None:
        raise SelfTestFailed("the handshake gave no SRTP keys")
    plain = bytes.fromhex("8060000100000001000000010123456789")
    _check_in_place(server.keys, browser._tx_srtp.protect(plain), plain)
    await browser.stop()
    await server.stop()


def _check_in_place(keys: SrtpKeys, protected: bytes, plain: bytes) -> None:
    buffer = bytearray(2048)
    buffer[: len(protected)] = protected
    length = ffi.new("int *", len(protected))
    status = lib.srtp_unprotect(keys.rx, ffi.from_buffer("char[]", buffer), length)
    if status or bytes(buffer[: length[0]]) != plain:
        raise SelfTestFailed(f"in-place SRTP does not work (status {status})")
