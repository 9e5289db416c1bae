"""Layouts of cards: one for everybody, and one for each user who wants another."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["force", "get", "prepare", "put", "reset"]

_TABLE = "crm_card_layouts"
_EXTRAS = ("dealCategoryId", "categoryId", "leadCustomerType")


def prepare(portal: Portal) -> None:
    """Create the table."""
    portal.store.ensure(_TABLE, {"CARD": "TEXT", "USER_ID": "INTEGER", "DATA": "TEXT"}, ("CARD",))


def get(type_id: int | None, context: Context, params: Params) -> Any:
    """``get``: the sections, or null when nobody has changed them."""
    card, user = _card(type_id, context, params), _user(context, params)
    row = context.store.one(f"SELECT DATA FROM {_TABLE} WHERE CARD=? AND USER_ID=?", (card, user))
    return json.loads(row[0]) if row else None


def put(type_id: int | None, context: Context, params: Params) -> Any:
    """``set``."""
    card, user = _card(type_id, context, params), _user(context, params)
    text = json.dumps(_sections(pick(params, "data")), ensure_ascii=False)
    _forget(context, card, user)
    context.store.insert(_TABLE, {"CARD": card, "USER_ID": user, "DATA": text})
    return True


def reset(type_id: int | None, context: Context, params: Params) -> Any:
    """``reset``: as nobody had ever changed it."""
    _forget(context, _card(type_id, context, params), _user(context, params))
    return True


def force(type_id: int | None, context: Context, params: Params) -> Any:
    """``forceCommonScopeForAll``: nobody has a layout of their own any more."""
    card = _card(type_id, context, params)
    context.store.run(f"DELETE FROM {_TABLE} WHERE CARD=? AND USER_ID>0", (card,))
    return True


def _forget(context: Context, card: str, user: int) -> None:
    context.store.run(f"DELETE FROM {_TABLE} WHERE CARD=? AND USER_ID=?", (card, user))


def _card(type_id: int | None, context: Context, params: Params) -> str:
    """Return the key of a card: the kind of record and its pipeline."""
    if type_id is None:
        type_id = php_int(pick(params, "entityTypeId", params.get("entityTypeId")))
        if type_id <= 0:
            raise Refusal("", "Parameter 'entityTypeId' is not defined")
        if context.portal.entities.get(type_id) is None:
            raise Refusal("", f"The entity type '{type_id}' is not supported in current context.")
    extras = pick(params, "extras")
    named = [str(php_int(extras[name])) for name in _EXTRAS if isinstance(extras, dict) and name in extras]
    return ".".join([str(type_id), *named])


def _user(context: Context, params: Params) -> int:
    """Return whose layout is meant; 0 is everybody's."""
    if str(pick(params, "scope") or "P").upper() == "C":
        return 0
    return php_int(params.get("userId")) or context.caller.user_id


def _sections(data: Any) -> list[dict[str, Any]]:
    if not isinstance(data, (list, dict)):
        raise Refusal("", "Parameter 'data' must be array.")
    if not data:
        raise Refusal("", "There are no data to write.")
    if not isinstance(data, list):
        raise Refusal("", "The data must be indexed array.")
    return [_section(place, section) for place, section in enumerate(data)]


def _section(place: int, section: Any) -> dict[str, Any]:
    section = section if isinstance(section, dict) else {}
    kind = str(section.get("type", ""))
    if kind != "section":
        text = f"Section at index {place} have type {kind}. The expected type is 'section'."
        raise Refusal("", text)
    for name in ("name", "title"):
        if not section.get(name):
            raise Refusal("", f"Section at index {place} does not have {name}.")
    elements = section.get("elements")
    rows = elements if isinstance(elements, list) else []
    shown = {"name": str(section["name"]), "title": str(section["title"]), "type": kind}
    return {**shown, "elements": [_element(place, index, row) for index, row in enumerate(rows)]}


def _element(place: int, index: int, element: Any) -> dict[str, Any]:
    element = element if isinstance(element, dict) else {}
    if not element.get("name"):
        text = f"Element at index {index} in section at index {place} does not have name."
        raise Refusal("", text)
    shown: dict[str, Any] = {"name": str(element["name"])}
    if "optionFlags" in element:
        shown["optionFlags"] = str(element["optionFlags"])
    if element.get("options"):
        shown["options"] = element["options"]
    return shown
