"""Rights and features of the portal: ``user.access``, ``access.name``, ``feature.get``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.refusals import Refusal

__all__ = ["check", "feature", "names"]

_GROUPS = {"G1": "Administrators", "G2": "All visitors", "AU": "All authorized users"}
_CODE = re.compile(r"(DR|D|U)([0-9]+)")
# Features of the licence that an application can ask about.
_FEATURES = ("rest_offline_extended", "rest_auth_connector")


def check(context: Context, params: Params) -> Any:
    """``user.access``: whether the caller has one of the rights."""
    own = {"G2", "AU", f"U{context.caller.user_id}"}
    if context.caller.is_admin:
        own.add("G1")
    row = context.store.one("SELECT UF_DEPARTMENT FROM users WHERE ID=?", (context.caller.user_id,))
    for number in json.loads(row[0] or "[]") if row else ():
        own |= {f"D{number}", f"DR{number}"}
    return bool(own & set(_codes(params)))


def names(context: Context, params: Params) -> Any:
    """``access.name``: what rights are called; unknown ones are left out."""
    found: dict[str, Any] = {}
    for code in _codes(params):
        match = _CODE.fullmatch(code)
        if code in _GROUPS:
            found[code] = {"provider": "", "name": _GROUPS[code], "provider_id": "other"}
        elif match is not None:
            kind, number = match.groups()
            sql = (
                "SELECT trim(ifnull(NAME,'')||' '||ifnull(LAST_NAME,'')) FROM users WHERE ID=?"
                if kind == "U"
                else "SELECT NAME FROM departments WHERE ID=?"
            )
            row = context.store.one(sql, (int(number[:15]),))
            if row is not None:
                provider = ("Users", "user") if kind == "U" else ("Departments", "intranet")
                found[code] = {"provider": provider[0], "name": row[0], "provider_id": provider[1]}
    return found or False


def feature(_: Context, params: Params) -> Any:
    """``feature.get``: whether the licence has a feature."""
    code = pick(params, "code")
    if not code:
        raise Refusal("CODE_EMPTY", "CODE can't be empty")
    return {"value": "Y" if code in _FEATURES else "N"}


def _codes(params: Params) -> Iterator[str]:
    wanted = pick(params, "access", [])
    values = wanted.values() if isinstance(wanted, dict) else wanted if isinstance(wanted, list) else [wanted]
    return (value for value in values if isinstance(value, str))
