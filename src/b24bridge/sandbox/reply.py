"""What the portal sends back."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CORS", "JSON", "Reply"]

JSON = ("content-type", "application/json; charset=utf-8")
CORS = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-headers", "origin, content-type, accept"),
    ("x-content-type-options", "nosniff"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer of the portal.

    Attributes:
        status: HTTP status.
        headers: Pairs in order, names in lower case.
        body: Complete body.
        delay_s: Seconds that a live portal would have taken; whoever carries the reply waits.
        drip_s: Seconds over which the body comes, a few bytes at a time; 0 for at once.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay_s: float = 0.0
    drip_s: float = 0.0

    def header(self, name: str) -> str | None:
        """Return the first header of that name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)
