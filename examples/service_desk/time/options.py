"""What a request of the time report asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from examples.service_desk.moments import Span, current_week, four_weeks
from examples.service_desk.rules import PRODUCT, Json, coalesce, elements, to_int

__all__ = ["Options", "is_other_product"]

_PER_PAGE = 10
_PER_PAGE_MAX = 100


def is_other_product(body: Mapping[str, Json]) -> bool:
    """Return whether the request is for a product that the report does not know."""
    return bool(coalesce(body.get("product"), PRODUCT) != PRODUCT)


@dataclass(frozen=True, slots=True)
class Options:
    """The request, defaults filled in.

    Attributes:
        span: Bounds of the newest week as the answer prints them.
        weeks: The four weeks, oldest first.
        wants_details: Whether the tasks are listed.
        task_ids: Tasks to list; None for those with records.
        page: Page of the list, as asked for.
        per_page: Tasks on a page.
    """

    span: Span
    weeks: tuple[Span, ...]
    wants_details: bool
    task_ids: tuple[int, ...] | None
    page: int
    per_page: int

    @classmethod
    def read(cls, body: Mapping[str, Json], now: datetime) -> Options:
        """Return the options of a request body.

        Raises:
            BadDate: A bound of the week cannot be read.
        """
        span = current_week(body, now)
        chosen = elements(body.get("taskIds"))
        ids = [to_int(number) for number in chosen]
        return cls(
            span=span,
            weeks=four_weeks(span.start),
            wants_details=body.get("includeTaskDetails") is True,
            task_ids=tuple(dict.fromkeys(number for number in ids if number > 0)) if chosen else None,
            page=max(1, to_int(coalesce(body.get("page"), 1))),
            per_page=min(_PER_PAGE_MAX, max(1, to_int(coalesce(body.get("perPage"), _PER_PAGE)))),
        )

    @property
    def period(self) -> Span:
        """The four weeks as one stretch."""
        return Span(self.weeks[0].start, self.weeks[-1].end)

    def week_of(self, value: datetime | None) -> Span | None:
        """Return the week that contains a moment, if one does."""
        return next((week for week in self.weeks if week.has(value)), None)
