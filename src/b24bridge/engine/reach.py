"""Whether a host can be reached at all: name, connection, certificate; for ``b24bridge doctor``."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Reach", "reach"]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a connection got.

    Attributes:
        addresses: Addresses of the name, empty if it is unknown.
        problem: What stopped it, empty if nothing did.
        remedy: What to do about it.
        tls: Protocol of the encrypted connection, empty without one.
        certificate_until: When the certificate ends, None without one.
    """

    addresses: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = ""
    tls: str = ""
    certificate_until: datetime | None = None


def reach(host: str, port: int, *, tls: bool, verify: bool = True, timeout_s: float = 10.0) -> Reach:
    """Return how far a connection to a host gets."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return Reach(
            problem=f"the name {host} is unknown ({error})", remedy="Check the address and the DNS server."
        )
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    try:
        with socket.create_connection((host, port), timeout_s) as connection:
            if not tls:
                return Reach(addresses)
            return _encrypted(connection, host, verify, addresses)
    except ssl.SSLCertVerificationError as error:
        return Reach(
            addresses,
            f"the certificate is not trusted ({error.verify_message})",
            "Install the certificate's authority; --insecure is for a sandbox only.",
        )
    except OSError as error:
        return Reach(addresses, f"no connection to port {port} ({error})", "Check firewall, proxy and port.")


def _encrypted(connection: socket.socket, host: str, verify: bool, addresses: tuple[str, ...]) -> Reach:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    with context.wrap_socket(connection, server_hostname=host) as encrypted:
        certificate = encrypted.getpeercert() or {}
        until = certificate.get("notAfter")
        ends = (
            datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if isinstance(until, str) else None
        )
        return Reach(addresses, tls=encrypted.version() or "", certificate_until=ends)
