"""Readers: how the result of a call becomes what the caller gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from b24bridge.errors import DataError, NotFoundError
from b24bridge.wire.call import Json

__all__ = ["all_of", "done", "field_map", "new_id", "one", "rows_in"]

T = TypeVar("T")


def rows_in(result: Json, container: str = "") -> list[Json]:
    """Return the rows of one page.

    A PHP list with gaps arrives as an object, an empty map as a list; both are read as rows.

    Args:
        result: The ``result`` of the answer.
        container: Key that holds the rows, empty when ``result`` is the list itself.

    Raises:
        DataError: There are no rows where they belong.
    """
    rows = result
    if container and isinstance(result, Mapping):
        if container not in result:
            raise DataError(
                f"The answer has no {container!r}; it holds: {', '.join(map(str, result)) or 'nothing'}."
            )
        rows = result[container]
    if isinstance(rows, list):
        return rows
    if isinstance(rows, Mapping):
        return list(rows.values())
    if rows is None:
        return []
    raise DataError(f"The answer holds {type(rows).__name__} where a list belongs.")


def all_of(read: Callable[[Json], T], result: Json) -> list[T]:
    """Return all rows of a list that comes whole."""
    return [read(row) for row in rows_in(result)]


def one(read: Callable[[Json], T], method: str, id: object, container: str = "") -> Callable[[Json], T]:
    """Return a reader of a single record.

    Some methods answer a missing record with an empty list and status 200
    (``tasks.task.get``, ``user.get``); the reader raises ``NotFoundError`` then.
    """

    def decode(result: Json) -> T:
        record = result.get(container) if container and isinstance(result, Mapping) else result
        if isinstance(record, list) and record:
            record = record[0]
        if not isinstance(record, Mapping) or not record:
            raise NotFoundError(
                f"{method} found no record {id}.",
                method=method,
                remedy="Check the id, and whether these credentials may see the record.",
            )
        return read(record)

    return decode


def new_id(result: Json) -> int:
    """Return the id of a new record, wherever the family puts it."""
    found = result
    while isinstance(found, Mapping):
        found = next((found[key] for key in ("item", "task", "id", "ID") if key in found), None)
    try:
        return int(found)
    except (TypeError, ValueError) as exc:
        raise DataError(f"The answer holds no id of the new record but {type(found).__name__}.") from exc


def done(result: Json) -> None:
    """Return nothing: the call succeeded, families only differ in how they say so."""


def field_map(container: str = "") -> Callable[[Json], dict[str, dict[str, Any]]]:
    """Return a reader of a description of fields: name -> facts."""

    def decode(result: Json) -> dict[str, dict[str, Any]]:
        fields = result.get(container) if container and isinstance(result, Mapping) else result
        return dict(fields) if isinstance(fields, Mapping) else {}

    return decode
