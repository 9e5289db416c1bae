"""Details, banks and presets: plain records that refer to each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from b24bridge.sandbox.methods import Context, Method, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Classic, Table
from b24bridge.sandbox.records import Record
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.userfields import declared

from .records import BANKS, DETAILS, PRESETS

__all__ = ["BANK", "PRESET", "detail_methods", "missing"]

_CREATED = ("DATE_CREATE", "CREATED_BY_ID")
_CHANGED = ("DATE_MODIFY", "MODIFY_BY_ID")
# Contacts and companies have details.
_OWNERS = (3, 4)


def missing(what: str, number: int) -> Refusal:
    """There is no such thing; the text names its kind."""
    return Refusal("", f"The {what} with ID '{number}' is not found")


def _check_detail(context: Context, values: dict[str, Any], number: int) -> None:
    if number:
        return
    entity = context.portal.entities.get(php_int(values["ENTITY_TYPE_ID"]))
    if entity is None or entity.type_id not in _OWNERS:
        raise Refusal("", "ENTITY_TYPE_ID is not defined or invalid.")
    if Table(context, entity.record).by_id(php_int(values["ENTITY_ID"])) is None:
        raise Refusal("", "Entity not found.")
    if Table(context, PRESETS).by_id(php_int(values["PRESET_ID"])) is None:
        raise Refusal("", "PRESET_ID is not defined or invalid.")


def _forget_detail(context: Context, number: int) -> None:
    context.store.run("DELETE FROM crm_bank_details WHERE ENTITY_ID=?", (number,))
    context.store.run("DELETE FROM crm_addresses WHERE ENTITY_TYPE_ID=8 AND ENTITY_ID=?", (number,))


def _check_bank(context: Context, values: dict[str, Any], number: int) -> None:
    if number:
        return
    detail = Table(context, DETAILS).by_id(php_int(values["ENTITY_ID"]))
    if detail is None:
        raise missing("Requisite", php_int(values["ENTITY_ID"]))
    if not values.get("COUNTRY_ID"):
        preset = Table(context, PRESETS).by_id(int(detail["PRESET_ID"]))
        values["COUNTRY_ID"] = int(preset["COUNTRY_ID"]) if preset else None


def _check_preset(_: Context, values: dict[str, Any], number: int) -> None:
    if not number and php_int(values["ENTITY_TYPE_ID"]) != 8:
        raise Refusal("", "ENTITY_TYPE_ID is not defined or invalid")


def _guard_preset(context: Context, number: int) -> None:
    if context.store.one("SELECT 1 FROM crm_requisites WHERE PRESET_ID=?", (number,)):
        text = "You cannot delete the template because requisites have already been created for it"
        raise Refusal("", text)


_DETAIL = Classic(
    DETAILS,
    lambda number: missing("Requisite", number),
    {name: f"{name} is not defined or invalid." for name in ("ENTITY_TYPE_ID", "ENTITY_ID", "PRESET_ID")},
    check=_check_detail,
    before_delete=_forget_detail,
    event="ONCRMREQUISITE",
    exact_select=True,
    created=_CREATED,
    changed=_CHANGED,
)
BANK = Classic(
    BANKS,
    lambda number: missing("RequisiteBankDetail", number),
    {"ENTITY_ID": "ENTITY_ID is not defined or invalid"},
    bad_id="ID is not defined or invalid",
    check=_check_bank,
    event="ONCRMBANKDETAIL",
    exact_select=True,
    created=_CREATED,
    changed=_CHANGED,
)
PRESET = Classic(
    PRESETS,
    lambda number: missing("Preset", number),
    {"ENTITY_TYPE_ID": "ENTITY_TYPE_ID is not defined or invalid"},
    bad_id="ID is not defined or invalid",
    check=_check_preset,
    before_delete=_guard_preset,
    exact_select=True,
    created=_CREATED,
    changed=_CHANGED,
)


def _details(context: Context) -> Classic:
    """Return the details with the user fields that they have now."""
    extra = declared(context.store, "CRM_REQUISITE")
    record: Record = DETAILS.extended(extra) if extra else DETAILS
    context.store.ensure(record.table, record.columns())
    return replace(_DETAIL, record=record)


def detail_methods() -> list[Method]:
    """Return ``crm.requisite.*``."""

    def handler(verb: str) -> Any:
        def run(context: Context, params: Params) -> Any:
            return getattr(_details(context), verb)(context, params)

        return run

    verbs = {"add": "add", "get": "get", "list": "listed", "update": "update", "delete": "delete"}
    return [
        Method(f"crm.requisite.{name}", handler(verb), "crm")
        for name, verb in (*verbs.items(), ("fields", "fields"))
    ]
