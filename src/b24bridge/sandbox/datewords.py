"""The words that ``strtotime`` knows: months, weekdays, units, ordinals, zones."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["MONTHS", "ORDINALS", "UNITS", "WEEKDAYS", "named_zone"]

_MONTH_NAMES = [
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
]
MONTHS = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)},
    "sept": 9,
}

_DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = {
    **{name: number for number, name in enumerate(_DAY_NAMES)},
    **{name[:3]: number for number, name in enumerate(_DAY_NAMES)},
    "tues": 1,
    "wednes": 2,
    "thur": 3,
    "thurs": 3,
}

# Months and seconds of one unit.
_PLAIN = {
    "sec": (0, 1),
    "second": (0, 1),
    "min": (0, 60),
    "minute": (0, 60),
    "hour": (0, 3600),
    "day": (0, 86400),
    "week": (0, 7 * 86400),
    "fortnight": (0, 14 * 86400),
    "month": (1, 0),
    "year": (12, 0),
}
UNITS = {**_PLAIN, **{f"{name}s": size for name, size in _PLAIN.items()}}

_COUNTED = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
ORDINALS = {
    **{name: number for number, name in enumerate(_COUNTED, 1)},
    "next": 1,
    "last": -1,
    "previous": -1,
    "this": 0,
}

_HOURS = {
    "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "west": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
    "msd": 4, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_HOURS |= {letter: hour for hour, letter in enumerate("abcdefghi", 1)}
_HOURS |= {letter: hour for hour, letter in enumerate("klm", 10)}
_HOURS |= {letter: -hour for hour, letter in enumerate("nopqrstuvwxy", 1)}
_HOURS["z"] = 0


def named_zone(name: str) -> tzinfo:
    """Return a zone by its abbreviation, its letter or its name.

    Raises:
        ValueError: There is no such zone.
    """
    hours = _HOURS.get(name.lower())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"no zone {name!r}") from error
