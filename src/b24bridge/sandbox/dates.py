"""Dates as the portal reads them: PHP's ``strtotime``.

The text is read token by token, at each place the longest form that fits, as PHP does. Facts:
vectors ``php_forms.json`` (strtotime), and the ``php`` binary, which a property test asks. What does
not parse is None; the portal then drops the value without a word (section 2.8).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from .datewords import MONTHS, ORDINALS, UNITS, WEEKDAYS, named_zone

__all__ = ["moment_text", "strtotime"]


def strtotime(text: str, now: float, where: tzinfo) -> int | None:
    """Return the Unix time that PHP reads from a text, or None.

    Args:
        text: What the client sent.
        now: The portal's present moment, for relative words.
        where: The portal's zone, for texts without an offset.
    """
    if not text.strip(_BLANKS) or len(text) > _LONGEST:
        return None
    try:
        state = _State()
        _scan(text.strip(_BLANKS), state)
        return state.moment(datetime.fromtimestamp(now // 1, where))
    except (ValueError, OverflowError):
        return None


def moment_text(unix: int, where: timezone, *, day_only: bool = False) -> str:
    """Return a moment as the portal stores and prints it, at midnight if only the day counts."""
    moment = datetime.fromtimestamp(unix, where)
    if day_only:
        moment = moment.replace(hour=0, minute=0, second=0)
    return moment.isoformat()


_BLANKS = " \t\n\r\0\v"
_LONGEST = 200


@dataclass(slots=True)
class _State:
    """What has been read so far; None is "not said"."""

    day: tuple[int | None, int | None, int | None] | None = None
    clock: tuple[int, int, int] | None = None
    zone: tzinfo | None = None
    unix: int | None = None
    resets_clock: bool = False
    months: int = 0
    shift: timedelta = timedelta()
    weekday: tuple[int, int] | None = None
    is_in_week: bool = False
    edge: str = ""
    counted_weekday: tuple[int, int] | None = None
    seen: set[str] = field(default_factory=set)

    def once(self, what: str) -> None:
        """Refuse a second date, time or zone, as PHP does."""
        if what in self.seen:
            raise ValueError(f"two of {what}")
        self.seen.add(what)

    def moment(self, now: datetime) -> int:
        """Return the Unix time of all that was read."""
        if self.unix is not None:
            now = datetime.fromtimestamp(self.unix, UTC)
        if self.zone is not None:
            # What is not said comes from the portal's own day and clock, read in that zone.
            now = now.replace(tzinfo=self.zone)
        if self.day is not None or self.resets_clock:
            now = now.replace(hour=0, minute=0, second=0)
        year, month, day = self.day or (None, None, None)
        moment = _on(now, now.year if year is None else year, now.month if month is None else month,
                     now.day if day is None else day)  # fmt: skip
        if self.months:
            moment = _on(moment, moment.year, moment.month + self.months, moment.day)
        if self.edge:
            month = moment.month + (1 if self.edge == "last" else 0)
            moment = _on(moment, moment.year, month, 0 if self.edge == "last" else 1)
        if self.clock is not None:
            hour, minute, second = self.clock
            moment = moment.replace(hour=0, minute=0, second=0)
            moment += timedelta(hours=hour, minutes=minute, seconds=second)
        moment += self.shift
        if self.is_in_week:
            moment += timedelta(days=(self.weekday[0] if self.weekday else 0) - moment.weekday())
        elif self.weekday is not None:
            moment += timedelta(days=_days_to(moment.weekday(), *self.weekday))
        if self.counted_weekday is not None:
            number, weekday = self.counted_weekday
            first = moment.replace(day=1)
            moment = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
        return int(moment.timestamp())


def _on(moment: datetime, year: int, month: int, day: int) -> datetime:
    """Go to a day that need not exist: the 31st of February is early in March, month 0 is December."""
    months = year * 12 + month - 1
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    return first + timedelta(days=day - 1)


def _days_to(today: int, weekday: int, which: int) -> int:
    """Return the days to a weekday: 0 this one or the next, 1 strictly later, -1 strictly earlier."""
    ahead = (weekday - today) % 7
    if which == 0:
        return ahead
    if which > 0:
        return (ahead or 7) + 7 * (which - 1)
    return -((today - weekday) % 7 or 7) + 7 * (which + 1)


# -- the forms ------------------------------------------------------------------------------------------

Reader = Callable[[_State, re.Match[str]], None]

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))


def _date(state: _State, match: re.Match[str]) -> None:
    parts = match.groupdict()
    state.once("date")
    month = parts.get("month")
    if parts.get("name"):
        number: int | None = MONTHS[parts["name"].lower()]
    else:
        number = int(month) if month else None
    year = parts.get("year")
    full = None if not year else int(year) + (0 if len(year) > 2 else 2000 if int(year) < 70 else 1900)
    day = parts.get("day")
    if (number is not None and number > 12) or (day and int(day) > 31):
        raise ValueError("no such day")
    # A month with a year and no day means its first.
    state.day = (full, number, int(day) if day else 1 if full is not None else None)


def _week(state: _State, match: re.Match[str]) -> None:
    state.once("date")
    day = datetime.fromisocalendar(int(match["year"]), int(match["week"]), int(match["weekday"] or 1))
    state.day = (day.year, day.month, day.day)


def _day_of_year(state: _State, match: re.Match[str]) -> None:
    state.once("date")
    state.day = (int(match["year"]), 1, int(match["number"]))


def _time(state: _State, match: re.Match[str]) -> None:
    state.once("time")
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = parts.get("half")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half[0].lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no such time")
    state.clock = (hour, minute, second)


def _year_or_time(state: _State, match: re.Match[str]) -> None:
    hour, minute = int(match[0][:2]), int(match[0][2:])
    if "time" not in state.seen and hour < 24 and minute < 60:
        state.once("time")
        state.clock = (hour, minute, 0)
        return
    state.once("year")
    _, month, day = state.day or (None, None, None)
    state.day = (int(match[0]), month, day)


def _zone(state: _State, match: re.Match[str]) -> None:
    sign, hours, minutes = match["sign"], match["hours"], match["minutes"]
    if len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
    # PHP takes the first zone and overlooks a second one.
    if "zone" not in state.seen:
        state.once("zone")
        state.zone = timezone(-delta if sign == "-" else delta)


def _zone_name(state: _State, match: re.Match[str]) -> None:
    state.once("zone")
    state.zone = named_zone(match[0])


def _unix(state: _State, match: re.Match[str]) -> None:
    state.once("unix")
    state.unix = int(float(match["seconds"]) // 1)


def _word(state: _State, match: re.Match[str]) -> None:
    word = match[0].lower()
    if word == "now":
        return
    if word == "noon":
        state.clock = (12, 0, 0)
        state.seen.add("time")
        return
    state.resets_clock = True
    state.shift += timedelta(days={"tomorrow": 1, "yesterday": -1}.get(word, 0))


def _weekday(state: _State, match: re.Match[str]) -> None:
    state.once("weekday")
    state.weekday = (WEEKDAYS[match[0].lower()], 0)
    state.resets_clock = True


def _relative(state: _State, match: re.Match[str]) -> None:
    amount = int(match["amount"]) * (-1 if match["sign"].count("-") % 2 else 1)
    _add(state, -amount if match["ago"] else amount, match["unit"].lower())


def _ordinal(state: _State, match: re.Match[str]) -> None:
    amount, unit = ORDINALS[match["which"].lower()], match["unit"].lower()
    if unit in WEEKDAYS:
        state.weekday = (WEEKDAYS[unit], amount)
        state.resets_clock = True
    elif unit in ("week", "weeks"):
        # "next week" is a day of that calendar week: its Monday, or the weekday that is named.
        _add(state, amount, unit)
        state.is_in_week = True
    else:
        _add(state, amount, unit)


def _add(state: _State, amount: int, unit: str) -> None:
    months, seconds = UNITS[unit]
    state.months += amount * months
    state.shift += timedelta(seconds=amount * seconds)


def _edge(state: _State, match: re.Match[str]) -> None:
    state.edge = match["edge"].lower()


def _counted(state: _State, match: re.Match[str]) -> None:
    state.counted_weekday = (ORDINALS[match["which"].lower()], WEEKDAYS[match["weekday"].lower()])
    state.resets_clock = True


_TH = "(?:st|nd|rd|th)"
_DOTS = r"[ \t.-]"
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:\.\d+)?)?"
_HALF = r"\s*(?P<half>[ap]\.?m\.?)(?![a-z])"
_FORMS: tuple[tuple[str, Reader], ...] = (
    (r"@(?P<seconds>-?\d+(?:\.\d+)?)", _unix),
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _date),
    (r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})", _date),
    (r"(?P<day>\d{1,2})[.\t-](?P<month>\d{1,2})[.-](?P<year>\d{4})", _date),
    (r"(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?", _date),
    (r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", _date),
    (r"(?P<year>\d{4})-(?P<month>\d{2})(?!\d)", _date),
    (r"(?P<year>\d{4})-?W(?P<week>\d{2})(?:-?(?P<weekday>[0-7]))?", _week),
    (r"(?P<year>\d{4})[.-]?(?P<number>\d{3})(?!\d)", _day_of_year),
    (
        rf"(?P<day>\d{{1,2}}){_TH}?{_DOTS}*(?P<name>{_MONTH})(?:[ \t.,-]*(?P<year>\d{{4}}))?(?![a-z])",
        _date,
    ),
    (
        rf"(?P<name>{_MONTH}){_DOTS}*(?P<day>\d{{1,2}}){_TH}?(?:[ \t.,]+(?P<year>\d{{4}}))?(?![\d:a-z])",
        _date,
    ),
    (rf"(?P<name>{_MONTH}){_DOTS}*(?P<year>\d{{4}})(?!\d)", _date),
    (rf"(?P<name>{_MONTH})(?![a-z])", _date),
    (rf"t?{_CLOCK}(?:{_HALF})?", _time),
    (rf"(?P<hour>\d{{1,2}}){_HALF}", _time),
    (r"t(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?!\d)", _time),
    (r"(?<=\d)(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?!\d)", _time),
    (r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?!\d)", _time),
    (r"t(?P<hour>\d{1,2})(?!\d)", _time),
    (r"\d{4}(?!\d)", _year_or_time),
    (r"(?:gmt|utc)?(?P<sign>[+-])(?P<hours>\d{1,4})(?::(?P<minutes>\d{2}))?(?!\d)", _zone),
    (r"(?:now|today|midnight|noon|tomorrow|yesterday)(?![a-z])", _word),
    (rf"(?:{_WEEKDAY})(?![a-z])", _weekday),
    (rf"(?P<sign>[+-]*)\s*(?P<amount>\d+)\s*(?P<unit>{_UNIT})(?![a-z])(?P<ago>\s+ago)?", _relative),
    (rf"(?P<which>{_ORDINAL})\s+(?P<unit>{_UNIT}|{_WEEKDAY})(?![a-z])", _ordinal),
    (r"(?P<edge>first|last) day of", _edge),
    (rf"(?P<which>{_ORDINAL})\s+(?P<weekday>{_WEEKDAY})\s+of", _counted),
    (r"[a-z]+(?:/[a-z_]+)+|[a-z]{1,6}(?![a-z])", _zone_name),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.ASCII), reader) for pattern, reader in _FORMS)
_GAP = re.compile(r"[ \t,\n\r\0\v]*")


def _scan(text: str, state: _State) -> None:
    place = 0
    while place < len(text):
        # The longest form wins; of equally long ones the first in the list.
        found = max(
            ((match, reader) for pattern, reader in _PATTERNS if (match := pattern.match(text, place))),
            key=lambda pair: pair[0].end(),
            default=None,
        )
        if found is None:
            raise ValueError("no date")
        match, reader = found
        reader(state, match)
        gap = _GAP.match(text, match.end())
        assert gap is not None
        place = gap.end()
