"""Dates that the front end sends, read as PHP's ``DateTime`` reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["BadDate", "parse_date"]

_DAY = timedelta(days=1)
_WORDS = {"now": None, "today": 0, "midnight": 0, "yesterday": -1, "tomorrow": 1}
_WORD = re.compile("|".join(_WORDS), re.IGNORECASE)

_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_MONTH_DAY = r"(?P<day>3[01]|[0-2]?\d)"
# The longest form that fits counts, as in PHP.
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?P<year>\d{{4}})-{_MONTH}-{_MONTH_DAY}",
        rf"(?P<year>\d{{4}})/{_MONTH}/{_MONTH_DAY}",
        r"(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<day>3[01]|[0-2]\d)(?!\d)",
        rf"{_MONTH_DAY}\.{_MONTH}\.(?P<year>\d{{4}})",
        rf"{_MONTH}/{_MONTH_DAY}/(?P<year>\d{{4}})",
        r"(?P<year>\d{4})-?W(?P<week>5[0-3]|[1-4]\d|0[1-9])(?:-?(?P<weekday>[0-7]))?",
        rf"(?P<year>\d{{4}})-{_MONTH}",
    )
)
_TIME = re.compile(
    r"(?:[T ](?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]?\d)(?::(?P<second>60|[0-5]?\d)(?:\.\d+)?)?"
    r"|(?P<minutes>[0-5]\d)(?P<seconds>[0-5]\d)))?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE | re.ASCII,
)
_STAMP = re.compile(r"@(-?\d+)", re.ASCII)


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


def parse_date(text: str, now: datetime) -> datetime:
    """Return the moment of a text; without an offset it is UTC.

    Raises:
        BadDate: PHP would not read it, or it is one of PHP's phrases that nobody sends (``next monday``).
    """
    text_ = text.strip()
    if not text_:
        return now
    if word := _WORD.match(text_):
        if word.end() < len(text_):
            raise BadDate(text_, word.end())
        days = _WORDS[word[0].lower()]
        return now if days is None else now.replace(hour=0, minute=0, second=0, microsecond=0) + days * _DAY
    try:
        if stamp := _STAMP.fullmatch(text_):
            return datetime.fromtimestamp(int(stamp[1]), UTC)
        return _read(text_)
    except (OverflowError, OSError, ValueError) as error:
        raise error if isinstance(error, BadDate) else BadDate(text_, 0) from error


def _read(text: str) -> datetime:
    found = max((match for form in _FORMS if (match := form.match(text))), key=re.Match.end, default=None)
    if found is None:
        raise BadDate(text, 0)
    time = _TIME.match(text, found.end())
    assert time is not None  # every part of it may be absent
    if time.end() < len(text):
        raise BadDate(text, time.end())
    # PHP lets a day or an hour run over: 31 February is 3 March.
    return _day(found.groupdict(), _zone(time["zone"])) + timedelta(
        hours=int(time["hour"] or 0),
        minutes=int(time["minute"] or time["minutes"] or 0),
        seconds=int(time["second"] or time["seconds"] or 0),
    )


def _day(date: dict[str, str | None], zone: timezone) -> datetime:
    year = int(date["year"] or 0)
    if week := date.get("week"):
        first = datetime.fromisocalendar(year, 1, 1).replace(tzinfo=zone)
        return first + timedelta(weeks=int(week) - 1, days=int(date["weekday"] or 1) - 1)
    return datetime(year, int(date["month"] or 1), 1, tzinfo=zone) + (int(date.get("day") or 1) - 1) * _DAY


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    hours, minutes = text[1:].replace(":", ""), "0"
    if len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-ahead if text[0] == "-" else ahead)
