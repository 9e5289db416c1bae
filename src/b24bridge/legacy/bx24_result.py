"""Result and error objects of BX24.js, with the original's members.

Facts: "BX24.js and the portal page around it", section 6.2; vectors bx24/results.json, errors.json.
``undefined`` of JavaScript is None here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal

from b24bridge.legacy.bx24_form import number_text
from b24bridge.wire.call import Json

__all__ = ["AjaxError", "AjaxResult", "Query", "parse_int"]

NAN = float("nan")
_INTEGER = re.compile(r"\s*([+-]?)(?:0[xX]([0-9a-fA-F]+)|([0-9]+))")


@dataclass(slots=True)
class Query:
    """What a result was asked with; ``next`` changes ``start`` and ``callback``, as in the original.

    Attributes:
        method: REST method.
        data: Parameters as they were given.
        callback: Called with the result.
        start: Offset of a later page.
    """

    method: str
    data: Any
    callback: Callable[[Any], object] | None
    start: int | float | None = None


def parse_int(value: Any) -> int | float:
    """Return what JavaScript's ``parseInt`` makes of a decoded JSON value; NaN if nothing."""
    while isinstance(value, list) and value:
        value = value[0]  # JavaScript's text of a list begins with its first value
    if isinstance(value, bool) or value is None:
        return NAN
    text = value if isinstance(value, str) else number_text(value) if isinstance(value, int | float) else ""
    found = _INTEGER.match(text)
    if found is None:
        return NAN
    sign, hexadecimal, decimal = found.groups()
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return -number if sign == "-" else number


class AjaxError:
    """The error object of a result.

    Attributes:
        status: HTTP status; for a command of a batch that of the batch.
        ex: The portal's error: a mapping with ``error`` and ``error_description``.
    """

    __slots__ = ("ex", "status")

    def __init__(self, status: int, ex: Json) -> None:
        self.status = status
        self.ex = ex

    def get_error(self) -> Json:
        """Return the portal's error."""
        return self.ex

    def get_status(self) -> int:
        """Return the HTTP status."""
        return self.status

    def __str__(self) -> str:
        ex = self.ex if isinstance(self.ex, Mapping) else {}
        text = ex.get("error_description")
        return f"{_text(ex.get('error', _UNDEFINED))}{f': {_text(text)}' if text else ''} ({self.status})"

    def __repr__(self) -> str:
        return f"AjaxError({self})"

    getError = get_error  # noqa: N815  # the original's spelling
    getStatus = get_status  # noqa: N815  # the original's spelling


_UNDEFINED = object()


def _text(value: Any) -> str:
    if value is _UNDEFINED:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int | float) else str(value)


class AjaxResult:
    """The result object that callbacks get.

    Attributes:
        answer: The portal's decoded answer; ``next`` in it is turned into a number.
        query: What was asked.
        status: HTTP status.
    """

    __slots__ = ("_error", "_repeat", "answer", "query", "status")

    def __init__(self, answer: Json, query: Query, status: int, repeat: Callable[[Query], None]) -> None:
        self.answer = answer
        # What the caller changes later does not reach next().
        self.query = replace(query, data=deepcopy(query.data))
        self.status = status
        self._repeat = repeat
        self._error: AjaxError | None = None
        members = self._members
        if "next" in members:
            answer["next"] = parse_int(members["next"])
        if "error" in members:
            error = members["error"]
            self._error = AjaxError(status, answer if isinstance(error, str) else error)

    @property
    def _members(self) -> Mapping[str, Any]:
        return self.answer if isinstance(self.answer, dict) else {}

    def data(self) -> Json:
        """Return ``result`` of the answer, None if there is none."""
        return self._members.get("result")

    def error(self) -> AjaxError | None:
        """Return the error object, or None; an empty ``error`` is an error too."""
        return self._error

    def error_description(self) -> Json:
        """Return the text of the error; None for a command of a batch."""
        return self._members.get("error_description")

    def more(self) -> bool:
        """Tell whether there is a next page."""
        offset = self._members.get("next")
        return offset is not None and offset == offset  # NaN is no offset

    def total(self) -> int | float:
        """Return the number of rows, NaN if the answer has none."""
        return parse_int(self._members.get("total"))

    def time(self) -> Json:
        """Return the time block of the answer."""
        return self._members.get("time")

    def next(self, callback: Callable[[Any], object] | None = None) -> Literal[False] | None:
        """Ask for the next page; the old callback gets it unless another is given.

        Returns:
            False if there is no next page, else None.
        """
        if not self.more():
            return False
        self.query.start = self.answer["next"]
        if callable(callback):
            self.query.callback = callback
        self._repeat(self.query)
        return None

    def __repr__(self) -> str:
        return f"AjaxResult({self.query.method!r}, status={self.status}, error={self._error!r})"
