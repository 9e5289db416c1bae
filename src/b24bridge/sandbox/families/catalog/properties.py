"""``catalog.productProperty*``: properties of products, their values, features and places."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.controllers import Controller, Link, Values
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from . import records

__all__ = ["ENUMS", "FEATURES", "PROPERTIES", "SECTIONS", "available_features", "get_section", "set_section"]

_TYPES = ("S", "N", "L", "F", "E", "G")
_FEATURES = {
    "LIST_PAGE_SHOW": "Show on the list page of items",
    "DETAIL_PAGE_SHOW": "Show on the detail page of the item",
}


_OF_DIRECTORY = {"group": "N", "multiple": "N", "size": 1, "width": 0}


def _check(context: Context, values: Values, before: Values) -> None:
    iblock = values.get("IBLOCK_ID", before.get("iblockId"))
    if context.store.one("SELECT 1 FROM catalog_catalogs WHERE ID=?", (iblock,)) is None:
        raise Refusal("0", "The specified iblock is not a product catalog")
    if values.get("PROPERTY_TYPE", "S") not in _TYPES:
        raise Refusal("0", "Invalid property type specified")
    if str(values.get("CODE") or "")[:1].isdigit():
        raise Refusal("0", "Property code cannot start with a digit")
    if values.get("USER_TYPE") == "directory":
        given = json.loads(values.get("USER_TYPE_SETTINGS") or "{}")
        settings = {**_OF_DIRECTORY, **(given if isinstance(given, dict) else {})}
        values["USER_TYPE_SETTINGS"] = json.dumps(settings, ensure_ascii=False)


def _removing(context: Context, row: Values) -> None:
    tables = ("enums", "features", "sections", "values")
    for table in tables:
        sql = f"DELETE FROM catalog_property_{table} WHERE PROPERTY_ID=?"  # noqa: S608
        context.store.run(sql, (row["id"],))


PROPERTIES = Controller(
    records.PROPERTIES,
    "productProperty",
    "productProperties",
    ("", "productProperty does not exist."),
    check=_check,
    removing=_removing,
    created=("TIMESTAMP_X",),
    changed=("TIMESTAMP_X",),
    partial=True,
    scope="catalog",
)


def _check_enum(context: Context, values: Values, before: Values) -> None:
    number = values.get("PROPERTY_ID", before.get("propertyId"))
    row = context.store.one("SELECT PROPERTY_TYPE FROM catalog_properties WHERE ID=?", (number,))
    if row is not None and row[0] != "L":
        raise Refusal("0", "Only list properties are supported")
    code = values.get("XML_ID")
    sql = "SELECT 1 FROM catalog_property_enums WHERE PROPERTY_ID=? AND XML_ID=? AND ID<>?"
    if code and context.store.one(sql, (number, code, before.get("id", 0))):
        raise Refusal("0", f"A value with xmlId '{code}' already exists.")


ENUMS = Controller(
    records.ENUMS,
    "productPropertyEnum",
    "productPropertyEnums",
    ("0", "productPropertyEnum does not exist."),
    links={"PROPERTY_ID": Link("catalog_properties", "0", "productPropertyEnum does not exist.")},
    check=_check_enum,
    scope="catalog",
)


def _check_feature(_: Context, values: Values, __: Values) -> None:
    if values.get("FEATURE_ID") not in _FEATURES:
        raise Refusal("0", "Invalid property parameter set")


FEATURES = Controller(
    records.FEATURES,
    "productPropertyFeature",
    "productPropertyFeatures",
    ("0", "productPropertyFeature does not exist."),
    links={"PROPERTY_ID": Link("catalog_properties", "0", "productPropertyFeature does not exist.")},
    check=_check_feature,
    scope="catalog",
)
SECTIONS = Controller(
    records.PROPERTY_SECTIONS,
    "productPropertySection",
    "productPropertySections",
    ("0", "productPropertySection does not exist."),
    scope="catalog",
)


def available_features(context: Context, params: Params) -> Any:
    """``getAvailableFeaturesByProperty``."""
    _property(context, bound_int(params, "propertyId"), FEATURES)
    return {
        "features": [
            {"featureId": code, "featureName": name, "moduleId": "iblock"} for code, name in _FEATURES.items()
        ]
    }


def _property(context: Context, number: int, kind: Controller) -> Values:
    row = PROPERTIES.row(context, Where("ID=?", (number,)))
    if row is None:
        raise Refusal(*kind.missing)
    return row


def get_section(context: Context, params: Params) -> Any:
    """``catalog.productPropertySection.get``: where a property is shown."""
    number = bound_int(params, "propertyId")
    _property(context, number, SECTIONS)
    row = SECTIONS.row(context, Where("PROPERTY_ID=?", (number,)))
    plain = {"displayExpanded": "N", "displayType": None, "filterHint": "", "smartFilter": "N"}
    return {SECTIONS.one: row or {**plain, "propertyId": number}}


def set_section(context: Context, params: Params) -> Any:
    """``catalog.productPropertySection.set``."""
    number = bound_int(params, "propertyId")
    given = bound_array(params, "fields", required=True)
    SECTIONS.may_write(context)
    owner = _property(context, number, SECTIONS)
    values = SECTIONS.read(context, given, changing=True)
    context.store.run("DELETE FROM catalog_property_sections WHERE PROPERTY_ID=?", (number,))
    Table(context, SECTIONS.record).add({**values, "PROPERTY_ID": number})
    row = SECTIONS.row(context, Where("PROPERTY_ID=?", (number,)))
    assert row is not None
    place = {"iblockId": str(owner["iblockId"]), "propertyId": str(number), "sectionId": "0"}
    return {SECTIONS.one: {**row, **place}}
