"""Moments, weeks and months as the original modules count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from examples.service_desk.dates import parse_date
from examples.service_desk.rules import Json, is_true, php_text

__all__ = ["Span", "current_week", "four_weeks", "iso_week", "moment"]

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_LAST = timedelta(days=6, hours=23, minutes=59, seconds=59)


def moment(text: str) -> datetime:
    """Return the moment of an ISO text; without an offset it is UTC."""
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, both ends included, whole seconds."""

    start: datetime
    end: datetime

    @property
    def week_number(self) -> int:
        """ISO week of the start."""
        return self.start.isocalendar().week

    def has(self, value: datetime | None) -> bool:
        """Return whether the moment lies inside."""
        return value is not None and self.start <= value <= self.end

    def before(self) -> Span:
        """Return the week before."""
        return Span(self.start - _WEEK, self.end - _WEEK)

    def as_week(self) -> dict[str, Json]:
        """Return the three fields that the answers print.

        The letter Z follows the local time whatever the offset is (SD-GRA-11).
        """
        return {
            "weekNumber": self.week_number,
            "weekStartUtc": f"{self.start:%Y-%m-%dT%H:%M:%S}Z",
            "weekEndUtc": f"{self.end:%Y-%m-%dT%H:%M:%S}Z",
        }


def _monday(value: datetime) -> datetime:
    day = value.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - day.weekday() * _DAY


def iso_week(year: int, number: int) -> Span:
    """Return an ISO week in UTC; a number beyond the year runs into the next, as in PHP."""
    start = datetime.fromisocalendar(year, 1, 1).replace(tzinfo=UTC) + (number - 1) * _WEEK
    return Span(start, start + _LAST)


def current_week(body: Mapping[str, Json], now: datetime) -> Span:
    """Return the bounds that the request names, else the ISO week of now in UTC.

    Both bounds must be true (SD-GRA-12), and they are not moved to a Monday.

    Raises:
        BadDate: A bound cannot be read.
    """
    start, end = body.get("weekStartUtc"), body.get("weekEndUtc")
    if is_true(start) and is_true(end):
        return Span(parse_date(php_text(start), now), parse_date(php_text(end), now))
    monday = _monday(now.astimezone(UTC))
    return Span(monday, monday + _LAST)


def four_weeks(start: datetime) -> tuple[Span, ...]:
    """Return the week of the start and the three before, oldest first, in the start's own offset."""
    mondays = [_monday(start - back * _WEEK) for back in (3, 2, 1, 0)]
    return tuple(Span(monday, monday + _LAST) for monday in mondays)
