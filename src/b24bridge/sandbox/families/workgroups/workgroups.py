"""``socialnetwork.api.workgroup.*``: the same groups in the dialects of two controllers."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.listing import Answer, page_controller
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.names import camel
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.store import quoted

from .rules import condition, sorting

__all__ = ["get", "listed"]

_PAGE = 50


def get(context: Context, params: Params) -> Any:
    """``socialnetwork.api.workgroup.get``: numbers are numbers, dates are in the site's format."""
    given = bound_array(params, "params")
    number = php_int(given.get("groupId")) if isinstance(given, dict) else 0
    found = context.store.maps("SELECT * FROM sonet_groups WHERE ID=?", (number,))
    if not found:
        text = "No value for the workgroup ID was provided."
        raise Refusal("SONET_CONTROLLER_WORKGROUP_EMPTY", text)
    row = found[0]
    select = given.get("select") or []
    extra = {str(name).upper() for name in (select.values() if isinstance(select, dict) else select)}
    answer = {
        "ID": row["ID"],
        "ACTIVE": row["ACTIVE"],
        "SITE_ID": row["SITE_ID"],
        "SUBJECT_ID": row["SUBJECT_ID"],
        "NAME": row["NAME"],
        "DESCRIPTION": row["DESCRIPTION"] or "",
        "KEYWORDS": row["KEYWORDS"] or "",
        "CLOSED": row["CLOSED"],
        "VISIBLE": row["VISIBLE"],
        "OPENED": row["OPENED"],
        **{name: _site(row[name]) for name in ("DATE_CREATE", "DATE_UPDATE", "DATE_ACTIVITY")},
        "IMAGE_ID": row["IMAGE_ID"] or 0,
        "AVATAR_TYPE": row["AVATAR_TYPE"] or "folder",
        "OWNER_ID": row["OWNER_ID"],
        "INITIATE_PERMS": row["INITIATE_PERMS"],
        "NUMBER_OF_MEMBERS": row["NUMBER_OF_MEMBERS"],
        "NUMBER_OF_MODERATORS": len(_members(context, number, "A", "E")),
        "PROJECT": row["PROJECT"],
        "PROJECT_DATE_START": row["PROJECT_DATE_START"],
        "PROJECT_DATE_FINISH": row["PROJECT_DATE_FINISH"],
        "SEARCH_INDEX": row["NAME"],
        "LANDING": row["LANDING"],
        "SCRUM_OWNER_ID": row["SCRUM_MASTER_ID"] or 0,
        "SCRUM_SPRINT_DURATION": row["SCRUM_SPRINT_DURATION"] or 0,
        "SCRUM_TASK_RESPONSIBLE": "",
        "TYPE": "project" if row["PROJECT"] == "Y" else "group",
        "MEMBERS": _members(context, number, "A", "E", "K"),
        "CHAT_ID": number + 1000,
        "DIALOG_ID": f"chat{number + 1000}",
        "ORDINARY_MEMBERS": _members(context, number, "K"),
        "INVITED_MEMBERS": _members(context, number, "Z"),
        "MODERATOR_MEMBERS": _members(context, number, "E"),
        "SITE_IDS": [row["SITE_ID"]],
        "NUMBER_OF_MEMBERS_PLURAL": 0 if row["NUMBER_OF_MEMBERS"] == 1 else 1,
    }
    if "TAGS" in extra:
        answer["TAGS"] = [word.strip() for word in (row["KEYWORDS"] or "").split(",") if word.strip()]
    if "DEPARTMENTS" in extra:
        answer["DEPARTMENTS"] = []
    return answer


def listed(context: Context, params: Params) -> Any:
    """``socialnetwork.api.workgroup.list``: without a ``select`` only the ids come."""
    record = context.portal.records["sonet_groups"]
    where = condition(context, record, bound_array(params, "filter"))
    select = bound_array(params, "select")
    names = [str(name).upper() for name in (select.values() if isinstance(select, dict) else select)]
    given = bound_array(params, "params")
    page = page_controller(context.store, record, where, context.start)
    order = sorting(record, bound_array(params, "order"))
    sql = f"SELECT * FROM {quoted(record.table)}{where.clause}{order} LIMIT ? OFFSET ?"  # noqa: S608
    rows = context.store.maps(sql, (*where.arguments, _PAGE, page.offset))
    mobile = isinstance(given, dict) and given.get("mode") == "mobile"
    return Answer({"workgroups": [_row(row, names, mobile=mobile) for row in rows]}, page.total, page.next)


def _row(row: dict[str, Any], names: list[str], *, mobile: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": str(row["ID"])}
    for name in names:
        if name == "TYPE":
            shown["type"] = "project" if row["PROJECT"] == "Y" else "group"
        elif name == "AVATAR":
            shown |= {"imageId": str(row["IMAGE_ID"] or ""), "avatarType": row["AVATAR_TYPE"], "avatar": ""}
        elif name in row and name != "ID":
            value = row[name]
            shown[camel(name)] = str(value) if isinstance(value, int) else value
    if mobile:
        shown |= {
            "additionalData": {"role": "", "initiatedByType": ""},
            "dialogId": f"chat{row['ID'] + 1000}",
        }
    return shown


def _members(context: Context, group: int, *roles: str) -> list[int]:
    marks = ",".join("?" * len(roles))
    sql = f"SELECT USER_ID FROM sonet_members WHERE GROUP_ID=? AND ROLE IN ({marks}) ORDER BY ID"  # noqa: S608
    return [row[0] for row in context.store.rows(sql, (group, *roles))]


def _site(text: str | None) -> str | None:
    return f"{text[5:7]}/{text[8:10]}/{text[:4]} {text[11:19]}" if text else None
