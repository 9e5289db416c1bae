"""The presets that every portal has, and the fields of a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, array, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.refusals import Refusal

from .records import DETAILS, PRESET_FIELDS, PRESETS
from .rules import missing

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["add", "available", "built_in", "countries", "delete", "fields", "get", "listed", "update"]

_COUNTRIES = (
    (1, "RU", "Russia"),
    (4, "BY", "Belarus"),
    (6, "KZ", "Kazakhstan"),
    (14, "UA", "Ukraine"),
    (34, "BR", "Brazil"),
    (46, "DE", "Germany"),
    (77, "CO", "Colombia"),
    (110, "PL", "Poland"),
    (122, "US", "USA"),
    (132, "FR", "France"),
)
# Name, code, and the fields of each.
_STANDARD = (
    ("Organization", "COMPANY", "RQ_COMPANY_NAME RQ_VAT_ID RQ_ADDR"),
    ("Sole Proprietorship", "INDIVIDUAL", "RQ_NAME RQ_VAT_ID RQ_ADDR"),
    ("Individual", "PERSON", "RQ_FIRST_NAME RQ_LAST_NAME RQ_PHONE RQ_ADDR"),
)
_US = 122
_SHOWN = ("FIELD_NAME", "FIELD_TITLE", "IN_SHORT_LIST", "SORT")


def built_in(portal: Portal) -> None:
    """Add the presets that every portal has."""
    store = portal.store
    if store.setting("requisite_presets"):
        return
    store.keep("requisite_presets", True)
    for place, (name, code, texts) in enumerate(_STANDARD, 1):
        facts = {"ENTITY_TYPE_ID": 8, "COUNTRY_ID": _US, "NAME": name, "ACTIVE": "Y", "SORT": 100 * place}
        number = store.insert(PRESETS.table, {**facts, "XML_ID": f"#CRM_REQUISITE_PRESET_DEF_US_{code}#"})
        for position, field in enumerate(texts.split(), 1):
            row = {"PRESET_ID": number, "NUMBER": position, "FIELD_NAME": field, "SORT": 10 * position}
            store.insert(PRESET_FIELDS.table, {**row, "FIELD_TITLE": "", "IN_SHORT_LIST": "N"})


def countries(_: Context, __: Params) -> Any:
    """``crm.requisite.preset.countries``."""
    return [{"ID": number, "CODE": code, "TITLE": title} for number, code, title in _COUNTRIES]


def fields(_: Context, __: Params) -> Any:
    """``crm.requisite.preset.field.fields``."""
    names = ("ID", "FIELD_NAME", "FIELD_TITLE", "SORT", "IN_SHORT_LIST")
    return {name: describe(PRESET_FIELDS.fields[name]) for name in names}


def _preset(context: Context, params: Params) -> int:
    given = pick(params, "preset")
    number = php_int(pick(given, "ID")) if isinstance(given, dict) else 0
    if Table(context, PRESETS).by_id(number) is None:
        raise missing("Preset", number)
    return number


def _rows(context: Context, preset: int) -> list[Any]:
    return Table(context, PRESET_FIELDS, CLASSIC).many(Where("PRESET_ID=?", (preset,)))


def _wanted(context: Context, params: Params) -> Any:
    preset, number = _preset(context, params), php_int(pick(params, "id"))
    if number <= 0:
        raise Refusal("", "ID is not defined or invalid")
    found = next((row for row in _rows(context, preset) if int(row["NUMBER"]) == number), None)
    if found is None:
        raise missing("PresetField", number)
    return found


def _shown(row: Any) -> dict[str, Any]:
    facts = {"ID": int(row["NUMBER"]), **{name: row[name] for name in _SHOWN}}
    return {**facts, "SORT": int(row["SORT"])}


def get(context: Context, params: Params) -> Any:
    """``crm.requisite.preset.field.get``: numbers are numbers here."""
    return _shown(_wanted(context, params))


def listed(context: Context, params: Params) -> Any:
    """``crm.requisite.preset.field.list``."""
    rows = _rows(context, _preset(context, params))
    return Answer([_shown(row) for row in rows], len(rows))


def _known_fields() -> list[str]:
    return [
        *(name for name in DETAILS.fields if name.startswith("RQ_")),
        "RQ_ADDR",
        "RQ_SIGNATURE",
        "RQ_STAMP",
    ]


def available(context: Context, params: Params) -> Any:
    """``crm.requisite.preset.field.availabletoadd``."""
    taken = {row["FIELD_NAME"] for row in _rows(context, _preset(context, params))}
    return [name for name in _known_fields() if name not in taken]


def add(context: Context, params: Params) -> Any:
    """``crm.requisite.preset.field.add``: answers the number within the preset."""
    preset = _preset(context, params)
    values = Table(context, PRESET_FIELDS).read(array(params, "fields"))
    name = str(values.get("FIELD_NAME") or "")
    rows = _rows(context, preset)
    is_known = name in _known_fields() or name.startswith("UF_")
    if not is_known or any(row["FIELD_NAME"] == name for row in rows):
        raise Refusal("", f"The field '{name}' can not be added.")
    number = 1 + max((int(row["NUMBER"]) for row in rows), default=0)
    values.setdefault("FIELD_TITLE", "")
    Table(context, PRESET_FIELDS).add({**values, "PRESET_ID": preset, "NUMBER": number})
    return number


def update(context: Context, params: Params) -> Any:
    """``crm.requisite.preset.field.update``."""
    row = _wanted(context, params)
    table = Table(context, PRESET_FIELDS)
    table.change(int(row["ID"]), table.read(array(params, "fields")))
    return True


def delete(context: Context, params: Params) -> Any:
    """``crm.requisite.preset.field.delete``."""
    return Table(context, PRESET_FIELDS).remove(int(_wanted(context, params)["ID"]))
