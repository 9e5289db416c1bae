"""Finding leads, contacts and companies by phone or mail address (section 5.3)."""

from __future__ import annotations

import re
from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_KINDS = {"LEAD": 1, "CONTACT": 3, "COMPANY": 4}
_MOST_VALUES = 20


def _find(context: Context, params: Params) -> Any:
    """``crm.duplicate.findbycomm``: ids by kind of record, ``[]`` when there are none (quirk 7)."""
    wanted = str(pick(params, "entity_type") or "").upper()
    if wanted and wanted not in _KINDS:
        raise Refusal("", f"{wanted.capitalize()} is not supported in current context.")
    kind = str(pick(params, "type") or "").upper()
    if not kind:
        raise Refusal("", "Communication type is not defined.")
    if kind not in ("PHONE", "EMAIL"):
        raise Refusal("", f"Communication type '{kind}' is not supported in current context.")
    values = pick(params, "values")
    values = list(values.values()) if isinstance(values, dict) else values
    if not isinstance(values, list) or not values:
        raise Refusal("", "Communication values is not defined.")
    keys = {_key(kind, str(value)) for value in values[:_MOST_VALUES]} - {""}
    found = {name: _owners(context, type_id, kind, keys) for name, type_id in _KINDS.items()}
    return php_array({name: ids for name, ids in found.items() if ids and wanted in ("", name)})


def _owners(context: Context, type_id: int, kind: str, keys: set[str]) -> list[int]:
    rows = context.store.rows(
        "SELECT ELEMENT_ID, VALUE FROM crm_multifields WHERE ENTITY_TYPE=? AND TYPE_ID=? ORDER BY ELEMENT_ID",
        (type_id, kind),
    )
    return list(dict.fromkeys(owner for owner, value in rows if _key(kind, value) in keys))


def _key(kind: str, value: str) -> str:
    """Return what two spellings of a phone or an address have in common."""
    return re.sub(r"[^0-9]", "", value) if kind == "PHONE" else value.strip().casefold()


FAMILY = Family("crm_duplicates", [Method("crm.duplicate.findbycomm", _find, "crm")])
