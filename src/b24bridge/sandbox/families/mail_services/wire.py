"""``mailservice.*`` (pages "Add Mail Service", "Get Fields of Mail Service")."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_RECORD = Record(
    "mail_services",
    parse_fields("""
        ID integer o ID
        SITE_ID string:s1 o Site
        ACTIVE char:Y . Activity
        SORT integer:100 . Sorting
        NAME string . Name
        SERVER string . Server Address
        PORT integer . Port
        ENCRYPTION char . Secure Connection
        LINK string . Web Interface Address
        ICON string . Logo
        SMTP_SERVER string .
        SMTP_PORT integer .
        SMTP_LOGIN_AS_IMAP char:N .
        SMTP_PASSWORD_AS_IMAP char:N .
        SMTP_ENCRYPTION char .
        UPLOAD_OUTGOING char .
    """),
)
_NAMED = ("ID", "SITE_ID", "ACTIVE", "NAME", "SERVER", "PORT", "ENCRYPTION", "LINK", "ICON", "SORT")


def _table(context: Context) -> Table:
    if not context.caller.is_admin:
        raise Refusal("ERROR_CORE", "Access denied")
    return Table(context, _RECORD, CLASSIC)


def _found(context: Context, params: Params) -> Any:
    number = php_int(pick(params, "ID"))
    if number <= 0:
        raise Refusal("ERROR_CORE", "Mail service ID not specified")
    row = _table(context).by_id(number)
    if row is None:
        raise Refusal("ERROR_CORE", "Mail service not found")
    return row


def _add(context: Context, params: Params) -> Any:
    table = _table(context)
    values = table.read(params)
    if not values.get("NAME"):
        raise Refusal("ERROR_CORE", 'Required field "Name" not filled')
    return table.add(values)


def _get(context: Context, params: Params) -> Any:
    return _found(context, params)


def _list(context: Context, _: Params) -> Any:
    rows = _table(context).many(order=" ORDER BY SORT, ID")
    if not rows:
        raise Refusal("ERROR_CORE", "No mail services found")
    return rows


def _update(context: Context, params: Params) -> Any:
    row, table = _found(context, params), _table(context)
    table.change(int(row["ID"]), table.read(params))
    return True


def _delete(context: Context, params: Params) -> Any:
    return _table(context).remove(int(_found(context, params)["ID"]))


def _fields(_: Context, __: Params) -> Any:
    return {name: _RECORD.fields[name].title for name in _NAMED}


_HANDLERS = {"add": _add, "get": _get, "list": _list, "update": _update, "delete": _delete, "fields": _fields}

FAMILY = Family(
    "mail_services",
    [Method(f"mailservice.{verb}", handler, "mailservice") for verb, handler in _HANDLERS.items()],
    prepare=lambda portal: prepare(portal, _RECORD),
)
