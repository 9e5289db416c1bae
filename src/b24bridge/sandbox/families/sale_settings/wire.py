"""``sale.persontype.*``, ``sale.property*.*``, ``sale.status*.*``, ``sale.businessValuePersonDomain.*``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.controllers import Controller, Link
from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import records, rules

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_PERSON_TYPES = Controller(
    records.PERSON_TYPES,
    "personType",
    "personTypes",
    ("200740400001", "person type is not exists"),
    check=rules.check_person_type,
    removing=rules.remove_person_type,
)
_DOMAINS = Controller(
    records.DOMAINS,
    "businessValuePersonDomain",
    "businessValuePersonDomains",
    ("201440400003", "business value person domain does not exist"),
    duplicate="201450000001",
    unique=("personTypeId",),
    links={"PERSON_TYPE_ID": Link("sale_person_types", "201440400002", "person type is not exists")},
)
_GROUPS = Controller(
    records.PROPERTY_GROUPS,
    "propertyGroup",
    "propertyGroups",
    ("200940400001", "property group does not exist"),
)
_PROPERTIES = Controller(
    records.PROPERTIES,
    "property",
    "properties",
    ("200840400001", "property is not exists"),
    check=rules.check_property,
    removing=rules.remove_property,
)
_SHIPMENT_PROPERTIES = Controller(
    records.SHIPMENT_PROPERTIES,
    "property",
    "properties",
    ("200840400001", "property is not exists"),
    check=rules.check_property,
)
_VARIANTS = Controller(
    records.PROPERTY_VARIANTS,
    "propertyVariant",
    "propertyVariants",
    ("201540400001", "property variant is not exists"),
    links={"ORDER_PROPS_ID": Link("sale_properties", "201550000003", "property id is bad")},
    check=rules.check_variant,
)
_RELATIONS = Controller(
    records.PROPERTY_RELATIONS,
    "propertyRelation",
    "propertyRelations",
    ("201640400004", "property relation does not exist"),
    duplicate="201650000001",
    unique=("entityId", "entityType", "propertyId"),
    links={"PROPERTY_ID": Link("sale_properties", "201650000002", "property does not exist")},
)
_STATUSES = Controller(
    records.STATUSES,
    "status",
    "statuses",
    ("201340400001", "status does not exist"),
    duplicate="201350000001",
    unique=("id",),
    check=rules.check_status,
    removing=rules.remove_status,
    key="CODE",
)
_TEXTS = Controller(
    records.STATUS_TEXTS,
    "statusLang",
    "statusLangs",
    ("201740400001", "status lang does not exist"),
    duplicate="201750000003",
    unique=("statusId", "lid"),
    check=rules.check_status_text,
)
_ALL = "add get list update delete getFields"
_PAIRS = "add list deleteByFilter getFields"
_KINDS = (
    ("sale.persontype", _PERSON_TYPES, _ALL),
    ("sale.businessValuePersonDomain", _DOMAINS, _PAIRS),
    ("sale.propertygroup", _GROUPS, _ALL),
    ("sale.property", _PROPERTIES, "add get list update delete"),
    ("sale.shipmentproperty", _SHIPMENT_PROPERTIES, "add get list update delete"),
    ("sale.propertyvariant", _VARIANTS, _ALL),
    ("sale.propertyRelation", _RELATIONS, _PAIRS),
    ("sale.status", _STATUSES, _ALL),
    ("sale.statusLang", _TEXTS, _PAIRS),
)
_HANDLERS = {
    "sale.property.getfieldsbytype": rules.fields_by_type(_PROPERTIES),
    "sale.shipmentproperty.getfieldsbytype": rules.fields_by_type(_SHIPMENT_PROPERTIES),
    "sale.statusLang.getListLangs": rules.languages,
}
_FIRST_STATUSES = (("N", "O", 100), ("F", "O", 200), ("DN", "D", 300), ("DF", "D", 400))
_FIRST_TEXTS = {"N": "Accepted", "F": "Completed", "DN": "Awaiting processing", "DF": "Shipped"}


def _prepare(portal: Portal) -> None:
    prepare(portal, *(kind.record for _, kind, _ in _KINDS))
    store = portal.store
    if store.setting("sale_settings") is not None:
        return
    for name, code, domain in (("Company", "CRM_COMPANY", "E"), ("Contact", "CRM_CONTACT", "I")):
        values = {"NAME": name, "CODE": code, "SORT": "100", "ACTIVE": "Y"}
        number = store.insert("sale_person_types", values)
        store.insert("sale_person_domains", {"PERSON_TYPE_ID": number, "DOMAIN": domain})
    for code, letter, sort in _FIRST_STATUSES:
        status = {"CODE": code, "TYPE": letter, "SORT": sort, "NOTIFY": "Y", "COLOR": "#BEEDF1"}
        store.insert("sale_statuses", status)
        text = {"STATUS_ID": code, "LID": "en", "NAME": _FIRST_TEXTS[code], "DESCRIPTION": ""}
        store.insert("sale_status_texts", text)
    store.keep("sale_settings", True)


FAMILY = Family(
    "sale_settings",
    [
        *(method for prefix, kind, verbs in _KINDS for method in kind.methods(prefix, verbs)),
        *(Method(name, handler, "sale", listed=False) for name, handler in _HANDLERS.items()),
    ],
    prepare=_prepare,
)
