"""A real coturn with the configuration that ships: only addresses, ports and files are a test's."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.drivers.ports import free_port

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "coturn" / "turnserver.conf"
PROGRAM = "/usr/bin/turnserver"
NAME = "localhost"
SECRET = "what the server and its relay share in tests"
READY_WITHIN_S = 20


@dataclass(frozen=True, slots=True)
class RunningRelay:
    """A relay that takes connections; ``log`` is where it says what it did."""

    port: int
    tls_port: int
    certificate: Path
    log: Path

    @property
    def plain_url(self) -> str:
        return self.url_of("tcp")

    @property
    def tls_url(self) -> str:
        return f"turns:{NAME}:{self.tls_port}"

    def url_of(self, way: str) -> str:
        """Its address over ``tls``, ``tcp`` or ``udp``."""
        return self.tls_url if way == "tls" else f"turn:{NAME}:{self.port}?transport={way}"

    def port_of(self, way: str) -> int:
        """Where it listens for ``tls``, ``tcp`` or ``udp``."""
        return self.tls_port if way == "tls" else self.port


@contextmanager
def running_relay(*, leads_to: str) -> Iterator[RunningRelay]:
    """Run coturn on loopback; it relays to the media plane at ``leads_to`` alone."""
    folder = Path(tempfile.mkdtemp(prefix="relay-"))
    relay = RunningRelay(free_port(), free_port(), folder / "cert.pem", folder / "log")
    _certify(folder)
    ours = {
        "listening-ip": "127.0.0.1",
        "listening-port": str(relay.port),
        "tls-listening-port": str(relay.tls_port),
        "cert": str(relay.certificate),
        "pkey": str(folder / "key.pem"),
        "allowed-peer-ip": leads_to,
        "static-auth-secret": SECRET,
        "log-file": str(relay.log),
    }
    configuration = folder / "turnserver.conf"
    configuration.write_text(_with(CONFIGURATION.read_text(), ours))
    command = [PROGRAM, "-c", str(configuration), "--simple-log", "--verbose"]
    command += ["--pidfile", str(folder / "pid"), "--userdb", str(folder / "nobody")]
    if leads_to == "127.0.0.1":
        # A machine cut off from every network: the plane itself is on loopback.
        command += ["--allow-loopback-peers", "--cli-password", "unused"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for port in (relay.port, relay.tls_port):
            _wait_for(port, process)
        yield relay
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _with(text: str, ours: dict[str, str]) -> str:
    """Put a test's values where the shipped ones are; each must be there once."""
    lines = text.splitlines()
    for name, value in ours.items():
        (at,) = (i for i, line in enumerate(lines) if line.startswith(f"{name}="))
        lines[at] = f"{name}={value}"
    # What leaves the relay comes from the address by which this machine is reached.
    return "\n".join([*lines, f"relay-ip={ours['allowed-peer-ip']}"]) + "\n"


def _certify(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "coturn ended at once"
        assert time.monotonic() < deadline, "coturn takes no connection"
        time.sleep(0.05)
