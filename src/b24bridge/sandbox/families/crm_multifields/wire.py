"""The one method about multi-fields that no record has (documentation page ``crm.multifield.fields``)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.plain import describe
from b24bridge.sandbox.records import Field

__all__ = ["FAMILY"]

_FIELDS = (
    Field("ID", "int", "ID", read_only=True),
    Field("TYPE_ID", "string", "Field Type", read_only=True),
    Field("VALUE", "string", "Value"),
    Field("VALUE_TYPE", "string", "Value Type"),
)


def _fields(_: Context, __: Params) -> Any:
    """``crm.multifield.fields``."""
    return {item.name: describe(item) for item in _FIELDS}


FAMILY = Family("crm_multifields", [Method("crm.multifield.fields", _fields, "crm")])
