"""Stores of an application and who may use them."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import system

from .errors import empty, exists, missing, too_long

__all__ = ["STORES", "add", "code_of", "delete", "get", "rights", "store_of", "update"]

STORES = Record(
    "entity_stores",
    [
        Field("ID", "integer"),
        Field("CLIENT_ID"),
        Field("IBLOCK_TYPE_ID", default="rest_entity"),
        Field("ENTITY"),
        Field("NAME"),
        Field("ACCESS", "object", default="{}"),
    ],
)
# The portal keeps "application id_code" in a column of this width.
_WIDTH = 50


def table(context: Context) -> Table:
    """Return the stores."""
    return Table(context, STORES, CLASSIC)


def code_of(context: Context, value: Any, argument: str = "ENTITY") -> str:
    """Return the code of a store.

    Raises:
        Refusal: No application calls, or there is no code, or it is too long.
    """
    if context.caller.kind != "token":
        raise system("application")
    if not isinstance(value, (str, int)) or value == "":
        raise empty(argument)
    limit = _WIDTH - 1 - len(context.caller.client_id)
    if len(str(value)) > limit:
        raise too_long(limit)
    return str(value)


def store_of(context: Context, params: Params) -> Any:
    """Return the store that a request names.

    Raises:
        Refusal: There is none of this code.
    """
    found = _find(context, code_of(context, pick(params, "ENTITY")))
    if found is None:
        raise missing("entity")
    return found


def _find(context: Context, code: str) -> Any:
    return table(context).one(Where("CLIENT_ID=? AND ENTITY=?", (context.caller.client_id, code)))


def add(context: Context, params: Params) -> Any:
    """``entity.add``: answers true (page "Create a Data Storage entity.add")."""
    code = code_of(context, pick(params, "ENTITY"))
    if _find(context, code) is not None:
        raise exists("entity")
    values = table(context).read({"NAME": pick(params, "NAME"), "ACCESS": _access(context, params)})
    table(context).add({**values, "CLIENT_ID": context.caller.client_id, "ENTITY": code})
    return True


def get(context: Context, params: Params) -> Any:
    """``entity.get``: one store, or all of them."""
    if pick(params, "ENTITY") in (None, ""):
        code_of(context, "-")
        return [_shown(row) for row in table(context).many(Where("CLIENT_ID=?", (context.caller.client_id,)))]
    return _shown(store_of(context, params))


def _shown(store: Any) -> dict[str, Any]:
    return {name: store[name] for name in ("ID", "IBLOCK_TYPE_ID", "ENTITY", "NAME")}


def update(context: Context, params: Params) -> Any:
    """``entity.update``: another name, code or other rights."""
    store = store_of(context, params)
    values = table(context).read({name: pick(params, name) for name in ("NAME",) if pick(params, name)})
    code = pick(params, "ENTITY_NEW")
    if code:
        if code != store["ENTITY"] and _find(context, code_of(context, code, "ENTITY_NEW")) is not None:
            raise exists("entity")
        values["ENTITY"] = str(code)
    if pick(params, "ACCESS"):
        values.update(table(context).read({"ACCESS": _access(context, params)}))
    table(context).change(int(store["ID"]), values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``entity.delete``: with everything in it."""
    number = int(store_of(context, params)["ID"])
    for name in ("entity_items", "entity_sections", "entity_properties"):
        context.store.run(f"DELETE FROM {name} WHERE ENTITY_ID=?", (number,))  # noqa: S608  # constants
    return table(context).remove(number)


def rights(context: Context, params: Params) -> Any:
    """``entity.rights``: reads the rights, or sets and reads them."""
    store = store_of(context, params)
    if pick(params, "ACCESS"):
        values = table(context).read({"ACCESS": _access(context, params)})
        table(context).change(int(store["ID"]), values)
        store = store_of(context, params)
    return php_array(store["ACCESS"])


def _access(context: Context, params: Params) -> dict[str, str]:
    """Return the rights that were asked for; who sets them keeps all rights."""
    given = pick(params, "ACCESS")
    wanted = {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
    return {**wanted, f"U{context.caller.user_id}": "X"}
