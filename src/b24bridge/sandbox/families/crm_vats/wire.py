"""Tax rates (documentation pages ``crm.vat.*``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Method, Params, array
from b24bridge.sandbox.plain import Classic, Table, prepare, record_id
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_RECORD = Record(
    "crm_vats",
    parse_fields(
        """
        ID integer o ID
        TIMESTAMP_X datetime o Modification Date
        ACTIVE char:Y . Activity
        C_SORT integer:100 . Sorting
        NAME string . Name
        RATE double . Rate
        """
    ),
)
_SIZES = {"ID": "11", "ACTIVE": "1", "C_SORT": "18", "NAME": "50", "RATE": "18,2"}
_BAD_ID = "Invalid identifier."
_CLASSIC = Classic(
    _RECORD,
    missing=lambda _: Refusal("", "VAT rate not found."),
    required={"NAME": "Invalid parameters."},
    created=("TIMESTAMP_X",),
    changed=("TIMESTAMP_X",),
    bad_id=_BAD_ID,
)


def _fields(_: Context, __: Params) -> Any:
    """``crm.vat.fields``: in the words of the trade catalogue."""
    return {
        item.name: {
            "type": "string" if item.type == "char" else item.type,
            **({"size": _SIZES[item.name]} if item.name in _SIZES else {}),
            "isRequired": False,
            "isReadOnly": item.read_only,
            "title": item.title,
        }
        for item in _RECORD.fields.values()
    }


def _update(context: Context, params: Params) -> Any:
    """``crm.vat.update``: answers the id."""
    number = record_id(params, _BAD_ID)
    if not array(params, "fields"):
        raise Refusal("", "Invalid parameters.")
    _CLASSIC.update(context, params)
    return number


def _prepare(portal: Portal) -> None:
    prepare(portal, _RECORD)
    if portal.store.setting("vats") is None:
        for name, rate in (("No VAT", None), ("VAT 20%", 20.0)):
            portal.store.insert(_RECORD.table, {"NAME": name, "RATE": rate, "ACTIVE": "Y", "C_SORT": 100})
        portal.store.keep("vats", True)


def _get(context: Context, params: Params) -> Any:
    """``crm.vat.get``: without the date of change."""
    shown = [item for item in _RECORD.fields.values() if item.name != "TIMESTAMP_X"]
    found = Table(context, _RECORD).many(Where("ID=?", (record_id(params, _BAD_ID),)), fields=shown)
    if not found:
        raise Refusal("", "VAT rate not found.")
    return found[0]


FAMILY = Family(
    "crm_vats",
    [
        *_CLASSIC.methods("crm.vat", "add list delete"),
        Method("crm.vat.get", _get, "crm"),
        Method("crm.vat.update", _update, "crm"),
        Method("crm.vat.fields", _fields, "crm"),
    ],
    prepare=_prepare,
)
