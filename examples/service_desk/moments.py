"""Moments, weeks and months as the original modules count them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from examples.service_desk.rules import Json, is_true

__all__ = ["BadDate", "Span", "current_week", "four_weeks", "iso_week", "moment", "parse_date"]

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_LAST = timedelta(days=6, hours=23, minutes=59, seconds=59)

_WORDS = {"now": None, "today": 0, "midnight": 0, "yesterday": -1, "tomorrow": 1}
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>0?[1-9]|1[0-2])-(?P<day>3[01]|[0-2]?\d)"
    r"(?:[T ](?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]?\d)(?::(?P<second>[0-5]?\d)(?:[.,]\d+)?)?)?"
    r" ?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_WORD = re.compile("|".join(_WORDS), re.IGNORECASE)


class BadDate(ValueError):
    """A text that PHP's ``DateTime`` does not read; the message is PHP's."""

    def __init__(self, text: str, position: int) -> None:
        rest = text[position : position + 1]
        reason = (
            "The timezone could not be found in the database"
            if rest.isascii() and rest.isalpha()
            else "Unexpected character"
        )
        super().__init__(f"Failed to parse time string ({text}) at position {position} ({rest}): {reason}")


def moment(text: str) -> datetime:
    """Return the moment of an ISO text; without an offset it is UTC."""
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def parse_date(text: str, now: datetime) -> datetime:
    """Return the moment of a date that the front end sent.

    Raises:
        BadDate: PHP would not read it.
    """
    text_ = text.strip()
    if not text_:
        return now
    if word := _WORD.match(text_):
        if word.end() < len(text_):
            raise BadDate(text_, word.end())
        days = _WORDS[word[0].lower()]
        return now if days is None else now.replace(hour=0, minute=0, second=0, microsecond=0) + days * _DAY
    found = _DATE.match(text_)
    if not found or found.end() < len(text_):
        raise BadDate(text_, found.end() if found else 0)
    first = datetime(int(found["year"]), int(found["month"]), 1, tzinfo=_zone(found["zone"]))
    # PHP lets a day or an hour run over: 31 February is 3 March.
    return first + timedelta(
        days=int(found["day"]) - 1,
        hours=int(found["hour"] or 0),
        minutes=int(found["minute"] or 0),
        seconds=int(found["second"] or 0),
    )


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


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
        return Span(parse_date(str(start), now), parse_date(str(end), now))
    monday = _monday(now.astimezone(UTC))
    return Span(monday, monday + _LAST)


def four_weeks(start: datetime) -> tuple[Span, ...]:
    """Return the week of the start and the three before, oldest first, in the start's own offset."""
    mondays = [_monday(start - back * _WEEK) for back in (3, 2, 1, 0)]
    return tuple(Span(monday, monday + _LAST) for monday in mondays)
