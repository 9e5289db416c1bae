"""Files in fields of CRM records: a record keeps ids, answers show addresses (sections 5.1, 5.2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .entities import Entity
from .files import Files, StoredFile, file_pair
from .methods import Context, in_capitals
from .phpinput import php_int
from .records import Field
from .refusals import system

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["classic_file", "item_file", "prepare_files", "stored_files", "with_files"]

_MODULE = "crm"

Shown = Callable[[int, Field, int], dict[str, Any]]


def prepare_files(portal: Portal) -> None:
    """Serve the files of CRM records at signed addresses."""

    def download(_: Context, facts: dict[str, str]) -> StoredFile:
        found = Files(portal.store).get(php_int(facts.get("fileId")))
        if found is None:
            raise system("download")
        return found

    portal.transfers.declare(_MODULE, download=download)


def stored_files(context: Context, item: Field, value: Any) -> str | None:
    """Return what a record keeps of the files that a write names, None for no file.

    A new file is ``["name", "BASE64"]`` or ``{"fileData": [...]}``; one that is there is named by its id,
    and removed with ``{"id": N, "remove": "Y"}``.
    """
    if not item.multiple:
        number = _one(context, value)
        return None if number is None else json.dumps({"id": number})
    entries = value.values() if isinstance(value, dict) and "fileData" not in value else value
    rows = (
        list(entries)
        if isinstance(entries, Iterable) and not isinstance(entries, (str, Mapping))
        else [entries]
    )
    numbers = [number for row in rows if (number := _one(context, row)) is not None]
    return json.dumps([{"id": number} for number in numbers])


def _one(context: Context, value: Any) -> int | None:
    file = file_pair(value)
    if file is not None:
        return Files(context.store).keep(file)
    given = in_capitals(value)
    number = php_int(given.get("ID", value))
    is_kept = number > 0 and str(given.get("REMOVE", "N")).upper() != "Y"
    return number if is_kept and Files(context.store).get(number) is not None else None


def with_files(
    rows: list[str], fields: Iterable[Field], names: Callable[[Field], str], shown: Shown
) -> list[str]:
    """Return rows in which files have their addresses.

    Args:
        rows: Records as JSON.
        fields: What is selected.
        names: Name of a field in the rows.
        shown: Makes the answer's file of record id, field and file id.
    """
    files = {names(item): item for item in fields if item.type == "file"}
    if not files:
        return rows
    return [_dressed(row, files, shown) if '"id":' in row else row for row in rows]


def _dressed(text: str, files: Mapping[str, Field], shown: Shown) -> str:
    row = json.loads(text)
    number = php_int(row.get("ID", row.get("id")))
    for name, item in files.items():
        kept = row.get(name)
        if isinstance(kept, dict):
            row[name] = shown(number, item, php_int(kept.get("id")))
        elif isinstance(kept, list):
            row[name] = [shown(number, item, php_int(entry.get("id"))) for entry in kept]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def classic_file(entity: Entity) -> Shown:
    """Return how classic methods show a file: with relative addresses."""

    def shown(number: int, item: Field, file: int) -> dict[str, Any]:
        dynamic = "Y" if item.is_user_field else "N"
        page = f"/bitrix/components/bitrix/crm.{entity.name.lower()}.show/show_file.php"
        query = f"ownerId={number}&fieldName={item.name}&dynamic={dynamic}&fileId={file}"
        return {"id": file, "showUrl": f"{page}?{query}", "downloadUrl": f"{page}?auth=&{query}"}

    return shown


def item_file(context: Context) -> Shown:
    """Return how ``crm.item.*`` shows a file: with an address for people and one for programs."""

    def shown(_: int, __: Field, file: int) -> dict[str, Any]:
        portal = context.portal
        page = f"{portal.base_url}/bitrix/services/main/ajax.php"
        url = f"{page}?action=crm.controller.item.getFile&fileId={file}"
        address = portal.transfers.address(context, "download", _MODULE, {"fileId": file})
        return {"id": file, "url": url, "urlMachine": address}

    return shown
