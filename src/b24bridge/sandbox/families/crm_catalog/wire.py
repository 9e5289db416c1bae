"""``crm.measure.*``, ``crm.productsection.*``, ``crm.catalog.*``: the catalogue's records in capitals;
``crm.orderentity.*``: which orders belong to which records of the CRM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.controllers import Controller, Link
from b24bridge.sandbox.methods import Context, Family
from b24bridge.sandbox.plain import Classic, prepare
from b24bridge.sandbox.records import Field, Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_MEASURES = Record(
    "catalog_measures",
    parse_fields("""
        ID integer o ID
        CODE integer r Code
        MEASURE_TITLE string r Unit of measurement
        SYMBOL=SYMBOL_RUS string . Symbol
        SYMBOL_INTL string . International symbol
        SYMBOL_LETTER_INTL string . International code symbol
        IS_DEFAULT char:N . Default
    """),
)
_SECTIONS = Record(
    "catalog_sections",
    parse_fields("""
        ID integer o ID
        IBLOCK_ID=CATALOG_ID integer:23 i Catalog
        IBLOCK_SECTION_ID=SECTION_ID integer . Section
        NAME string r Name
        XML_ID string . External ID
        CODE string . Symbolic code
    """),
)
_CATALOGS = Record(
    "catalog_catalogs",
    parse_fields("""
        ID integer o ID
        NAME string o Name
        ORIGINATOR_ID string o Originator
        ORIGIN_ID string o Origin
        XML_ID string o External ID
    """),
)
_ORDERS = Record(
    "crm_order_entities",
    [
        Field("ID", "integer", hidden="controller", read_only=True),
        *parse_fields("""
            ORDER_ID integer ri
            OWNER_ID integer ri
            OWNER_TYPE_ID integer ri
        """),
    ],
)


def _check_measure(context: Context, values: dict[str, Any], number: int) -> None:
    sql = "SELECT 1 FROM catalog_measures WHERE CODE=? AND ID<>?"
    if "CODE" in values and context.store.one(sql, (values["CODE"], number)):
        raise Refusal("", f"A unit of measurement with the code {values['CODE']} already exists.")


_MEASURE = Classic(
    _MEASURES,
    missing=lambda _: Refusal("", "Not found"),
    required={
        "CODE": "The field CODE is required.",
        "MEASURE_TITLE": "The field MEASURE_TITLE is required.",
    },
    check=_check_measure,
)
_SECTION = Classic(
    _SECTIONS,
    missing=lambda _: Refusal("", "Product section is not found."),
    required={"NAME": "The field 'NAME' is required."},
    event="ONCRMPRODUCTSECTION",
)
_CATALOG = Classic(_CATALOGS, missing=lambda _: Refusal("", "Catalog is not found."))
_ORDER = Controller(
    _ORDERS,
    "orderEntity",
    "orderEntity",
    ("201640400001", "order entity does not exist"),
    duplicate="201650000001",
    unique=("ownerId", "ownerTypeId", "orderId"),
    links={"ORDER_ID": Link("sale_orders", "200540400001", "order does not exist")},
    written="dealOrder",
    scope="crm",
)


def _prepare(portal: Portal) -> None:
    prepare(portal, _ORDERS)
    # The catalogue has described this table; the CRM knows it with an origin.
    portal.store.ensure(_CATALOGS.table, _CATALOGS.columns())


FAMILY = Family(
    "crm_catalog",
    [
        *_MEASURE.methods("crm.measure", "add get list update delete fields"),
        *_SECTION.methods("crm.productsection", "add get list update delete fields"),
        *_CATALOG.methods("crm.catalog", "get list fields"),
        *_ORDER.methods("crm.orderentity", "add list deleteByFilter getFields"),
    ],
    prepare=_prepare,
)
