"""A portal out of recorded answers: what lists and gets have shown becomes records.

Only what an answer shows is known: a field that no answer holds takes its default. Later answers
complete earlier ones, so a narrow list after a full ``get`` takes nothing away.
"""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .batch import split_command
from .entities import Entity
from .loading import add_rows
from .multifields import MULTIFIELDS, Multifields
from .names import camel, upper
from .phpinput import form, php_int
from .records import Field, Kind, Record
from .store import quoted

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["load_answers"]

Row = dict[str, Any]

# Somebody who was shown works here, in some department, even if the answer did not say in which.
_PEOPLE = {"UF_DEPARTMENT": [1]}
_TYPES = {"lead": 1, "deal": 2, "contact": 3, "company": 4}
_CLASSIC = re.compile(r"crm\.(lead|deal|contact|company)\.(?:get|list)")


def load_answers(portal: Portal, answers: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Add the records that recorded answers show and return how many of each kind.

    Raises:
        ValueError: An answer has no ``method`` or no ``response``.
    """
    shown = _Shown()
    for answer in answers:
        if not isinstance(answer.get("method"), str) or "response" not in answer:
            raise ValueError("A recorded answer is an object with 'method', 'params' and 'response'.")
        for method, params, result in _single(answer):
            _collect(portal, shown, method, params, result)
    return {table: _store(portal, table, rows, shown.implied[table]) for table, rows in shown.rows.items()}


class _Shown:
    """What the answers have shown: rows by table and id, and what their filters imply."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, Row]] = {}
        self.implied: dict[str, dict[int, Row]] = {}

    def add(self, table: str, row: Row, implied: Row) -> None:
        """Take a row; what several answers show of one record is put together."""
        number = php_int(row.get("ID"))
        if number:
            self.rows.setdefault(table, {}).setdefault(number, {}).update(row, ID=number)
            self.implied.setdefault(table, {}).setdefault(number, {}).update(implied)


def _single(answer: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Return method, parameters and result of an answer, or of each command of a batch."""
    method, params, response = answer["method"].lower(), answer.get("params") or {}, answer["response"]
    result = response.get("result") if isinstance(response, dict) else None
    if method != "batch":
        yield method, params, result
        return
    commands = params.get("cmd", {}) if isinstance(params, dict) else {}
    results = result.get("result", {}) if isinstance(result, dict) else {}
    inner = list(answer.get("inner_methods") or [])
    if not commands and len(inner) == 1:
        # A recording that kept the answers of a batch and only the name of the method inside.
        for _, found in _pairs(results):
            yield inner[0].lower(), {}, found
    for key, command in _pairs(commands):
        found = dict(_pairs(results)).get(key)
        if found is not None and isinstance(command, str):
            name, query = split_command(command)
            yield name.lower(), form(query), found


def _pairs(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(str(key), item) for key, item in value.items()]
    return [(str(position), item) for position, item in enumerate(value)] if isinstance(value, list) else []


# -- which records an answer shows ---------------------------------------------------------------------


def _collect(portal: Portal, shown: _Shown, method: str, params: Any, result: Any) -> None:
    if method.startswith("crm.item."):
        _collect_items(portal, shown, params, result)
        return
    classic = _CLASSIC.fullmatch(method)
    if classic:
        _collect_classic(portal, shown, _TYPES[classic[1]], params, result)
        return
    for names, table, read in _READERS:
        if method in names:
            implied = _implied(params, portal.records[table].fields.get)
            for row in _rows(result):
                shown.add(table, read(row), implied)


def _implied(params: Any, find: Callable[[str], Field | None]) -> Row:
    """Return what all rows of an answer have in common, since the question filtered by it.

    A list that selects ``ID`` of the active people of a department says both of everyone in it.
    """
    wanted = params.get("filter", params.get("FILTER")) if isinstance(params, dict) else None
    found: Row = {}
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        field = find(str(key).removeprefix("="))
        alone = value[0] if isinstance(value, list) and len(value) == 1 else value
        if field is not None and field.name != "ID" and not isinstance(alone, (dict, list)) and alone != "":
            found[field.name] = [alone] if field.kind is Kind.JSON else alone
    return found


def _collect_items(portal: Portal, shown: _Shown, params: Any, result: Any) -> None:
    named = php_int(params.get("entityTypeId")) if isinstance(params, dict) else 0
    for row in _rows(result):
        type_id = named or php_int(row.get("entityTypeId"))
        if not type_id or "id" not in row:
            continue
        entity = portal.entities.get(type_id) or _new_type(portal, type_id)
        values = {name if name.startswith("UF_") else upper(name): value for name, value in row.items()}
        _declare_user_fields(portal, entity, values)
        both = {**entity.record.fields, **{camel(name): item for name, item in entity.record.fields.items()}}
        shown.add(f"items:{type_id}", values, _implied(params, both.get))


def _collect_classic(portal: Portal, shown: _Shown, type_id: int, params: Any, result: Any) -> None:
    entity = portal.entities.get(type_id)
    assert entity is not None
    assert entity.classic is not None
    names = entity.classic.wire_names
    for row in _rows(result):
        values = {names[name].name if name in names else name: value for name, value in row.items()}
        _declare_user_fields(portal, entity, values)
        shown.add(f"items:{type_id}", values, _implied(params, names.get))
        for name in MULTIFIELDS:
            if isinstance(row.get(name), list):
                store = Multifields(portal.store, type_id, entity.record.table)
                store.keep(php_int(row.get("ID")), name, row[name])


def _declare_user_fields(portal: Portal, entity: Entity, values: Row) -> None:
    for name, value in values.items():
        if name.startswith("UF_") and name not in entity.record.fields:
            portal.entities.add_user_field(
                entity.user_fields_of, name, _kind(value), multiple=isinstance(value, list)
            )


def _new_type(portal: Portal, type_id: int) -> Entity:
    row = {"ID": type_id, "TITLE": f"Type {type_id}", "ENTITY_TYPE_ID": type_id}
    add_rows(portal, portal.records["crm_types"], [row])
    portal.entities.forget()
    entity = portal.entities.get(type_id)
    assert entity is not None
    return entity


def _kind(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) else "double"
    return "string"


def _rows(result: Any) -> list[Row]:
    """Return the records in a result: a bare list, one container, or one record."""
    if isinstance(result, list):
        return [row for row in result if isinstance(row, dict)]
    if not isinstance(result, dict):
        return []
    inside = next(iter(result.values()), None) if len(result) == 1 else None
    if isinstance(inside, list):
        return [row for row in inside if isinstance(row, dict)]
    return [inside] if isinstance(inside, dict) else [result]


def _task(row: Row) -> Row:
    values = {
        upper(name) if not name.startswith("uf") else _task_user_field(name): value
        for name, value in row.items()
    }
    return {name: None if value is False else value for name, value in values.items()}


def _task_user_field(name: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()


def _camel(row: Row) -> Row:
    return {upper(name): value for name, value in row.items()}


def _same(row: Row) -> Row:
    # An empty object stands where the portal hid a date.
    return {name: value for name, value in row.items() if value != {}}


_READERS: tuple[tuple[frozenset[str], str, Callable[[Row], Row]], ...] = (
    (frozenset({"user.get", "user.search", "user.current"}), "users", _same),
    (frozenset({"department.get"}), "departments", _same),
    (
        frozenset({"tasks.task.list", "tasks.task.get", "tasks.task.add", "tasks.task.update"}),
        "tasks",
        _task,
    ),
    (frozenset({"task.elapseditem.getlist", "task.elapseditem.get"}), "elapsed_items", _same),
    (frozenset({"crm.status.list"}), "crm_statuses", _same),
    (frozenset({"crm.category.list"}), "crm_categories", _camel),
    (frozenset({"crm.type.list"}), "crm_types", _camel),
)


# -- storing -----------------------------------------------------------------------------------------------


def _store(portal: Portal, table: str, rows: Mapping[int, Row], implied: Mapping[int, Row]) -> int:
    record = _record(portal, table)
    complete = []
    for number, row in rows.items():
        columns = ",".join(quoted(name) for name in record.fields)
        known = portal.store.one(f"SELECT {columns} FROM {quoted(record.table)} WHERE ID=?", (number,))
        before: Row = {}
        if known is not None:
            for item, value in zip(record.fields.values(), known, strict=True):
                before[item.name] = json.loads(value) if item.kind.name == "JSON" and value else value
        known_before = {name: value for name, value in before.items() if value is not None}
        guess = _PEOPLE if table == "users" else {}
        complete.append({**guess, **before, **implied[number], **known_before, **row})
    return add_rows(portal, record, complete)


def _record(portal: Portal, table: str) -> Record:
    if table.startswith("items:"):
        entity = portal.entities.get(int(table.removeprefix("items:")))
        assert entity is not None
        return entity.record
    return portal.records[table]
