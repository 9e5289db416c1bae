"""Reading and changing the entries of directories (sections 4.5 and 5.1)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.families.crm_directory.builtin import DIRECTORIES
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, array, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "delete", "directories", "entries", "fields", "get", "listed", "update"]

_TEXT_ONLY = ("ENTITY_ID", "STATUS_ID", "SORT", "SEMANTICS")
_GROUPS = {"S": "success", "F": "failure"}
_START = {"STATUS": "NEW", "DEAL_STAGE": "NEW", "QUOTE_STATUS": "DRAFT"}
_SUCCESS = {"STATUS": "CONVERTED", "DEAL_STAGE": "WON", "QUOTE_STATUS": "APPROVED"}
_FAILURE = {"STATUS": "JUNK", "DEAL_STAGE": "LOSE", "QUOTE_STATUS": "DECLAINED"}


def _record(context: Context) -> Record:
    return context.portal.records["crm_statuses"]


def listed(context: Context, params: Params) -> Any:
    """``crm.status.list``: all that fit at once, by sort order."""
    record = _record(context)
    query = ClassicQuery(record, context.moment)
    wanted = array(params, "filter")
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        name = str(key).upper()
        if name in _TEXT_ONLY and not isinstance(value, (str, int, float)):
            raise Refusal("", f"Filter by {name} must be a string")
    order = query.order(array(params, "order") or {"SORT": "ASC"})
    rows = Table(context, record).many(query.where(wanted), order)
    return Answer([_shown(row) for row in rows], len(rows))


def get(context: Context, params: Params) -> Any:
    """``crm.status.get``."""
    return _shown(_row(context, params, "Status is not found."))


def fields(context: Context, _: Params) -> Any:
    """``crm.status.fields``."""
    found = {item.name: describe(item) for item in _record(context).fields.values()}
    found["SEMANTICS"]["type"] = "char"
    found["EXTRA"] = describe(Field("EXTRA", "crm_status_extra", "Additional Fields"))
    return found


def add(context: Context, params: Params) -> Any:
    """``crm.status.add``: stages of a pipeline get its prefix before their code."""
    table = Table(context, _record(context))
    values = table.read(array(params, "fields"))
    lacking = [name for name in ("ENTITY_ID", "STATUS_ID") if not values.get(name)]
    if lacking:
        raise Refusal("", ", ".join(f"The field {name} is required." for name in lacking))
    if not values.get("NAME"):
        raise Refusal("", "The field Title is required.")
    directory = str(values["ENTITY_ID"])
    pipeline = _pipelines(context).get(directory)
    if pipeline is None and directory not in DIRECTORIES:
        raise Refusal("", "Specified entity type is not supported.")
    if pipeline is not None:
        entity, category = pipeline
        prefix = entity.stage_prefix(category)
        code = str(values["STATUS_ID"])
        values["STATUS_ID"] = code if code.startswith(prefix) else f"{prefix}{code}"
        values["CATEGORY_ID"] = category or None
    known = Where("ENTITY_ID=? AND STATUS_ID=?", (directory, values["STATUS_ID"]))
    if table.one(known) is not None:
        raise Refusal("ERROR_CORE", "The specified status ID already exists.<br>")
    return table.add(values)


def update(context: Context, params: Params) -> Any:
    """``crm.status.update``."""
    number = php_int(_row(context, params)["ID"])
    table = Table(context, _record(context))
    table.change(number, table.read(array(params, "fields"), changing=True))
    return True


def delete(context: Context, params: Params) -> Any:
    """``crm.status.delete``: entries that came with the portal only when it is forced."""
    row = _row(context, params)
    options = array(params, "params")
    forced = isinstance(options, dict) and str(pick(options, "forced", "")).upper() == "Y"
    if row["SYSTEM"] == "Y" and not forced:
        text = 'CRM System Status can be deleted only if parameter FORCED is specified and equal to "Y".'
        raise Refusal("", text)
    for entity in context.portal.entities.all():
        if "STAGE_ID" in entity.record.fields and context.store.count(
            entity.record.table, " WHERE STAGE_ID=?", (row["STATUS_ID"],)
        ):
            raise Refusal("", "There are active items in this status.")
    context.store.delete(_record(context).table, php_int(row["ID"]))
    return True


def entries(context: Context, params: Params) -> Any:
    """``crm.status.entity.items``."""
    directory = str(params.get("entityId") or pick(params, "entity_id") or pick(params, "entityid") or "")
    if not directory:
        raise Refusal("", "The parameter entityId is not defined or invalid.")
    rows = Table(context, _record(context)).many(Where("ENTITY_ID=?", (directory,)), " ORDER BY SORT, ID")
    return [
        {"NAME": row["NAME"], "SORT": php_int(row["SORT"]), "STATUS_ID": row["STATUS_ID"]} for row in rows
    ]


def directories(context: Context, _: Params) -> Any:
    """``crm.status.entity.types``: the portal's directories, and one for the stages of each pipeline."""
    found = [
        {"ID": name, "NAME": title, "SEMANTIC_INFO": _semantics(name, "", name)}
        for name, (title, _) in DIRECTORIES.items()
    ]
    for name, (entity, category) in _pipelines(context).items():
        if name in DIRECTORIES:
            continue
        prefix = entity.stage_prefix(category)
        found.append(
            {
                "ID": name,
                "NAME": f"Stages {name}",
                "PARENT_ID": "DEAL_STAGE" if entity.type_id == 2 else None,
                "SEMANTIC_INFO": _semantics(name, prefix, "DEAL_STAGE" if entity.type_id == 2 else ""),
                "ENTITY_TYPE_ID": entity.type_id,
                "PREFIX": prefix.rstrip(":"),
                "FIELD_ATTRIBUTE_SCOPE": f"category_{category}",
                "CATEGORY_ID": category,
                "IS_ENABLED": True,
            }
        )
    return [{key: value for key, value in entry.items() if value is not None} for entry in found]


