"""The gate's own certificate, for clients that insist on STARTTLS even on this machine.

It is made for this machine only, and signed by itself: a client has to be told to trust it. It can sign
nothing else, and is made anew before it runs out.
"""

import ipaddress
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from triage.private import write_private

_VALID = timedelta(days=800)
"""Some clients take no certificate that is valid for more than 825 days."""
_EARLY = timedelta(days=1)
_RENEWED = timedelta(days=30)


def server_context(folder: Path, now: datetime) -> ssl.SSLContext:
    """The context that the gate serves with; where there is no good certificate in `folder`, one is made."""
    file = folder / "gate.pem"
    if not _is_good(file, now):
        write_private(file, _make(now))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(file)
    return context


def _is_good(file: Path, now: datetime) -> bool:
    from cryptography import x509  # only few clients need it, and it takes long to import

    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        return False
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - _RENEWED


def _make(now: datetime) -> bytes:
    """Key and certificate in PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "triage gate")])
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLY)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
