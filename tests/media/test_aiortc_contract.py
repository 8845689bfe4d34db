"""What ``dtls.py`` and ``sctp.py`` need of aiortc and pylibsrtp beyond their public interface.

A test that fails after an upgrade names the private attribute that has changed.
"""

from __future__ import annotations

import ast
from importlib.metadata import version
from pathlib import Path

import pylibsrtp
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport, RTCSctpTransport
from aiortc.rtcdtlstransport import SRTP_PROFILES
from aiortc.rtcsctptransport import DataChunk
from OpenSSL import SSL

from kiosk.media.plane.transport import dtls, sctp

PLANE = Path(dtls.__file__).parents[1]


def test_the_installed_aiortc_is_the_version_this_was_written_for():
    assert version("aiortc") == "1.16.0"


async def test_the_start_up_self_test_passes(certificate: RTCCertificate):
    await dtls.self_test(certificate)


async def test_the_start_up_self_test_notices_missing_keys(
    certificate: RTCCertificate, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(RTCDtlsTransport, "_setup_srtp", lambda self: None)

    with pytest.raises(dtls.SelfTestFailed):
        await dtls.self_test(certificate)


async def test_the_start_up_self_test_notices_crypto_that_is_not_in_place(
    certificate: RTCCertificate, monkeypatch: pytest.MonkeyPatch
):
    class Elsewhere:
        @staticmethod
        def srtp_unprotect(*_: object) -> int:
            return 0

    monkeypatch.setattr(dtls, "lib", Elsewhere)

    with pytest.raises(dtls.SelfTestFailed, match="in-place"):
        await dtls.self_test(certificate)


async def test_a_dtls_transport_starts_without_srtp_sessions(certificate: RTCCertificate):
    session = dtls.DtlsSession(certificate, send=lambda data: None, closed=lambda: None)

    assert session.transport._rx_srtp is None
    assert session.transport._tx_srtp is None
    assert session.transport.state == "new"
    await session.stop()


def test_all_peers_share_one_tls_context_that_caches_no_sessions():
    certificate = dtls.PlaneCertificate.generateCertificate()

    context = certificate._create_ssl_context(SRTP_PROFILES)

    assert certificate._create_ssl_context(SRTP_PROFILES) is context
    assert context.get_session_cache_mode() == SSL.SESS_CACHE_OFF


async def test_the_bytes_an_association_keeps_can_be_counted(certificate: RTCCertificate):
    session = dtls.DtlsSession(certificate, send=lambda data: None, closed=lambda: None)
    association = a_guarded_one(session)

    idle = association.backlog
    chunk = DataChunk()
    chunk.tsn, chunk.user_data = 5, bytes(1000)
    association._get_inbound_stream(3).add_chunk(chunk)

    assert idle == 0
    assert 1000 < association.backlog < 2000


async def test_the_guard_reads_the_state_attributes_of_an_association(certificate: RTCCertificate):
    session = dtls.DtlsSession(certificate, send=lambda data: None, closed=lambda: None)
    association = a_guarded_one(session)

    assert RTCSctpTransport._handle_data is not sctp.GuardedSctp._handle_data
    assert association._last_received_tsn is None
    assert (association._local_tsn - 1) & 0xFFFFFFFF == association._last_sacked_tsn
    assert association._inbound_streams == {}
    assert association._sack_misordered == set()
    assert list(association._data_channel_queue) == []
    assert association._association_state != association.State.ESTABLISHED


def a_guarded_one(session: dtls.DtlsSession) -> sctp.GuardedSctp:
    return sctp.GuardedSctp(
        session.transport, clock=lambda: 0.0, refused=lambda: None, abused=lambda: None
    )


def test_the_libsrtp_handle_of_a_session_is_accessible():
    for name in ("srtp_protect", "srtp_unprotect"):
        assert callable(getattr(pylibsrtp.lib, name))
    policy = pylibsrtp.Policy(key=bytes(30), ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
    assert pylibsrtp.Session(policy)._srtp[0]


@pytest.mark.parametrize("path", sorted(PLANE.rglob("*.py")), ids=lambda path: path.name)
def test_packets_are_forwarded_and_never_decoded(path: Path):
    names = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert not names & {"RTCPeerConnection", "MediaRelay", "RTCRtpSender", "RTCRtpReceiver", "av"}
