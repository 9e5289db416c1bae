"""Inviting and changing people (section 5.7)."""

from __future__ import annotations

import re
from typing import Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "update"]

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def add(context: Context, params: Params) -> Any:
    """``user.add``: the fields are the parameters themselves."""
    if not context.caller.is_admin:
        raise Refusal("ERROR_CORE", "access_denied")
    table = Table(context, context.portal.records["users"])
    values = table.read(params)
    mail = values.get("EMAIL") or ""
    if not _MAIL.fullmatch(mail):
        raise _wrong("wrong_email")
    if table.one(Where("EMAIL=? COLLATE NOCASE", (mail,))) is not None:
        raise _wrong("A user with this email already exists")
    upper = {str(key).upper(): value for key, value in params.items()}
    outside = str(upper.get("EXTRANET", "N")).upper() == "Y"
    if outside and not upper.get("SONET_GROUP_ID"):
        raise _wrong("no_sonet_group_for_extranet")
    if not outside and values.get("UF_DEPARTMENT") in (None, "[]"):
        raise _wrong("no_extranet_field")
    now = context.moment.text
    values |= {"DATE_REGISTER": now, "TIMESTAMP_X": now, "ADMIN": "N"}
    values["USER_TYPE"] = "extranet" if outside else "employee"
    number = table.add(values)
    context.changed.append(("ONUSERADD", {"ID": number}))
    return number


def update(context: Context, params: Params) -> Any:
    """``user.update``: every refusal is the same."""
    table = Table(context, context.portal.records["users"])
    upper = {str(key).upper(): value for key, value in params.items()}
    number = php_int(upper.get("ID"))
    if table.by_id(number) is None or not context.caller.is_admin:
        raise Refusal("ERROR_CORE", "access_denied")
    table.change(number, {**table.read(params), "TIMESTAMP_X": context.moment.text})
    return True


def _wrong(text: str) -> Refusal:
    return Refusal("ERROR_ARGUMENT", text, argument="")
