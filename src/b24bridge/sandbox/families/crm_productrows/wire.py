"""Product rows: ``crm.item.productrow.*`` in camelCase, ``crm.deal.productrows.*`` in capitals."""

from __future__ import annotations

from functools import partial

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare
from b24bridge.sandbox.records import Record, parse_fields

from . import classic, controller

__all__ = ["FAMILY", "ROWS"]

ROWS = Record(
    "crm_product_rows",
    parse_fields(
        """
        ID integer o ID
        OWNER_ID integer ri Owner ID
        OWNER_TYPE string ri Owner Type
        PRODUCT_ID integer:0 . Product
        PRODUCT_NAME string . Product Name
        PRICE double:0 . Price
        PRICE_ACCOUNT double:0 ou Price in the currency of reports
        PRICE_EXCLUSIVE double:0 o Discounted price excluding tax
        PRICE_NETTO double:0 o PRICE_NETTO
        PRICE_BRUTTO double:0 o PRICE_BRUTTO
        QUANTITY double:1 . Quantity
        DISCOUNT_TYPE_ID integer:2 . Discount Type
        DISCOUNT_RATE double:0 . Discount Amount
        DISCOUNT_SUM double:0 . Discount Total
        TAX_RATE double . Tax
        TAX_INCLUDED char:N . Tax included in price
        CUSTOMIZED char:Y . Modified
        MEASURE_CODE integer:796 . Unit of measurement code
        MEASURE_NAME string . Unit of measurement
        SORT integer:0 . Sorting
        XML_ID string ou External code
        TYPE integer:1 o Product type
        STORE_ID integer o Warehouse
        """
    ),
    ("OWNER_ID",),
)
_OWNERS = {"lead": 1, "deal": 2, "quote": 7}

FAMILY = Family(
    "crm_productrows",
    [
        *(
            Method(f"crm.item.productrow.{verb}", partial(handler, ROWS), "crm", listed=False)
            for verb, handler in (
                ("fields", controller.fields),
                ("add", controller.add),
                ("get", controller.get),
                ("list", controller.listed),
                ("update", controller.update),
                ("delete", controller.delete),
                ("set", controller.put),
                ("getAvailableForPayment", controller.payable),
            )
        ),
        *(
            Method(f"crm.{name}.productrows.{verb}", partial(handler, ROWS, type_id), "crm")
            for name, type_id in _OWNERS.items()
            for verb, handler in (("get", classic.get), ("set", classic.put))
        ),
    ],
    prepare=lambda portal: prepare(portal, ROWS),
)
