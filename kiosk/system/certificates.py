"""A certificate for `make run LAN=1`: a telephone in the same room needs https to use its camera.

Self-signed, for this machine's own address only; in production a reverse proxy has a real one.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CERTIFICATE, KEY = "lan-certificate.pem", "lan-key.pem"

LIFETIME = timedelta(days=397)
"""Apple's systems refuse a certificate that is valid for longer than 398 days."""

RENEWED_BEFORE = timedelta(days=30)


def for_address(folder: Path, address: str, *, now: datetime) -> tuple[Path, Path]:
    """Return the files of a certificate and its key for an IP address; make them when needed.

    Files in ``folder`` are kept while they name this address and are valid for 30 more days. The
    key is readable by its owner alone. ``now`` is aware. Raises ValueError for no IP address.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    if not _still_good(certificate, key, address, now):
        _make(certificate, key, address, now)
    return certificate, key


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 fingerprint as browsers show it: ``AB:CD:…``."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return found.fingerprint(hashes.SHA256()).hex(":").upper()


def _still_good(certificate: Path, key: Path, address: str, now: datetime) -> bool:
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    named = ipaddress.ip_address(address) in names.get_values_for_type(x509.IPAddress)
    return key.exists() and named and found.not_valid_after_utc > now + RENEWED_BEFORE


def _make(certificate: Path, key: Path, address: str, now: datetime) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Guichet Visio (LAN)")])
    names = x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("localhost")]
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME - timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    _write(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _write(certificate, signed.public_bytes(serialization.Encoding.PEM))


def _write(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
