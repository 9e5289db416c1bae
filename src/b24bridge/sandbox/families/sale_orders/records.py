"""Orders, baskets, payments and shipments as ``getFields`` describes them."""

from __future__ import annotations

from dataclasses import replace

from b24bridge.sandbox.controllers import blank
from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = [
    "BASKET",
    "BASKET_PROPERTIES",
    "ORDERS",
    "PAYMENTS",
    "PAYMENT_GOODS",
    "PAYMENT_SHIPMENTS",
    "PROPERTY_VALUES",
    "SHIPMENTS",
    "SHIPMENT_ITEMS",
    "SHIPMENT_VALUES",
    "TRADE_BINDINGS",
    "TRADE_PLATFORMS",
]


def _payment_fields(fields: list[Field]) -> list[Field]:
    """The number of an invoice is called a text, and kept as it came."""
    return [
        replace(item, facts={"type": "string"}) if item.name == "PS_INVOICE_ID" else item
        for item in blank(fields)
    ]


ORDERS = Record(
    "sale_orders",
    blank(
        parse_fields("""
            ACCOUNT_NUMBER string o
            ADDITIONAL_INFO string .
            AFFILIATE_ID integer .
            CANCELED char:N .
            COMMENTS string .
            COMPANY_ID integer .
            CURRENCY string ri
            DATE_CANCELED datetime o
            DATE_INSERT datetime .
            DATE_LOCK datetime o
            DATE_MARKED datetime o
            DATE_STATUS datetime o
            DATE_UPDATE datetime o
            DEDUCTED char:N o
            DISCOUNT_VALUE double:0 .
            EMP_CANCELED_ID integer .
            EMP_MARKED_ID integer .
            EMP_STATUS_ID integer .
            EXTERNAL_ORDER char:N .
            ID integer o
            ID_1C string .
            LID string ri
            LOCKED_BY letter .
            MARKED char:N .
            ORDER_TOPIC string .
            PAYED char:N o
            PERSON_TYPE_ID integer ri
            PERSON_TYPE_XML_ID string o
            PRICE double:0 .
            REASON_CANCELED string .
            REASON_MARKED string .
            RECOUNT_FLAG char:Y .
            RECURRING_ID letter .
            RESPONSIBLE_ID integer .
            STATUS_ID letter:N .
            STATUS_XML_ID string o
            TAX_VALUE double o
            UPDATED_1C char:N .
            USER_DESCRIPTION string .
            USER_ID integer i
            VERSION integer:0 o
            VERSION_1C string .
            XML_ID string .
        """)
    ),
)
BASKET = Record(
    "sale_basket",
    parse_fields("""
        BARCODE_MULTI char:N ou
        BASE_PRICE double:0 .
        CAN_BUY char:Y .
        CATALOG_XML_ID string i
        CURRENCY string ri
        CUSTOM_PRICE char:N .
        DATE_INSERT datetime o
        DATE_UPDATE datetime o
        DIMENSIONS string .
        DISCOUNT_PRICE double:0 .
        ID integer o
        MEASURE_CODE string:796 .
        MEASURE_NAME string:pcs .
        NAME string .
        ORDER_ID integer ri
        PRICE double:0 .
        PRODUCT_ID integer:0 i
        PRODUCT_XML_ID string i
        QUANTITY double:1 r
        SORT integer:100 .
        TYPE integer .
        VAT_INCLUDED char:N .
        VAT_RATE double .
        WEIGHT double:0 .
        XML_ID string .
    """),
    ("ORDER_ID",),
)
BASKET_PROPERTIES = Record(
    "sale_basket_properties",
    parse_fields("""
        BASKET_ID integer ri
        CODE string r
        ID integer o
        NAME string r
        SORT integer:100 .
        VALUE string r
        XML_ID string .
    """),
    ("BASKET_ID",),
)
PAYMENTS = Record(
    "sale_payments",
    _payment_fields(
        parse_fields("""
            ACCOUNT_NUMBER string o
            COMMENTS string .
            COMPANY_ID integer .
            CURRENCY string o
            DATE_BILL datetime .
            DATE_MARKED datetime o
            DATE_PAID datetime .
            DATE_PAY_BEFORE datetime .
            DATE_RESPONSIBLE_ID datetime o
            EMP_MARKED_ID integer .
            EMP_PAID_ID integer .
            EMP_RESPONSIBLE_ID integer .
            EMP_RETURN_ID integer .
            EXTERNAL_PAYMENT char:N .
            ID integer o
            ID_1C string .
            IS_RETURN char:N .
            MARKED char:N .
            ORDER_ID integer ri
            PAID char:N .
            PAY_RETURN_COMMENT string .
            PAY_RETURN_DATE datetime .
            PAY_RETURN_NUM string .
            PAY_SYSTEM_ID integer r
            PAY_SYSTEM_IS_CASH char:N o
            PAY_SYSTEM_NAME string o
            PAY_SYSTEM_XML_ID string o
            PAY_VOUCHER_DATE datetime .
            PAY_VOUCHER_NUM string .
            PRICE_COD amount:0 .
            PS_CURRENCY string .
            PS_INVOICE_ID any .
            PS_RESPONSE_DATE datetime .
            PS_STATUS letter .
            PS_STATUS_CODE string .
            PS_STATUS_DESCRIPTION string .
            PS_STATUS_MESSAGE string .
            PS_SUM double .
            REASON_MARKED string .
            RESPONSIBLE_ID integer .
            SUM double:0 .
            UPDATED_1C char:N .
            VERSION_1C string .
            XML_ID string .
        """)
    ),
    ("ORDER_ID",),
)
SHIPMENTS = Record(
    "sale_shipments",
    blank(
        parse_fields("""
            ACCOUNT_NUMBER string o
            ALLOW_DELIVERY char:N r
            BASE_PRICE_DELIVERY double:0 .
            CANCELED char:N o
            COMMENTS string .
            COMPANY_ID integer .
            CURRENCY string o
            CUSTOM_PRICE_DELIVERY char:N o
            DATE_ALLOW_DELIVERY datetime o
            DATE_CANCELED datetime o
            DATE_DEDUCTED datetime o
            DATE_INSERT datetime o
            DATE_MARKED datetime o
            DATE_RESPONSIBLE_ID datetime o
            DEDUCTED char:N r
            DELIVERY_DOC_DATE datetime .
            DELIVERY_DOC_NUM string .
            DELIVERY_ID integer r
            DELIVERY_NAME string o
            DELIVERY_XML_ID string o
            DISCOUNT_PRICE double:0 o
            EMP_ALLOW_DELIVERY_ID integer o
            EMP_CANCELED_ID integer o
            EMP_DEDUCTED_ID integer o
            EMP_MARKED_ID integer o
            EMP_RESPONSIBLE_ID integer o
            EXTERNAL_DELIVERY char:N o
            ID integer o
            ID_1C string o
            MARKED char:N o
            ORDER_ID integer ri
            PRICE_DELIVERY double:0 .
            REASON_MARKED string o
            REASON_UNDO_DEDUCTED string o
            RESPONSIBLE_ID integer .
            STATUS_ID letter:DN .
            STATUS_XML_ID letter o
            SYSTEM char:N o
            TRACKING_DESCRIPTION string o
            TRACKING_LAST_CHECK string o
            TRACKING_NUMBER string .
            TRACKING_STATUS string o
            UPDATED_1C char:N o
            VERSION_1C string o
            XML_ID string .
        """)
    ),
    ("ORDER_ID",),
)
SHIPMENT_ITEMS = Record(
    "sale_shipment_items",
    parse_fields("""
        BASKET_ID integer ri
        DATE_INSERT datetime o
        ID integer o
        ORDER_DELIVERY_ID integer ri
        QUANTITY double r
        RESERVED_QUANTITY double:0 o
        XML_ID string .
    """),
)
PAYMENT_GOODS = Record(
    "sale_payment_goods",
    parse_fields("""
        BASKET_ID integer ri
        DATE_INSERT datetime o
        ID integer o
        PAYMENT_ID integer ri
        QUANTITY double r
        XML_ID string .
    """),
)
PAYMENT_SHIPMENTS = Record(
    "sale_payment_shipments",
    parse_fields("""
        DATE_INSERT datetime o
        ID integer o
        PAYMENT_ID integer ri
        SHIPMENT_ID integer ri
        XML_ID string .
    """),
)
PROPERTY_VALUES = Record(
    "sale_property_values",
    parse_fields("""
        CODE string .
        ID integer oi
        NAME string .
        ORDER_ID integer ri
        ORDER_PROPS_ID integer r
        ORDER_PROPS_XML_ID string o
        VALUE any r
    """),
    ("ORDER_ID",),
)
SHIPMENT_VALUES = Record(
    "sale_shipment_values",
    parse_fields("""
        CODE string .
        ID integer oi
        NAME string .
        SHIPMENT_ID integer ri
        SHIPMENT_PROPS_ID integer r
        SHIPMENT_PROPS_XML_ID string o
        VALUE any r
    """),
    ("SHIPMENT_ID",),
)
TRADE_PLATFORMS = Record(
    "sale_trade_platforms",
    parse_fields("""
        ACTIVE char:Y .
        CATALOG_SECTION_TAB_CLASS_NAME string .
        CLASS string .
        CODE string r
        DESCRIPTION string .
        ID integer o
        NAME string r
        SETTINGS string .
        XML_ID string .
    """),
)
TRADE_BINDINGS = Record(
    "sale_trade_bindings",
    parse_fields("""
        EXTERNAL_ORDER_ID string ri
        ID integer o
        ORDER_ID integer ri
        PARAMS string .
        TRADING_PLATFORM_ID string ri
        TRADING_PLATFORM_XML_ID string o
        XML_ID string .
    """),
)
