"""Payer types, properties and statuses as ``getFields`` describes them."""

from __future__ import annotations

from dataclasses import replace

from b24bridge.sandbox.controllers import blank
from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = [
    "DOMAINS",
    "PERSON_TYPES",
    "PROPERTIES",
    "PROPERTY_GROUPS",
    "PROPERTY_RELATIONS",
    "PROPERTY_VARIANTS",
    "SHIPMENT_PROPERTIES",
    "STATUSES",
    "STATUS_TEXTS",
]

# The key in the table of records that clients know by other fields.
_OWN_KEY = Field("ID", "integer", hidden="controller", read_only=True)

PERSON_TYPES = Record(
    "sale_person_types",
    parse_fields("""
        ACTIVE string:Y .
        CODE string .
        ID integer o
        NAME string r
        SORT string:150 .
        XML_ID string .
    """),
)
DOMAINS = Record(
    "sale_person_domains",
    [
        _OWN_KEY,
        *parse_fields("""
            DOMAIN letter ri
            PERSON_TYPE_ID integer ri
        """),
    ],
)
PROPERTY_GROUPS = Record(
    "sale_property_groups",
    parse_fields("""
        ID integer o
        NAME string r
        PERSON_TYPE_ID integer r
        SORT integer:100 .
    """),
)
_PROPERTY_FIELDS = """
    ACTIVE char:Y .
    CODE string .
    DEFAULT_VALUE any:"" .
    DESCRIPTION string .
    ID integer o
    INPUT_FIELD_LOCATION string:0 .
    IS_ADDRESS char:N .
    IS_ADDRESS_FROM char:N .
    IS_ADDRESS_TO char:N .
    IS_EMAIL char:N .
    IS_FILTERED char:N .
    IS_LOCATION char:N .
    IS_LOCATION_4TAX=isLocation4tax char:N .
    IS_PAYER char:N .
    IS_PHONE char:N .
    IS_PROFILE_NAME char:N .
    IS_ZIP char:N .
    MULTIPLE char:N .
    NAME string r
    PERSON_TYPE_ID integer ri
    PROPS_GROUP_ID integer ri
    REQUIRED char:N .
    SETTINGS datatype:[] .
    SORT integer:100 .
    TYPE string ri
    USER_PROPS char:N .
    UTIL char:N .
    XML_ID string .
"""
PROPERTIES = Record("sale_properties", blank(parse_fields(_PROPERTY_FIELDS)))
SHIPMENT_PROPERTIES = Record(
    "sale_shipment_properties",
    [
        replace(item, facts={"type": "string"}) if item.name == "DEFAULT_VALUE" else item
        for item in blank(parse_fields(_PROPERTY_FIELDS))
    ],
)
PROPERTY_VARIANTS = Record(
    "sale_property_variants",
    parse_fields("""
        DESCRIPTION string .
        ID integer o
        NAME string r
        ORDER_PROPS_ID integer ri
        SORT integer:100 .
        VALUE string r
        XNL_ID=xnlId string .
    """),
)
PROPERTY_RELATIONS = Record(
    "sale_property_relations",
    [
        _OWN_KEY,
        *parse_fields("""
            ENTITY_ID integer ri
            ENTITY_TYPE string ri
            PROPERTY_ID integer ri
        """),
    ],
)
STATUSES = Record(
    "sale_statuses",
    [
        _OWN_KEY,
        *parse_fields("""
            COLOR string .
            CODE=id string ri
            NOTIFY string:Y .
            SORT integer:100 .
            TYPE letter r
            XML_ID string .
        """),
    ],
)
STATUS_TEXTS = Record(
    "sale_status_texts",
    [
        _OWN_KEY,
        *parse_fields("""
            DESCRIPTION string .
            LID string ri
            NAME string r
            STATUS_ID string ri
        """),
    ],
)
