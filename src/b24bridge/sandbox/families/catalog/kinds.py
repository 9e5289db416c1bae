"""The catalogue's directories and stores, with their refusals (section "Product Catalog")."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.controllers import Controller, Link, Values
from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.refusals import Refusal

from . import records

__all__ = [
    "CATALOGS",
    "EXTRAS",
    "MEASURES",
    "PRICE_GROUPS",
    "PRICE_TEXTS",
    "PRICE_TYPES",
    "RATIOS",
    "ROUNDING",
    "SECTIONS",
    "STORES",
    "STORE_PRODUCTS",
    "VATS",
    "catalog_is_offers",
    "languages",
    "round_types",
    "store_document_types",
]

_PRICE_TYPE = Link("catalog_price_types", "201000000000", "Price type does not exist")
_LANGUAGES = {
    "ar": "ar",
    "br": "br",
    "de": "Deutsch",
    "en": "English",
    "fr": "fr",
    "la": "la",
    "ru": "Русский",
}
_ROUND_TYPES = {1: "Mathematical", 2: "In favor of the store", 4: "In favor of the customer"}
_DOCUMENT_TYPES = {
    "A": "Goods receipt", "S": "Stock adjustment", "M": "Transfer between warehouses", "R": "Return",
    "D": "Write-off",
}  # fmt: skip


def _controller(record: Any, one: str, many: str, missing: tuple[str, str], **rules: Any) -> Controller:
    return Controller(record, one, many, missing, scope="catalog", **rules)


def _check_measure(context: Context, values: Values, before: Values) -> None:
    number = before.get("id", 0)
    if "CODE" in values:
        sql = "SELECT 1 FROM catalog_measures WHERE CODE=? AND ID<>?"
        if context.store.one(sql, (values["CODE"], number)):
            raise Refusal("200600000000", "Measure with this code already exists")
    if values.get("IS_DEFAULT") == "Y":
        sql = "SELECT 1 FROM catalog_measures WHERE IS_DEFAULT='Y' AND ID<>?"
        if context.store.one(sql, (number,)):
            raise Refusal("200600000010", "Default measure already exists")


def _check_price_type(context: Context, values: Values, before: Values) -> None:
    """There is one base price: a new one takes the mark from the old."""
    if values.get("BASE") == "Y":
        context.store.run("UPDATE catalog_price_types SET BASE='N' WHERE ID<>?", (before.get("id", 0),))


def _remove_price_type(context: Context, row: Values) -> None:
    if row["base"] == "Y":
        raise Refusal("BASE", "The base price type cannot be deleted")
    for table in ("catalog_prices", "catalog_price_texts", "catalog_price_groups"):
        context.store.run(f'DELETE FROM "{table}" WHERE CATALOG_GROUP_ID=?', (row["id"],))  # noqa: S608


def _check_price_group(context: Context, values: Values, before: Values) -> None:
    if values.get("ACCESS") not in (None, "Y", "N"):
        raise Refusal("0", "Invalid access type provided. The available values are: Y, N")
    kinds = (values.get("CATALOG_GROUP_ID"), values.get("GROUP_ID"), values.get("ACCESS"))
    sql = "SELECT 1 FROM catalog_price_groups WHERE CATALOG_GROUP_ID=? AND GROUP_ID=? AND ACCESS=?"
    if not before and context.store.one(sql, kinds):
        raise Refusal("0", "The specified access type for this group already exists")


def _check_price_text(context: Context, values: Values, before: Values) -> None:
    if values.get("LANG", before.get("lang")) not in _LANGUAGES:
        raise Refusal("201200000010", "Language does not exist")
    group = values.get("CATALOG_GROUP_ID", before.get("catalogGroupId"))
    pair = (group, values.get("LANG", before.get("lang")), before.get("id", 0))
    sql = "SELECT 1 FROM catalog_price_texts WHERE CATALOG_GROUP_ID=? AND LANG=? AND ID<>?"
    if context.store.one(sql, pair):
        raise Refusal("400", "Translation for this price type already exists")


def _check_section(context: Context, values: Values, before: Values) -> None:
    iblock = values.get("IBLOCK_ID", before.get("iblockId"))
    if CATALOGS.row(context, Where("ID=?", (iblock,))) is None:
        raise Refusal("200700300050", "Iblock does not exist")
    parent = values.get("IBLOCK_SECTION_ID")
    if parent:
        row = SECTIONS.row(context, Where("ID=?", (parent,)))
        if row is None or row["iblockId"] != iblock:
            raise Refusal("200700300010" if before else "200700300000", "Parent section does not fit")
    code = values.get("CODE")
    if code:
        sql = "SELECT 1 FROM catalog_sections WHERE CODE=? AND IBLOCK_ID=? AND ID<>?"
        if context.store.one(sql, (code, iblock, before.get("id", 0))):
            raise Refusal("200700300040", "A section with this code already exists")


def _remove_section(context: Context, row: Values) -> None:
    context.store.run("DELETE FROM catalog_sections WHERE IBLOCK_SECTION_ID=?", (row["id"],))


def _check_store(context: Context, values: Values, before: Values) -> None:
    if not before:
        values["DATE_CREATE"] = context.moment.text
        values.setdefault("USER_ID", context.caller.user_id)
    values["DATE_MODIFY"] = context.moment.text
    values.setdefault("MODIFIED_BY", context.caller.user_id)
    if values.get("IMAGE_ID"):
        file = file_pair(json.loads(values["IMAGE_ID"]))
        values.pop("IMAGE_ID")
        if file is not None:
            number = Files(context.store).keep(file)
            image = {"id": number, "url": f"/upload/catalog/{number}/{file.name}"}
            values["IMAGE_ID"] = json.dumps(image, ensure_ascii=False)


CATALOGS = _controller(records.CATALOGS, "catalog", "catalogs", ("0", "catalog does not exist"))
EXTRAS = _controller(records.EXTRAS, "extra", "extras", ("202000000000", "Extra does not exist"))
MEASURES = _controller(
    records.MEASURES,
    "measure",
    "measures",
    ("200600000020", "Measure does not exist"),
    check=_check_measure,
    partial=True,
)
PRICE_TYPES = _controller(
    records.PRICE_TYPES,
    "priceType",
    "priceTypes",
    ("201000000000", "Price type does not exist"),
    check=_check_price_type,
    removing=_remove_price_type,
    created=("DATE_CREATE", "TIMESTAMP_X", "CREATED_BY", "MODIFIED_BY"),
    changed=("TIMESTAMP_X", "MODIFIED_BY"),
)
PRICE_GROUPS = _controller(
    records.PRICE_GROUPS,
    "priceTypeGroup",
    "priceTypeGroups",
    ("0", "Entity does not exist"),
    links={"CATALOG_GROUP_ID": Link("catalog_price_types", "0", "The specified price type does not exist")},
    check=_check_price_group,
)
PRICE_TEXTS = _controller(
    records.PRICE_TEXTS,
    "priceTypeLang",
    "priceTypeLangs",
    ("201200000000", "Translation of the price type does not exist"),
    links={"CATALOG_GROUP_ID": _PRICE_TYPE},
    check=_check_price_text,
    partial=True,
)
RATIOS = _controller(records.RATIOS, "ratio", "ratios", ("0", "Ratio does not exist"))
ROUNDING = _controller(
    records.ROUNDING,
    "roundingRule",
    "roundingRules",
    ("200900000000", "Rounding rule does not exist"),
    created=("DATE_CREATE", "DATE_MODIFY", "CREATED_BY", "MODIFIED_BY"),
    changed=("DATE_MODIFY", "MODIFIED_BY"),
)
SECTIONS = _controller(
    records.SECTIONS,
    "section",
    "sections",
    ("200700300030", "Section does not exist"),
    check=_check_section,
    removing=_remove_section,
    denied="200040300040",
)
STORES = _controller(
    records.STORES, "store", "stores", ("201100000000", "Store does not exist"), check=_check_store
)
STORE_PRODUCTS = _controller(
    records.STORE_PRODUCTS, "storeProduct", "storeProducts", ("", "Store product does not exist")
)
VATS = _controller(
    records.VATS,
    "vat",
    "vats",
    ("200800000000", "VAT rate does not exist"),
    created=("TIMESTAMP_X",),
    changed=("TIMESTAMP_X",),
)


def catalog_is_offers(context: Context, params: Params) -> Any:
    """``catalog.catalog.isOffers``: whether it holds variations of another catalogue's products."""
    return CATALOGS.found(context, params)["productIblockId"] is not None


def languages(_: Context, __: Params) -> Any:
    """``catalog.priceTypeLang.getLanguages``."""
    return {"languages": [{"active": "Y", "lid": lid, "name": name} for lid, name in _LANGUAGES.items()]}


def round_types(_: Context, __: Params) -> Any:
    """``catalog.enum.getRoundTypes``."""
    return {"enum": [{"id": number, "name": name} for number, name in _ROUND_TYPES.items()]}


def store_document_types(_: Context, __: Params) -> Any:
    """``catalog.enum.getStoreDocumentTypes``."""
    return {"enum": [{"id": letter, "name": name} for letter, name in _DOCUMENT_TYPES.items()]}
