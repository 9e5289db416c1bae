"""What user fields are made of (documentation pages ``crm.userfield.*``)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.records import Field
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.userfields import LABELS, RECORD, TYPES

__all__ = ["fields", "options", "settings", "types"]

_IBLOCK = (
    "IBLOCK_TYPE_ID=string IBLOCK_ID=string DEFAULT_VALUE=string DISPLAY=string LIST_HEIGHT=int "
    "ACTIVE_FILTER=char"
)
_SETTINGS = {
    "string": "DEFAULT_VALUE=string ROWS=int",
    "integer": "DEFAULT_VALUE=int",
    "double": "DEFAULT_VALUE=double PRECISION=int",
    "boolean": "DEFAULT_VALUE=int DISPLAY=string",
    "datetime": "DEFAULT_VALUE=datetime",
    "date": "DEFAULT_VALUE=date",
    "enumeration": "DISPLAY=string LIST_HEIGHT=int",
    "iblock_section": _IBLOCK,
    "iblock_element": _IBLOCK,
    "crm_status": "ENTITY_TYPE=string",
    "crm": "LEAD=char CONTACT=char COMPANY=char DEAL=char",
}
_OPTIONS = "ID=int SORT=int VALUE=string DEF=int DEL=int"
_INTEGERS = ("ID", "SORT")


def fields(_: Context, __: Params) -> Any:
    """``crm.userfield.fields``."""
    found: dict[str, Any] = {}
    for item in RECORD.fields.values():
        if item.name == "SETTINGS":
            continue
        found[item.name] = {"type": _type(item), "title": item.title}
        if item.read_only:
            found[item.name]["isReadOnly"] = True
        if item.name in ("ENTITY_ID", "FIELD_NAME", "USER_TYPE_ID"):
            found[item.name]["isImmutable"] = True
    found["LIST"] = {"type": "uf_enum_element", "title": "List elements", "isMultiple": True}
    found["SETTINGS"] = {"type": "object", "title": "Additional settings (dependent on type)"}
    return found


def _type(item: Field) -> str:
    if item.name in _INTEGERS:
        return "int"
    if item.name in LABELS:
        return "string"
    return "char" if item.name == "SHOW_FILTER" else item.type


def options(_: Context, __: Params) -> Any:
    """``crm.userfield.enumeration.fields``."""
    described = _described(_OPTIONS)
    described["ID"]["isReadOnly"] = True
    return described


def settings(_: Context, params: Params) -> Any:
    """``crm.userfield.settings.fields``."""
    kind = str(pick(params, "type") or "")
    if not kind:
        raise Refusal("", "Parameter 'type' is not specified or empty.")
    return _described(_SETTINGS.get(kind, "")) or []


def types(_: Context, __: Params) -> Any:
    """``crm.userfield.types``."""
    return [{"ID": kind, "title": title} for kind, (title, _) in TYPES.items()]


def _described(text: str) -> dict[str, dict[str, Any]]:
    pairs = (entry.partition("=") for entry in text.split())
    return {name: {"type": kind, "title": name.replace("_", " ").capitalize()} for name, _, kind in pairs}
