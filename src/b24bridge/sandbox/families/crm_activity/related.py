"""What belongs to an activity: whom it concerns, and how he is reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.methods import Context
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table

from .records import BINDINGS, COMMUNICATIONS, FILES

__all__ = [
    "bind",
    "bindings",
    "communications",
    "files",
    "forget",
    "is_bound",
    "write_communications",
    "write_files",
]

_REACHED_BY = {2: "PHONE", 4: "EMAIL"}
_COMPANY = 4
_PERSON = ("HONORIFIC", "NAME", "SECOND_NAME", "LAST_NAME")


def bindings(context: Context, number: int) -> list[tuple[int, int]]:
    """Return kind and id of everything that an activity is bound to."""
    rows: list[tuple[int, int]] = context.store.rows(
        "SELECT OWNER_TYPE_ID, OWNER_ID FROM crm_activity_bindings WHERE ACTIVITY_ID=? ORDER BY ID", (number,)
    )
    return rows


def is_bound(context: Context, number: int, type_id: int, owner: int) -> bool:
    """Say whether an activity is bound to a record."""
    return (type_id, owner) in bindings(context, number)


def bind(context: Context, number: int, type_id: int, owner: int) -> None:
    """Bind an activity to a record; twice changes nothing."""
    if not is_bound(context, number, type_id, owner):
        facts = {"ACTIVITY_ID": number, "OWNER_TYPE_ID": type_id, "OWNER_ID": owner}
        context.store.insert(BINDINGS.table, facts)


def forget(context: Context, number: int) -> None:
    """Remove what belongs to a deleted activity."""
    for table in (BINDINGS.table, COMMUNICATIONS.table, FILES.table):
        context.store.run(f"DELETE FROM {table} WHERE ACTIVITY_ID=?", (number,))  # noqa: S608  # constants


def write_communications(context: Context, number: int, given: Any, activity: Mapping[str, Any]) -> None:
    """Replace the communications of an activity; who is not named is the owner."""
    context.store.run("DELETE FROM crm_activity_communications WHERE ACTIVITY_ID=?", (number,))
    rows = given.values() if isinstance(given, dict) else given
    for row in rows:
        if isinstance(row, Mapping):
            facts = {str(key).upper(): value for key, value in row.items()}
            facts.setdefault("TYPE", _REACHED_BY.get(php_int(activity.get("TYPE_ID")), ""))
            facts.setdefault("ENTITY_ID", activity.get("OWNER_ID"))
            facts.setdefault("ENTITY_TYPE_ID", activity.get("OWNER_TYPE_ID"))
            table = Table(context, COMMUNICATIONS)
            table.add({**table.read(facts), "ACTIVITY_ID": number})
            bind(context, number, php_int(facts["ENTITY_TYPE_ID"]), php_int(facts["ENTITY_ID"]))


def communications(context: Context, numbers: list[int]) -> dict[int, list[Any]]:
    """Return the communications of activities as the portal prints them."""
    found: dict[int, list[Any]] = {number: [] for number in numbers}
    rows = context.store.rows(
        "SELECT ACTIVITY_ID, ID, TYPE, VALUE, ENTITY_ID, ENTITY_TYPE_ID FROM crm_activity_communications "
        "WHERE ACTIVITY_ID IN (SELECT value FROM json_each(?)) ORDER BY ID",
        (json.dumps(numbers),),
    )
    for activity, number, kind, value, entity, type_id in rows:
        found[activity].append(
            {
                "ID": str(number),
                "TYPE": kind or "",
                "VALUE": value or "",
                "ENTITY_ID": str(entity),
                "ENTITY_TYPE_ID": str(type_id),
                "ENTITY_SETTINGS": _settings(context, php_int(type_id), php_int(entity)),
            }
        )
    return found


def _settings(context: Context, type_id: int, number: int) -> Any:
    """Return who is reached, in short; an empty array for somebody unknown."""
    entity = context.portal.entities.get(type_id)
    row = None if entity is None else Table(context, entity.record).by_id(number)
    if row is None:
        return []
    shown = {name: row.get(name) or "" for name in _PERSON if name in row}
    if not shown:
        return {"COMPANY_TITLE": row.get("TITLE") or "", "COMPANY_ID": row["ID"]}
    company = context.portal.entities.get(_COMPANY)
    employer = (
        None if company is None else Table(context, company.record).by_id(php_int(row.get("COMPANY_ID")))
    )
    title = employer["TITLE"] if employer else row.get("COMPANY_TITLE") or ""
    return {**shown, "COMPANY_TITLE": title, "COMPANY_ID": row.get("COMPANY_ID") or "0"}


def write_files(context: Context, number: int, given: Any) -> None:
    """Add files to an activity."""
    rows = given.values() if isinstance(given, dict) else given if isinstance(given, list) else ()
    for file in map(file_pair, rows):
        if file is not None:
            kept = Files(context.store).keep(file)
            context.store.insert(FILES.table, {"ACTIVITY_ID": number, "FILE_ID": kept})


def files(context: Context, number: int) -> list[dict[str, Any]]:
    """Return the files of an activity with their addresses."""
    rows = context.store.rows(
        "SELECT FILE_ID FROM crm_activity_files WHERE ACTIVITY_ID=? ORDER BY ID", (number,)
    )
    base = f"{context.portal.base_url}/bitrix/tools/crm_show_file.php"
    return [
        {"id": file, "url": f"{base}?fileId={file}&ownerTypeId=6&ownerId={number}&auth="} for (file,) in rows
    ]
