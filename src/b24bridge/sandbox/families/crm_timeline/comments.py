"""``crm.timeline.comment.*``."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.listing import PAGE, Answer, page_classic
from b24bridge.sandbox.methods import Context, Params, array, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe, record_id
from b24bridge.sandbox.refusals import Refusal, controller_missing

from .bindings import insert as bind
from .records import COMMENTS, FILES

__all__ = ["add", "delete", "fields", "get", "listed", "owner_type", "update"]

_NAMES = {"lead": 1, "deal": 2, "contact": 3, "company": 4, "quote": 7, "smart_invoice": 31}
_ORDER = ("ID", "CREATED", "AUTHOR_ID")
_IMAGES = ("gif", "png", "jpg", "jpeg", "webp")


def owner_type(name: Any) -> int:
    """Return the number of a kind of record: ``deal`` is 2, ``DYNAMIC_177`` is 177; 0 if it is none."""
    text = str(name or "").lower()
    return _NAMES.get(text) or php_int(text.removeprefix("dynamic_"))


def _table(context: Context) -> Table:
    return Table(context, COMMENTS, CLASSIC)


def fields(_: Context, __: Params) -> Any:
    """``crm.timeline.comment.fields``."""
    shown = [item for item in COMMENTS.fields.values() if item.name != "FILE_IDS"]
    return {item.name: describe(item) for item in (*shown, FILES)}


def add(context: Context, params: Params) -> Any:
    """``crm.timeline.comment.add``: answers the new id."""
    given = _given(params)
    values = _table(context).read(given)
    type_id, owner = owner_type(given.get("ENTITY_TYPE")), php_int(given.get("ENTITY_ID"))
    if not values.get("COMMENT"):
        raise Refusal("INVALID_ARG_VALUE", "COMMENT is not defined or empty.")
    entity = context.portal.entities.get(type_id)
    if entity is None or Table(context, entity.record).by_id(owner) is None:
        raise Refusal("OWNER_NOT_FOUND", "Owner was not found")
    values["ENTITY_TYPE"] = str(values["ENTITY_TYPE"]).lower()
    values["FILE_IDS"] = json.dumps(_keep_files(context, given.get("FILES")))
    author = php_int(values.get("AUTHOR_ID")) or context.caller.user_id
    number = _table(context).add({**values, "AUTHOR_ID": author, "CREATED": context.moment.text})
    bind(context, number, owner, values["ENTITY_TYPE"])
    context.changed.append(("ONCRMTIMELINECOMMENTADD", {"FIELDS": {"ID": number}}))
    return number


def _given(params: Params) -> dict[str, Any]:
    if pick(params, "fields") is None:
        raise controller_missing("fields")
    return in_capitals(array(params, "fields"))


def _keep_files(context: Context, given: Any) -> list[int]:
    rows = given.values() if isinstance(given, dict) else given if isinstance(given, list) else ()
    return [Files(context.store).keep(file) for file in map(file_pair, rows) if file is not None]


def get(context: Context, params: Params) -> Any:
    """``crm.timeline.comment.get``."""
    row = _table(context).by_id(record_id(params))
    if row is None:
        raise Refusal("", "Not found.")
    return _shown(context, row)


def listed(context: Context, params: Params) -> Any:
    """``crm.timeline.comment.list``: of one record; sorted by id, date or author only."""
    wanted = in_capitals(array(params, "filter"))
    if not wanted.get("ENTITY_ID") or not wanted.get("ENTITY_TYPE"):
        name = "ENTITY_ID" if not wanted.get("ENTITY_ID") else "ENTITY_TYPE"
        raise Refusal("", f"{name} is not defined or invalid.")
    order = in_capitals(array(params, "order"))
    query = ClassicQuery(COMMENTS, context.moment)
    where = query.where(wanted)
    page = page_classic(context.store, COMMENTS, where, context.start)
    rows = _table(context).many(
        where,
        query.order({key: value for key, value in order.items() if key in _ORDER}),
        offset=page.offset,
        limit=PAGE,
    )
    names = query.selected_names(array(params, "select"))
    shown = [_shown(context, row, names) for row in rows]
    return Answer(shown, page.total, page.next)


def _shown(context: Context, row: Any, names: set[str] | None = None) -> dict[str, Any]:
    """Return a comment; files only where there are some, or where they were asked for."""
    numbers = row.pop("FILE_IDS") or []
    if row["ENTITY_TYPE"].startswith("dynamic_"):
        row["ENTITY_ID"] = int(row["ENTITY_ID"])
    if names and "*" not in names:
        row = {name: value for name, value in row.items() if name in names or name == "ID"}
    if numbers or (names and "FILES" in names):
        row["FILES"] = {str(number): _file(context, number, row) for number in numbers}
    return dict(row)


def _file(context: Context, number: int, row: Any) -> dict[str, Any]:
    stored = Files(context.store).get(number)
    assert stored is not None
    is_image = stored.name.rpartition(".")[2].lower() in _IMAGES
    base, name = context.portal.base_url, quote(stored.name)
    facts: dict[str, Any] = {
        "id": number,
        "date": row.get("CREATED"),
        "type": "image" if is_image else "file",
        "name": stored.name,
        "size": len(stored.content),
        "authorId": php_int(row.get("AUTHOR_ID")),
        "authorName": f"User {row.get('AUTHOR_ID')}",
        "urlShow": f"{base}/disk/showFile/{number}/?&ncc=1&filename={name}",
        "urlDownload": f"{base}/disk/downloadFile/{number}/?&ncc=1&filename={name}",
    }
    if is_image:
        facts["image"] = {"width": 1, "height": 1}
        facts["urlPreview"] = f"{base}/disk/showFile/{number}/?&ncc=1&width=640&height=640&filename={name}"
    return facts


def _existing(context: Context, params: Params) -> int:
    number = php_int(pick(params, "id"))
    if _table(context).by_id(number) is None:
        raise Refusal("NOT_FOUND", "Not found.")
    return number


def update(context: Context, params: Params) -> Any:
    """``crm.timeline.comment.update``: answers the id."""
    number = _existing(context, params)
    given = _given(params)
    values = _table(context).read(given, changing=True)
    if "FILES" in given:
        values["FILE_IDS"] = json.dumps(_keep_files(context, given["FILES"]))
    _table(context).change(number, values)
    context.changed.append(("ONCRMTIMELINECOMMENTUPDATE", {"FIELDS": {"ID": number}}))
    return number


def delete(context: Context, params: Params) -> Any:
    """``crm.timeline.comment.delete``: answers null."""
    number = _existing(context, params)
    _table(context).remove(number)
    context.store.run("DELETE FROM crm_timeline_bindings WHERE OWNER_ID=?", (number,))
    context.changed.append(("ONCRMTIMELINECOMMENTDELETE", {"FIELDS": {"ID": number}}))
    return None
