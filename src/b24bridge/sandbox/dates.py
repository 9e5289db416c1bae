"""Dates as the portal reads them: PHP's ``strtotime`` for the forms that clients send.

Facts: vectors ``php_forms.json`` (strtotime). What does not parse is None; the portal then drops
the value without a word (section 2.8).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["moment_text", "strtotime"]

_ZONE = r"\s*(?P<zone>Z|UTC|GMT|(?:GMT)?[+-]\d{1,2}(?::?\d{2})?)?"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
_CLOCK = re.compile(_TIME + _ZONE, re.IGNORECASE)
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>[+-]?\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})[.\-](?P<month>\d{1,2})[.\-](?P<year>\d{4})",
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=$|\D)",
        r"(?P<day>\d{1,2})[ \-.]*(?P<name>[a-z]{3,9})[ \-.,]*(?P<year>\d{4})",
        r"(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "sept",
]
_WORDS = {"now": None, "today": 0, "midnight": 0, "tomorrow": 1, "yesterday": -1}
_RELATIVE = re.compile(
    r"([+-]?)\s*(\d+)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?", re.IGNORECASE
)


def strtotime(text: str, now: float, where: timezone) -> int | None:
    """Return the Unix time that PHP reads from a text, or None.

    Args:
        text: What the client sent.
        now: The portal's present moment, for relative words.
        where: The portal's zone, for texts without an offset.
    """
    text = text.strip(" \t\n\r\0\v")
    if re.fullmatch(r"@-?\d+(\.\d+)?", text):
        return int(float(text[1:]) // 1)
    if not text:
        return None
    moment = datetime.fromtimestamp(now, where).replace(microsecond=0)
    try:
        return _read(text, moment)
    except (ValueError, OverflowError):
        return None


def _read(text: str, moment: datetime) -> int | None:
    rest = text
    day = _day(rest)
    if day is not None:
        found, rest = day
        moment = moment.replace(hour=0, minute=0, second=0)
        moment = moment.replace(year=found[0], month=found[1], day=1) + timedelta(days=found[2] - 1)
    rest = re.sub(r"^\s*[Tt](?=\d)", " ", rest).strip()
    clock = _CLOCK.match(rest)
    if clock:
        moment, rest = _at(moment, clock), rest[clock.end() :].strip()
    elif day is not None and rest:
        zone = re.fullmatch(_ZONE, rest, re.IGNORECASE)
        if zone and zone["zone"]:
            moment, rest = moment.replace(tzinfo=_offset(zone["zone"])), ""
    while rest:
        step = _word(rest, moment)
        if step is None:
            return None
        moment, rest = step
    return int(moment.timestamp())


def _day(text: str) -> tuple[tuple[int, int, int], str] | None:
    for pattern in _DAYS:
        match = pattern.match(text)
        if not match:
            continue
        groups = match.groupdict()
        if "name" in groups:
            word = groups["name"].lower()
            if word not in _FULL and word not in _MONTHS:
                continue
            month = _MONTHS.index(word[:3]) + 1
        else:
            month = int(groups["month"])
        year, number = int(groups["year"]), int(groups["day"])
        if not 1 <= month <= 12 or not 0 <= number <= 31 or not 1 <= year <= 9999:
            continue
        return (year, month, number), text[match.end() :]
    return None


def _at(moment: datetime, clock: re.Match[str]) -> datetime:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if clock["half"][0].lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no such time")
    if clock["zone"]:
        moment = moment.replace(tzinfo=_offset(clock["zone"]))
    return moment.replace(hour=0, minute=0, second=0) + timedelta(hours=hour, minutes=minute, seconds=second)


def _offset(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text.upper().removeprefix("GMT")
    sign = -1 if digits[0] == "-" else 1
    hours, _, minutes = digits[1:].partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes or 0)))


def _word(text: str, moment: datetime) -> tuple[datetime, str] | None:
    """Apply the next relative word (``tomorrow``, ``+2 weeks``) and return what is left."""
    name = re.match(r"[a-z]+", text, re.IGNORECASE)
    if name and name[0].lower() in _WORDS:
        shift = _WORDS[name[0].lower()]
        if shift is not None:
            moment = moment.replace(hour=0, minute=0, second=0) + timedelta(days=shift)
        return moment, text[name.end() :].strip()
    step = _RELATIVE.match(text)
    if step is None:
        return None
    amount = int(step[2]) * (-1 if (step[1] == "-") != bool(step[4]) else 1)
    return _shifted(moment, amount, step[3].lower()), text[step.end() :].strip()


def _shifted(moment: datetime, amount: int, unit: str) -> datetime:
    if unit in ("month", "year"):
        months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "year" else 1)
        first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
        return first + timedelta(days=moment.day - 1)
    seconds = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400}
    days = {"week": 7, "fortnight": 14}
    return moment + timedelta(seconds=amount * seconds.get(unit, days.get(unit, 0) * 86400))


def moment_text(unix: int, where: timezone, *, day_only: bool = False) -> str:
    """Return a moment as the portal stores and prints it, at midnight if only the day counts."""
    moment = datetime.fromtimestamp(unix, where)
    if day_only:
        moment = moment.replace(hour=0, minute=0, second=0)
    return moment.isoformat()
