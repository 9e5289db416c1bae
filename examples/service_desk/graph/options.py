"""What a request of the graph asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from examples.service_desk.moments import Span, current_week
from examples.service_desk.rules import PRODUCT, Json, coalesce, is_true

__all__ = ["Options"]


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
        mode = coalesce(body.get("periodMode"), "weeks")
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
        return str(self.given["product"])

    @property
    def mode(self) -> Json:
        """``weeks``, ``months``, or whatever was sent."""
        return self.given["periodMode"]

    def wants(self, flag: str) -> bool:
        """Return whether a flag is set."""
        return is_true(self.given[flag])
