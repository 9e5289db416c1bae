"""Groups: they belong to their creator, who is the first member."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.dialects import TASK, Dialect
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import Answer, fetch, order_by, page_plain, rows_text
from b24bridge.sandbox.methods import Context, Params, array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record

from .errors import no_group, refused

__all__ = [
    "condition",
    "create",
    "delete",
    "feature_access",
    "get",
    "group_id",
    "set_owner",
    "sorting",
    "update",
]

_KEY = re.compile(r"([!=<>%@]{0,2})(\w+)", re.ASCII)
_OPERATORS = {"": "=", "=": "=", "!": "!=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_OPERATORS |= {"%": "%", "!%": "!%", "@": "@", "!@": "!@", "=%": "~", "%=": "~"}
_FEATURES = {
    "blog": ("view_post", "write_post", "premoderate_post", "moderate_post", "full_post", "view_comment"),
    "tasks": ("view", "view_all", "sort", "create_tasks", "edit_tasks", "delete_tasks"),
    "files": ("view", "write_limited", "bizproc", "write"),
    "calendar": ("view", "write"),
    "forum": ("view", "newtopic", "answer", "full"),
    "chat": ("chat",),
    "wiki": ("view", "write", "delete"),
    "photo": ("view", "write"),
    "group_lists": ("view", "write"),
    "marketplace": ("view",),
}
# The list shows these; the others are for ``socialnetwork.api.workgroup.get``.
_SHOWN = (
    "ID",
    "SITE_ID",
    "NAME",
    "DESCRIPTION",
    "DATE_CREATE",
    "DATE_UPDATE",
    "ACTIVE",
    "VISIBLE",
    "OPENED",
    "CLOSED",
    "SUBJECT_ID",
    "OWNER_ID",
    "KEYWORDS",
    "NUMBER_OF_MEMBERS",
    "DATE_ACTIVITY",
    "SUBJECT_NAME",
    "PROJECT",
    "IS_EXTRANET",
)
_ROW = Dialect("sonet", lambda item: item.name, TASK.show)


def _table(context: Context) -> Table:
    return Table(context, context.portal.records["sonet_groups"])


def group_id(context: Context, params: Params) -> int:
    """Return ``GROUP_ID`` of a group that is there.

    Raises:
        Refusal: It is not.
    """
    number = php_int(_upper(params).get("GROUP_ID"))
    if number <= 0 or context.store.one("SELECT 1 FROM sonet_groups WHERE ID=?", (number,)) is None:
        raise no_group()
    return number


def create(context: Context, params: Params) -> Any:
    """``sonet_group.create``: the fields are the parameters, or stand in ``arFields``."""
    table = _table(context)
    fields = params.get("arFields", params)
    values = table.read(fields)
    if not str(values.get("NAME") or "").strip():
        raise refused("Cannot create group")
    now, user = context.moment.text, values.get("OWNER_ID") or context.caller.user_id
    values |= {"OWNER_ID": user, "DATE_CREATE": now, "DATE_UPDATE": now, "DATE_ACTIVITY": now}
    number = table.add(values)
    context.store.insert("sonet_members", {"GROUP_ID": number, "USER_ID": user, "ROLE": "A"})
    context.changed.append(("ONSONETGROUPADD", {"ID": number}))
    return number


def get(context: Context, params: Params) -> Any:
    """``sonet_group.get``: the groups that the caller can see."""
    record = context.portal.records["sonet_groups"]
    upper = _upper(params)
    where = both([condition(context, record, array(upper, "filter")), _visible(context)])
    page = page_plain(context.store, record, where, context.start, 0)
    row = _ROW.row(record, [record.fields[name] for name in _SHOWN])
    rows = fetch(
        context.store, record, row, where, sorting(record, array(upper, "order")), offset=page.offset
    )
    return Answer(rows_text(rows), page.total, page.next)


def update(context: Context, params: Params) -> Any:
    """``sonet_group.update``: answers the id."""
    number = group_id(context, params)
    table = _table(context)
    values = table.read(params)
    table.change(number, {**values, "DATE_UPDATE": context.moment.text})
    context.changed.append(("ONSONETGROUPUPDATE", {"ID": number}))
    return number


def delete(context: Context, params: Params) -> Any:
    """``sonet_group.delete``."""
    number = group_id(context, params)
    _table(context).remove(number)
    context.store.run("DELETE FROM sonet_members WHERE GROUP_ID=?", (number,))
    context.changed.append(("ONSONETGROUPDELETE", {"ID": number}))
    return True


def set_owner(context: Context, params: Params) -> Any:
    """``sonet_group.setowner``: the former owner becomes a moderator."""
    number, user = group_id(context, params), php_int(_upper(params).get("USER_ID"))
    if context.store.one("SELECT 1 FROM users WHERE ID=?", (user,)) is None:
        raise refused("Invalid user ID")
    context.store.run("UPDATE sonet_members SET ROLE='E' WHERE GROUP_ID=? AND ROLE='A'", (number,))
    context.store.run("DELETE FROM sonet_members WHERE GROUP_ID=? AND USER_ID=?", (number, user))
    context.store.insert("sonet_members", {"GROUP_ID": number, "USER_ID": user, "ROLE": "A"})
    context.store.update("sonet_groups", number, {"OWNER_ID": user})
    return True


def feature_access(context: Context, params: Params) -> Any:
    """``sonet_group.feature.access``: whether the caller may do something in a group."""
    upper = _upper(params)
    number = php_int(upper.get("GROUP_ID"))
    if number <= 0:
        raise refused("Wrong socialnetwork group ID")
    feature = str(upper.get("FEATURE", "")).lower()
    if feature not in _FEATURES:
        raise refused("Wrong feature")
    if str(upper.get("OPERATION", "")).lower() not in _FEATURES[feature]:
        raise refused("Wrong operation")
    sql = "SELECT 1 FROM sonet_members WHERE GROUP_ID=? AND USER_ID=? AND ROLE IN ('A','E','K')"
    is_member = context.store.one(sql, (number, context.caller.user_id)) is not None
    return is_member or context.caller.is_admin


def _visible(context: Context) -> Where:
    if context.caller.is_admin:
        return Where()
    test = "VISIBLE='Y' OR ID IN (SELECT GROUP_ID FROM sonet_members WHERE USER_ID=?)"
    return Where(test, (context.caller.user_id,))


def condition(context: Context, record: Record, wanted: Any) -> Where:
    """Return the condition of a filter; unknown names are dropped."""
    parts = []
    for key, value in wanted.items() if isinstance(wanted, Mapping) else ():
        match = _KEY.fullmatch(str(key).upper())
        item = record.fields.get(match[2]) if match else None
        if match and item is not None and match[1] in _OPERATORS:
            parts.append(term(item, _OPERATORS[match[1]], value, context.moment))
    return both(parts)


def sorting(record: Record, wanted: Any) -> str:
    """Return the ORDER BY clause; unknown names are dropped."""
    terms: list[tuple[Field, bool]] = []
    for key, direction in wanted.items() if isinstance(wanted, Mapping) else ():
        item = record.fields.get(str(key).upper())
        if item is not None:
            terms.append((item, str(direction).upper() == "DESC"))
    return order_by(terms)


def _upper(params: Params) -> Params:
    return {str(key).upper(): value for key, value in params.items()}
