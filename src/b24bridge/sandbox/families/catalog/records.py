"""The catalogue's directories, stores and documents as ``getFields`` describes them."""

from __future__ import annotations

from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = [
    "CATALOGS",
    "CONTRACTORS",
    "DOCUMENTS",
    "DOCUMENT_ROWS",
    "ENUMS",
    "EXTRAS",
    "FEATURES",
    "MEASURES",
    "PRICES",
    "PRICE_GROUPS",
    "PRICE_TEXTS",
    "PRICE_TYPES",
    "PROPERTIES",
    "PROPERTY_SECTIONS",
    "RATIOS",
    "ROUNDING",
    "SECTIONS",
    "STORES",
    "STORE_PRODUCTS",
    "VATS",
]

CATALOGS = Record(
    "catalog_catalogs",
    parse_fields("""
        IBLOCK_ID integer ri
        IBLOCK_TYPE_ID integer:0 o
        ID integer o
        LID string:s1 o
        NAME string o
        PRODUCT_IBLOCK_ID integer .
        SKU_PROPERTY_ID integer .
        SUBSCRIPTION char:N .
        VAT_ID integer .
    """),
)
DOCUMENTS = Record(
    "catalog_documents",
    parse_fields("""
        COMMENTARY letter .
        CREATED_BY integer i
        CURRENCY letter ri
        DATE_CREATE datetime i
        DATE_DOCUMENT datetime .
        DATE_MODIFY datetime .
        DATE_STATUS datetime o
        DOC_NUMBER string .
        DOC_TYPE letter ri
        ID integer o
        MODIFIED_BY integer .
        RESPONSIBLE_ID integer r
        SITE_ID letter:s1 .
        STATUS letter:N o
        STATUS_BY integer .
        TITLE string .
        TOTAL double .
    """),
)
DOCUMENT_ROWS = Record(
    "catalog_document_rows",
    parse_fields("""
        AMOUNT double .
        DOC_ID integer ri
        ELEMENT_ID integer ri
        ID integer o
        PURCHASING_PRICE double .
        STORE_FROM integer .
        STORE_TO integer .
    """),
    ("DOC_ID",),
)
CONTRACTORS = Record(
    "catalog_contractors",
    parse_fields("""
        DOCUMENT_ID integer r
        ENTITY_ID integer r
        ENTITY_TYPE_ID integer r
        ID integer o
    """),
)
EXTRAS = Record(
    "catalog_extras",
    parse_fields("""
        ID integer o
        NAME string r
        PERCENTAGE double r
    """),
)
MEASURES = Record(
    "catalog_measures",
    parse_fields("""
        CODE integer r
        ID integer o
        IS_DEFAULT char:N .
        MEASURE_TITLE string r
        SYMBOL string .
        SYMBOL_INTL string .
        SYMBOL_LETTER_INTL string .
    """),
)
PRICES = Record(
    "catalog_prices",
    parse_fields("""
        CATALOG_GROUP_ID integer ri
        CURRENCY string r
        EXTRA_ID integer .
        ID integer o
        PRICE double r
        PRICE_SCALE double o
        PRODUCT_ID integer ri
        QUANTITY_FROM integer .
        QUANTITY_TO integer .
        TIMESTAMP_X datetime o
    """),
    ("PRODUCT_ID",),
)
PRICE_TYPES = Record(
    "catalog_price_types",
    parse_fields("""
        BASE string:N .
        CREATED_BY integer o
        DATE_CREATE datetime o
        ID integer o
        MODIFIED_BY integer o
        NAME string r
        SORT integer:100 .
        TIMESTAMP_X datetime o
        XML_ID string .
    """),
)
PRICE_GROUPS = Record(
    "catalog_price_groups",
    parse_fields("""
        ACCESS letter r
        CATALOG_GROUP_ID integer r
        GROUP_ID integer r
        ID integer i
    """),
)
PRICE_TEXTS = Record(
    "catalog_price_texts",
    parse_fields("""
        CATALOG_GROUP_ID integer r
        ID integer i
        LANG string r
        NAME string r
    """),
)
RATIOS = Record(
    "catalog_ratios",
    parse_fields("""
        ID integer o
        IS_DEFAULT char:Y .
        PRODUCT_ID integer r
        RATIO double:1 r
    """),
)
ROUNDING = Record(
    "catalog_rounding",
    parse_fields("""
        CATALOG_GROUP_ID integer r
        CREATED_BY integer o
        DATE_CREATE datetime o
        DATE_MODIFY datetime o
        ID integer o
        MODIFIED_BY integer o
        PRICE double r
        ROUND_PRECISION double r
        ROUND_TYPE integer r
    """),
)
SECTIONS = Record(
    "catalog_sections",
    parse_fields("""
        ACTIVE char:Y .
        CODE string .
        DESCRIPTION string .
        DESCRIPTION_TYPE string:text .
        IBLOCK_ID integer r
        IBLOCK_SECTION_ID integer .
        ID integer o
        NAME string r
        SORT integer:500 .
        XML_ID string .
    """),
)
STORES = Record(
    "catalog_stores",
    parse_fields("""
        ACTIVE char:Y .
        ADDRESS string r
        CODE string .
        DATE_CREATE datetime .
        DATE_MODIFY datetime .
        DESCRIPTION string .
        EMAIL string .
        GPS_N double .
        GPS_S double .
        ID integer o
        IMAGE_ID file .
        ISSUING_CENTER char:Y .
        MODIFIED_BY integer .
        PHONE string .
        SCHEDULE string .
        SORT integer:100 .
        TITLE string .
        USER_ID integer .
        XML_ID string .
    """),
)
STORE_PRODUCTS = Record(
    "catalog_store_products",
    parse_fields("""
        AMOUNT double:0 o
        ID integer o
        PRODUCT_ID integer o
        QUANTITY_RESERVED double o
        STORE_ID integer o
    """),
    ("PRODUCT_ID",),
)
# Rates of the CRM and of the catalogue are the same records.
VATS = Record(
    "crm_vats",
    parse_fields("""
        ACTIVE char:Y .
        ID integer o
        NAME string r
        RATE double r
        C_SORT=sort integer:100 .
        TIMESTAMP_X datetime .
    """),
)
PROPERTIES = Record(
    "catalog_properties",
    parse_fields("""
        ACTIVE char:Y .
        CODE string .
        COL_COUNT integer:30 .
        DEFAULT_VALUE string .
        FILE_TYPE string .
        FILTRABLE char:N .
        HINT string .
        IBLOCK_ID integer ri
        ID integer o
        IS_REQUIRED char:N .
        LINK_IBLOCK_ID integer .
        LIST_TYPE letter:L .
        MULTIPLE char:N .
        MULTIPLE_CNT integer .
        NAME string r
        PROPERTY_TYPE letter r
        ROW_COUNT integer:1 .
        SEARCHABLE char:N .
        SORT integer:500 .
        TIMESTAMP_X datetime o
        USER_TYPE string .
        USER_TYPE_SETTINGS object .
        WITH_DESCRIPTION char .
        XML_ID string .
    """),
)
ENUMS = Record(
    "catalog_property_enums",
    parse_fields("""
        DEF char:N .
        ID integer o
        PROPERTY_ID integer r
        SORT integer:500 .
        VALUE string r
        XML_ID string r
    """),
    ("PROPERTY_ID",),
)
FEATURES = Record(
    "catalog_property_features",
    parse_fields("""
        FEATURE_ID string r
        ID integer o
        IS_ENABLED char r
        MODULE_ID string r
        PROPERTY_ID integer r
    """),
)
PROPERTY_SECTIONS = Record(
    "catalog_property_sections",
    [
        Field("ID", "integer", hidden="controller", read_only=True),
        *parse_fields("""
            DISPLAY_EXPANDED char:N .
            DISPLAY_TYPE letter .
            FILTER_HINT string .
            PROPERTY_ID integer ri
            SMART_FILTER char:N .
        """),
    ],
)
