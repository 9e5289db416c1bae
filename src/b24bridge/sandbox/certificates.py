"""A self-signed certificate for a sandbox behind TLS."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["trust_hint", "write_certificate"]

_VALID = timedelta(days=30)
# A certificate that was made before is used again as long as it lives at least this long.
_REST = timedelta(days=1)


def trust_hint(certificate: str) -> str:
    """Return how to make clients trust a certificate."""
    return "\n".join(
        (
            "The certificate is self-signed. To trust it, before the client starts:",
            f"  Python    export SSL_CERT_FILE={certificate} REQUESTS_CA_BUNDLE={certificate}",
            f"  Node.js   export NODE_EXTRA_CA_CERTS={certificate}",
            f"  PHP       php -d curl.cainfo={certificate} -d openssl.cafile={certificate} ...",
            f"  curl      curl --cacert {certificate} ...",
        )
    )


_SERVERS = ("oauth.bitrix24.tech", "oauth.bitrix.info")


def write_certificate(folder: Path, host: str) -> tuple[str, str]:
    """Write a certificate for a host (and the loopback names) and its key; return both paths.

    One that is in the folder already, for the same host and not about to end, stays.
    """
    key_file, certificate_file = folder / "sandbox-key.pem", folder / "sandbox-certificate.pem"
    if key_file.exists() and certificate_file.exists() and _fits(certificate_file, host):
        return str(certificate_file), str(key_file)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "b24bridge sandbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(certificate_file), str(key_file)


def _fits(file: Path, host: str) -> bool:
    try:
        known = x509.load_pem_x509_certificate(file.read_bytes())
    except ValueError:
        return False
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return list(names) == _names(host) and known.not_valid_after_utc > datetime.now(UTC) + _REST


def _names(host: str) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    if host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", ""):  # noqa: S104  # only compared
        return names
    try:
        return [*names, x509.IPAddress(ipaddress.ip_address(host))]
    except ValueError:
        # Who leads a portal's name here leads the vendor's authorisation servers here, too.
        return [*names, *map(x509.DNSName, (host, *_SERVERS))]
