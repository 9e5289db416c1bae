"""The portal's own clock: real time with a shift, or standing still."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

__all__ = ["Clock", "iso", "zone"]


def zone(offset: str) -> timezone:
    """Return the zone of an offset such as ``+03:00``."""
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes or 0)))


def iso(moment: float, where: timezone) -> str:
    """Return a moment as PHP's ``c`` format writes it: whole seconds and the offset."""
    return datetime.fromtimestamp(int(moment // 1), where).isoformat()


class Clock:
    """Tells the portal's time; tests and the admin interface move it."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """Return the Unix time that the portal believes in."""
        return self._frozen if self._frozen is not None else time.time() + self._shift

    def set(self, moment: float | str) -> None:
        """Go to a moment (Unix time or ISO text with offset); a running clock runs on from there."""
        target = _unix(moment)
        if self._frozen is not None:
            self._frozen = target
        else:
            self._shift = target - time.time()

    def freeze(self, moment: float | str | None = None) -> None:
        """Stop at a moment, by default the present one."""
        self._frozen = self.now() if moment is None else _unix(moment)

    def run(self) -> None:
        """Go on from where the clock stands."""
        if self._frozen is not None:
            self._shift = self._frozen - time.time()
            self._frozen = None

    def advance(self, seconds: float) -> None:
        """Move forward (or back, if negative)."""
        if self._frozen is not None:
            self._frozen += seconds
        else:
            self._shift += seconds

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen is not None


def _unix(moment: float | str) -> float:
    if isinstance(moment, str):
        parsed = datetime.fromisoformat(moment)
        if parsed.tzinfo is None:
            raise ValueError(f"The moment {moment!r} has no offset; write it like 2025-12-18T09:00:00+00:00.")
        return parsed.timestamp()
    return float(moment)
