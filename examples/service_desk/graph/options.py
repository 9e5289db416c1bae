"""What a request of the graph asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from examples.service_desk.moments import Span, current_week
from examples.service_desk.rules import PRODUCT, Json, coalesce, is_true, php_text

__all__ = ["MODES", "Options", "mode_of"]

MODES = ("weeks", "months")


def mode_of(body: Mapping[str, Json]) -> Json:
    """Return ``weeks``, ``months``, or whatever was sent."""
    return coalesce(body.get("periodMode"), "weeks")


@dataclass(frozen=True, slots=True)
class Options:
    """The request, defaults filled in.

    Attributes:
        given: The values as the cache key wants them, by name.
        now: The moment of the request.
        span: Bounds of the current week; months ignore them.
    """

    given: Mapping[str, Json]
    now: datetime
    span: Span

    @classmethod
    def read(cls, body: Mapping[str, Json], now: datetime) -> Options:
        """Return the options of a request body.

        Raises:
            BadDate: A bound of the week cannot be read.
        """
        mode = mode_of(body)
        by_months = mode == "months"
        given = {
            "product": coalesce(body.get("product"), PRODUCT),
            "periodMode": mode,
            "includeTickets": coalesce(body.get("includeTickets"), by_months),
            "includeNewTicketsByStages": coalesce(body.get("includeNewTicketsByStages"), False),
            "includeCarryoverTickets": coalesce(body.get("includeCarryoverTickets"), by_months),
            "includeCarryoverTicketsByDuration": coalesce(
                body.get("includeCarryoverTicketsByDuration"), False
            ),
            "forceRefresh": coalesce(body.get("forceRefresh"), False),
            "debug": coalesce(body.get("debug"), False),
        }
        return cls(given, now, current_week({} if by_months else body, now))

    @property
    def product(self) -> str:
        """The wanted product."""
        return php_text(self.given["product"])

    @property
    def mode(self) -> Json:
        """``weeks`` or ``months``."""
        return self.given["periodMode"]

    def wants(self, flag: str) -> bool:
        """Return whether a flag is set."""
        return is_true(self.given[flag])