def _semantics(name: str, prefix: str, like: str) -> Any:
    if name in DIRECTORIES and name not in _START:
        return []
    return {
        "START_FIELD": f"{prefix}{_START.get(like, 'NEW')}",
        "FINAL_SUCCESS_FIELD": f"{prefix}{_SUCCESS.get(like, 'SUCCESS')}",
        "FINAL_UNSUCCESS_FIELD": f"{prefix}{_FAILURE.get(like, 'FAIL')}",
        "FINAL_SORT": 0,
    }


def _pipelines(context: Context) -> dict[str, tuple[Entity, int]]:
    """Return the directory of stages of every pipeline."""
    found: dict[str, tuple[Entity, int]] = {}
    rows = context.store.rows("SELECT ENTITY_TYPE_ID, ID FROM crm_categories ORDER BY ENTITY_TYPE_ID, ID")
    for type_id, category in rows:
        entity = context.portal.entities.get(type_id)
        if entity is not None and "STAGE_ID" in entity.record.fields:
            found[entity.stage_directory(category)] = (entity, category)
    return found


def _row(context: Context, params: Params, bad_id: str = "Invalid identifier.") -> Any:
    number = php_int(pick(params, "id"))
    if number <= 0:
        raise Refusal("", bad_id)
    row = Table(context, _record(context)).by_id(number)
    if row is None:
        raise Refusal("", "Status is not found.")
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return an entry; stages of leads, deals and quotes say twice what they are."""
    if not row["ENTITY_ID"].startswith("DEAL_STAGE") and row["ENTITY_ID"] not in ("STATUS", "QUOTE_STATUS"):
        return row
    group = _GROUPS.get(row["SEMANTICS"] or "", "process")
    if group == "failure" and row["STATUS_ID"].endswith("APOLOGY"):
        group = "apology"
    return {**row, "EXTRA": {"SEMANTICS": group, "COLOR": row["COLOR"]}}
