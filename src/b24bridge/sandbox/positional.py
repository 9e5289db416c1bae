"""Methods whose parameters count by order of arrival: ``task.*item.*`` (section 5.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .filters import Where, both, term
from .listing import order_by
from .methods import Context, Params
from .phpinput import php_int
from .records import Field, Record
from .refusals import Refusal

__all__ = ["Positional", "action_failed"]

_KEY = re.compile(r"(!|<=|<|>=|>|)(\w+)", re.ASCII)
_OPERATORS = {"": "=", "!": "!=", "<=": "<=", "<": "<", ">=": ">=", ">": ">"}


def action_failed(text: str = "Action failed") -> Refusal:
    """The record or the task is not there, or the caller may not do this."""
    full = f"TASKS_ERROR_EXCEPTION_#8; {text}; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>"
    return Refusal("ERROR_CORE", full)


class Positional:
    """The values of one call, in order; a text that holds the method's own name is skipped.

    Args:
        owner: Class that refusals name, such as ``ctaskchecklistitem``.
    """

    def __init__(self, context: Context, params: Params, owner: str) -> None:
        self._context = context
        self._what = f"{owner}::{context.method.rpartition('.')[2]}()"
        self._values = [
            value
            for value in params.values()
            if not (isinstance(value, str) and context.method in value.lower())
        ]

    def task(self) -> int:
        """Return the first value, the id of a task that is there.

        Raises:
            Refusal: It is missing, no number, or no task has it.
        """
        number = self.integer(0, "taskId")
        if self._context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is None:
            raise action_failed()
        return number

    def integer(self, position: int, name: str) -> int:
        """Return a value that must be a number.

        Raises:
            Refusal: It is missing or no number.
        """
        value = self._value(position, name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return php_int(value)
        if isinstance(value, str) and value.strip().lstrip("+-").isdigit():
            return php_int(value)
        raise self._wrong(f'for method {self._what} expected to be of type "integer"', position, name)

    def fields(self, position: int, allowed: tuple[str, ...]) -> dict[str, Any]:
        """Return a value that must be a map with allowed keys, in capitals.

        Raises:
            Refusal: It is missing, no map, or has another key.
        """
        value = self._value(position, "arFields") or {}
        if not isinstance(value, dict):
            raise self._wrong(f'for method {self._what} expected to be of type "array"', position, "arFields")
        found = {str(key).upper(): item for key, item in value.items()}
        for key in found:
            if key not in allowed:
                raise self._forbidden(position, "arFields", key)
        return found

    def where(self, position: int, record: Record, allowed: tuple[str, ...]) -> Where:
        """Return the condition of an optional filter.

        Raises:
            Refusal: It has a key that is not allowed.
        """
        parts = []
        for key, value in self._optional(position).items():
            match = _KEY.fullmatch(str(key).upper())
            if match is None or match[2] not in allowed:
                raise self._forbidden(position, "arFilter", str(key))
            parts.append(term(record.fields[match[2]], _OPERATORS[match[1]], value, self._context.moment))
        return both(parts)

    def order(self, position: int, record: Record, allowed: tuple[str, ...]) -> str:
        """Return the ORDER BY clause of an optional order.

        Raises:
            Refusal: It has a key that is not allowed.
        """
        terms: list[tuple[Field, bool]] = []
        for key, direction in self._optional(position).items():
            if str(key).upper() not in allowed:
                raise self._forbidden(position, "arOrder", str(key))
            terms.append((record.fields[str(key).upper()], str(direction).lower().startswith("desc")))
        return order_by(terms)

    def _optional(self, position: int) -> Mapping[Any, Any]:
        value = self._values[position] if position < len(self._values) else None
        return value if isinstance(value, dict) else {}

    def _value(self, position: int, name: str) -> Any:
        if position >= len(self._values):
            text = f"Param #{position} ({name}) expected by method {self._what}, but not given."
            raise _arguments(text)
        return self._values[position]

    def _wrong(self, text: str, position: int, name: str) -> Refusal:
        return _arguments(f"Param #{position} ({name}) {text}, but given something else.")

    def _forbidden(self, position: int, name: str, key: str) -> Refusal:
        return _arguments(f'Param #{position} ({name}) for method {self._what} must not contain key "{key}".')


def _arguments(text: str) -> Refusal:
    return Refusal("ERROR_CORE", f"TASKS_ERROR_EXCEPTION_#256; {text}; 256/TE/WRONG_ARGUMENTS<br>")
