"""What payer types, properties and statuses refuse (section "Online Store")."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.controllers import Controller, Values
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.refusals import Refusal, controller_missing

__all__ = [
    "LANGUAGES",
    "check_person_type",
    "check_property",
    "check_status",
    "check_status_text",
    "check_variant",
    "fields_by_type",
    "languages",
    "remove_person_type",
    "remove_property",
    "remove_status",
]

LANGUAGES = {
    "ar": "عربي", "br": "Português (Brasil)", "de": "Deutsch", "en": "English", "fr": "Français",
    "hi": "हिन्दी", "id": "Bahasa Indonesia", "in": "English (India)", "it": "Italiano", "ja": "日本語",
    "la": "Español", "ms": "Bahasa Melayu", "pl": "Polski", "ru": "Русский", "sc": "中文（简体）",
    "tc": "中文（繁体）", "th": "ภาษาไทย", "tr": "Türkçe", "ua": "Українська", "vn": "Tiếng Việt",
}  # fmt: skip
_ORDER_STATUSES, _SHIPMENT_STATUSES = ("N", "F"), ("DN", "DF")
_LONGEST_STATUS = 2
# What a property of a type has besides what all have, and its settings with their types.
_TEXTS = ("isAddress", "isEmail", "isPayer", "isPhone", "isProfileName", "isZip")
_OWN: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "STRING": (
        _TEXTS,
        dict.fromkeys(("maxlength", "minlength", "size"), "integer")
        | {"multiline": "char", "pattern": "string", "cols": "integer", "rows": "integer"},
    ),
    "Y/N": ((), {}),
    "NUMBER": ((), {"max": "integer", "min": "integer", "step": "integer"}),
    "ENUM": ((), {"multielement": "char", "size": "integer"}),
    "FILE": ((), {"accept": "string", "maxsize": "integer"}),
    "DATE": ((), {"time": "char"}),
    "LOCATION": (("inputFieldLocation", "isLocation", "isLocation4tax"), {}),
    "ADDRESS": (("isAddressFrom", "isAddressTo"), {}),
}
_SPECIAL = frozenset(name for names, _ in _OWN.values() for name in names)


def check_person_type(context: Context, values: Values, before: Values) -> None:
    """The code of a payer type is its own."""
    code = values.get("CODE")
    if code and code != before.get("code"):
        sql = "SELECT 1 FROM sale_person_types WHERE CODE=? AND ID<>?"
        if context.store.one(sql, (code, before.get("id", 0))):
            raise Refusal("200750000005", "person type code exists")


def remove_person_type(context: Context, row: Values) -> None:
    """Keep the payer types of the CRM and those that orders use."""
    if row["code"] in ("CRM_COMPANY", "CRM_CONTACT"):
        raise Refusal("200750000003", "person type code is protected")
    if context.store.one("SELECT 1 FROM sale_orders WHERE PERSON_TYPE_ID=?", (row["id"],)):
        raise Refusal("200750000008", f"The payer type with ID={row['id']} is used in orders")
    context.store.run("DELETE FROM sale_person_domains WHERE PERSON_TYPE_ID=?", (row["id"],))


def check_property(_: Context, values: Values, before: Values) -> None:
    """What a property says of itself must fit together; its settings are kept as texts."""
    if values.get("SETTINGS"):
        kept = json.loads(values["SETTINGS"])
        texts = {str(key): _text(value) for key, value in kept.items()} if isinstance(kept, dict) else []
        values["SETTINGS"] = json.dumps(texts, ensure_ascii=False)
    kind = values.get("TYPE", before.get("type"))
    _together(values, "MULTIPLE", "IS_FILTERED", "N", 9, "isFiltered")
    if kind == "LOCATION":
        _together(values, "IS_LOCATION", "MULTIPLE", "N", 11, "multiple")
        _together(values, "IS_LOCATION_4TAX", "MULTIPLE", "N", 13, "multiple")
    if kind == "STRING":
        _together(values, "IS_PROFILE_NAME", "REQUIRED", "Y", 15, "required")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _together(values: Values, flag: str, other: str, wanted: str, number: int, name: str) -> None:
    if values.get(flag) != "Y":
        return
    if other not in values:
        raise Refusal(f"2008500000{number:02}", f"Required fields: {name}")
    if values[other] != wanted:
        raise Refusal(f"2008500000{number + 1:02}", f"Invalid value of the field {name}: {wanted} expected")


def remove_property(context: Context, row: Values) -> None:
    """Remove the values, variants and links of a property with it."""
    number = (row["id"],)
    context.store.run("DELETE FROM sale_property_values WHERE ORDER_PROPS_ID=?", number)
    context.store.run("DELETE FROM sale_property_variants WHERE ORDER_PROPS_ID=?", number)
    context.store.run("DELETE FROM sale_property_relations WHERE PROPERTY_ID=?", number)


def check_variant(_: Context, values: Values, __: Values) -> None:
    """A variant has a name and a value that are not blank."""
    for name, text in (("NAME", "ERROR_NO_NAME"), ("VALUE", "ERROR_NO_VALUE")):
        if name in values and not str(values[name] or "").strip():
            raise Refusal(text, f"Empty {name.lower()} of the variant")


def fields_by_type(kind: Controller) -> Any:
    """Return the handler of ``getFieldsByType``."""

    def handler(_: Context, params: Params) -> Any:
        wanted = params.get("type")
        if wanted is None:
            raise controller_missing("type")
        own, settings = _OWN.get(str(wanted), ((), {}))
        described = {
            name: facts for name, facts in kind.description().items() if name not in _SPECIAL or name in own
        }
        described["settings"] = {**described["settings"], "fields": _settings(settings)}
        return {"property": described}

    return handler


def _settings(types: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: {"isImmutable": False, "isReadOnly": False, "isRequired": False, "type": kind}
        for name, kind in types.items()
    }


def check_status(context: Context, values: Values, before: Values) -> None:
    """A status is one of an order or of a delivery, and stays what it is while it is used."""
    if values.get("TYPE") not in (None, "O", "D"):
        raise Refusal("201350000003", "Invalid status type")
    if not before:
        code = str(values.get("CODE") or "")
        if len(code) > _LONGEST_STATUS:
            raise Refusal("201350000005", f"The status id is longer than {_LONGEST_STATUS} characters")
        return
    if values.get("TYPE") in (None, before["type"]):
        return
    if before["id"] in (*_ORDER_STATUSES, *_SHIPMENT_STATUSES):
        raise Refusal("201350000006", f"The type of the status {before['id']} cannot be changed")
    for letter, table, code in (("O", "sale_orders", "07"), ("D", "sale_shipments", "08")):
        sql = f'SELECT 1 FROM "{table}" WHERE STATUS_ID=?'  # noqa: S608
        if before["type"] == letter and context.store.one(sql, (before["id"],)):
            raise Refusal(f"2013500000{code}", "The status is in use")


def remove_status(context: Context, row: Values) -> None:
    """Keep the statuses that every portal has."""
    if row["id"] in (*_ORDER_STATUSES, *_SHIPMENT_STATUSES):
        raise Refusal("201350000002", f"The status {row['id']} cannot be deleted")
    context.store.run("DELETE FROM sale_status_texts WHERE STATUS_ID=?", (row["id"],))


def check_status_text(_: Context, values: Values, __: Values) -> None:
    """The language of a status's name is one of the portal's."""
    if values.get("LID") not in LANGUAGES:
        raise Refusal("201750000004", "lid not exists")


def languages(_: Context, __: Params) -> Any:
    """``getListLangs``."""
    return {"langs": [{"active": "Y", "lid": lid, "name": name} for lid, name in LANGUAGES.items()]}
