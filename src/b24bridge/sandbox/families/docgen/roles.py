"""``documentgenerator.role.*``: who may do what with documents and templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer, page_controller
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

from .regions import may_change

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["METHODS", "ROLES", "first_roles"]

Values = dict[str, Any]

ROLES = Record(
    "docgen_roles",
    parse_fields("""
        ID integer o
        NAME string r
        CODE string .
        PERMISSIONS any .
    """),
)
_PERMISSIONS = {"settings": ("modify",), "templates": ("modify",), "documents": ("modify", "view")}
_FIRST = (("Administrator", "ADMIN", "X"), ("Manager", "MANAGER", "A"))


def first_roles(portal: Portal) -> None:
    """Add the roles that every portal has."""
    if portal.store.setting("docgen_roles") is None:
        for name, code, letter in _FIRST:
            values = {"NAME": name, "CODE": code, "PERMISSIONS": json.dumps(_every(letter))}
            portal.store.insert(ROLES.table, values)
        portal.store.keep("docgen_roles", True)


def _every(letter: str) -> Values:
    return {part: dict.fromkeys(actions, letter) for part, actions in _PERMISSIONS.items()}


def _permissions(given: Any) -> str:
    """Return permissions as they are kept: small names, nothing where nothing was said."""
    sent = {str(part).lower(): value for part, value in given.items()} if isinstance(given, dict) else {}
    kept = _every("")
    for part, actions in kept.items():
        for action, letter in sent[part].items() if isinstance(sent.get(part), dict) else ():
            if str(action).lower() in actions:
                actions[str(action).lower()] = str(letter)
    return json.dumps(kept)


def _shown(row: Values) -> Values:
    own = {"id": int(row["ID"]), "name": row["NAME"], "code": row["CODE"]}
    return {**own, "permissions": json.loads(row["PERMISSIONS"] or "{}")}


def _found(context: Context, params: Params) -> Values:
    if "id" not in params:
        owner = r"Bitrix\DocumentGenerator\Model\Role"
        raise Refusal("100", f"{owner} All parameters in the constructor must have real class type")
    rows = context.store.maps("SELECT * FROM docgen_roles WHERE ID=?", (php_int(params["id"]),))
    if not rows:
        raise Refusal("100", "Could not construct parameter {role}")
    return rows[0]


def _values(given: Any) -> Values:
    facts = given if isinstance(given, dict) else {}
    values: Values = {name.upper(): str(facts[name]) for name in ("name", "code") if facts.get(name)}
    if "permissions" in facts:
        values["PERMISSIONS"] = _permissions(facts["permissions"])
    return values


def _add(context: Context, params: Params) -> Any:
    values = _values(bound_array(params, "fields", required=True))
    may_change(context, "settings")
    if "NAME" not in values:
        raise Refusal("BX_EMPTY_REQUIRED", 'Required field "NAME" is not filled')
    number = Table(context, ROLES).add({"PERMISSIONS": _permissions({}), **values})
    return {"role": _shown(_found(context, {"id": number}))}


def _update(context: Context, params: Params) -> Any:
    row = _found(context, params)
    values = _values(bound_array(params, "fields", required=True))
    may_change(context, "settings")
    Table(context, ROLES).change(int(row["ID"]), values)
    return {"role": _shown(_found(context, params))}


def _get(context: Context, params: Params) -> Any:
    row = _found(context, params)
    may_change(context, "settings")
    return {"role": _shown(row)}


def _list(context: Context, _: Params) -> Any:
    may_change(context, "settings")
    page = page_controller(context.store, ROLES, Where(), context.start)
    sql = "SELECT ID, NAME, CODE FROM docgen_roles ORDER BY ID LIMIT 50 OFFSET ?"
    rows = [
        {"id": number, "name": name, "code": code}
        for number, name, code in context.store.rows(sql, (page.offset,))
    ]
    return Answer({"roles": rows}, page.total, page.next)


def _delete(context: Context, params: Params) -> Any:
    row = _found(context, params)
    may_change(context, "settings")
    context.store.delete(ROLES.table, int(row["ID"]))
    return None


def _fill(context: Context, params: Params) -> Any:
    """``documentgenerator.role.fillaccesses``: these accesses take the place of all others."""
    given = bound_array(params, "accesses")
    may_change(context, "settings")
    entries = list(given.values()) if isinstance(given, dict) else given
    for entry in entries:
        facts = entry if isinstance(entry, dict) else {}
        for name, column in (("roleId", "ROLE_ID"), ("accessCode", "ACCESS_CODE")):
            if not facts.get(name):
                raise Refusal("BX_EMPTY_REQUIRED", f'Required field "{column}" is not filled')
    context.store.keep("docgen_accesses", entries)
    return None


METHODS = {
    "role.add": _add,
    "role.update": _update,
    "role.get": _get,
    "role.list": _list,
    "role.delete": _delete,
    "role.fillaccesses": _fill,
}
