"""Products; names and types are those that the PHP SDK reads (``ProductItemResult``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family
from b24bridge.sandbox.plain import Classic, prepare, reserve_first
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_RECORD = Record(
    "crm_products",
    parse_fields(
        """
        ID integer o ID
        CATALOG_ID integer:23 i Catalog
        PRICE double . Price
        CURRENCY_ID string:RUB . Currency
        NAME string r Name
        CODE string . Symbolic Code
        DESCRIPTION string . Description
        DESCRIPTION_TYPE string:text . Description Type
        ACTIVE char:Y . Active
        SECTION_ID integer . Section
        SORT integer:500 . Sorting
        VAT_ID integer . Tax Rate
        VAT_INCLUDED char:N . Tax Included
        MEASURE integer . Unit of Measurement
        XML_ID string . External Code
        PREVIEW_PICTURE product_file . Image for Preview
        DETAIL_PICTURE product_file . Detailed Image
        DATE_CREATE datetime o Creation Date
        TIMESTAMP_X datetime o Modification Date
        MODIFIED_BY integer o Modified By
        CREATED_BY integer o Created By
        """
    ),
    ("NAME",),
)
_CLASSIC = Classic(
    _RECORD,
    missing=lambda _: Refusal("", "Not found"),
    required={"NAME": "The required field 'NAME' is not specified."},
    created=("DATE_CREATE", "TIMESTAMP_X", "MODIFIED_BY", "CREATED_BY"),
    changed=("TIMESTAMP_X", "MODIFIED_BY"),
    event="ONCRMPRODUCT",
)


def _prepare(portal: Portal) -> None:
    prepare(portal, _RECORD)
    # Products share their ids with all other elements of information blocks.
    reserve_first(portal, _RECORD.table)


FAMILY = Family(
    "crm_products",
    _CLASSIC.methods("crm.product", "add get list update delete fields"),
    prepare=_prepare,
)
