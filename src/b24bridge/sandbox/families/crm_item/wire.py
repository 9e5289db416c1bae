"""Methods of ``crm.item.*`` and the fields of a smart process (section 5.1)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record

from . import rules, writes

__all__ = ["FAMILY"]

_UTM = ("UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM")
_INDEXES = ("STAGE_ID", "CREATED_TIME", "MOVED_TIME")


# What a smart process has only while a switch of its type is on.
_SWITCHES = {
    "IS_STAGES_ENABLED": ("STAGE_ID", "PREVIOUS_STAGE_ID"),
    "IS_BEGIN_CLOSE_DATES_ENABLED": ("BEGINDATE", "CLOSEDATE"),
    "IS_CLIENT_ENABLED": ("COMPANY_ID", "CONTACT_ID", "CONTACT_IDS", "CONTACTS"),
    "IS_LINK_WITH_PRODUCTS_ENABLED": ("OPPORTUNITY", "IS_MANUAL_OPPORTUNITY", "TAX_VALUE", "CURRENCY_ID"),
    "IS_MYCOMPANY_ENABLED": ("MYCOMPANY_ID",),
    "IS_SOURCE_ENABLED": ("SOURCE_ID", "SOURCE_DESCRIPTION"),
    "IS_OBSERVERS_ENABLED": ("OBSERVERS",),
}
_COMPANY = {"settings": {"parentEntityTypeId": 4}}
_MY_COMPANY = {"settings": {"isMyCompany": True, "parentEntityTypeId": 4, "isEmbeddedEditorEnabled": True}}


def smart_process(type_id: int, row: dict[str, Any], category: int) -> Entity:
    """Return the kind of record that a smart process is.

    Args:
        row: Its row in the table of types.
        category: Its default pipeline.
    """
    name = "SMART_INVOICE" if type_id == 31 else f"DYNAMIC_{type_id}"
    stages = {"statusType": f"{name}_STAGE_{category}"}
    fields = [
        Field("ID", "integer", "ID", read_only=True),
        Field("XML_ID", title="External code", default=""),
        Field("TITLE", title="Name"),
        Field("CREATED_BY", "user", "Created by", read_only=True),
        Field("UPDATED_BY", "user", "Updated by", read_only=True),
        Field("MOVED_BY", "user", "Moved by", read_only=True),
        Field("CREATED_TIME", "datetime", "Created at", read_only=True),
        Field("UPDATED_TIME", "datetime", "Updated at", read_only=True),
        Field("MOVED_TIME", "datetime", "Moved at", read_only=True),
        Field("CATEGORY_ID", "crm_category", "Pipeline"),
        Field("OPENED", "boolean", "Publicly available", default="Y", required=True),
        Field("STAGE_ID", "crm_status", "Stage", facts=stages),
        Field("PREVIOUS_STAGE_ID", "crm_status", "Previous stage", read_only=True, facts=stages),
        Field("BEGINDATE", "date", "Start date"),
        Field("CLOSEDATE", "date", "End date"),
        Field("COMPANY_ID", "crm_company", "Company", facts=_COMPANY),
        Field("CONTACT_ID", "crm_contact", "Contact", facts={"isDeprecated": True}),
        Field("OPPORTUNITY", "double", "Amount", default=0.0),
        Field("IS_MANUAL_OPPORTUNITY", "boolean", "Amount is set by hand", default="N"),
        Field("TAX_VALUE", "double", "Tax", default=0.0),
        Field("CURRENCY_ID", "crm_currency", "Currency", default="RUB"),
        Field("MYCOMPANY_ID", "crm_company", "My company", facts=_MY_COMPANY),
        Field("SOURCE_ID", "crm_status", "Source", default="", facts={"statusType": "SOURCE"}),
        Field("SOURCE_DESCRIPTION", "text", "Source details", default=""),
        Field("WEBFORM_ID", "integer", "Created by CRM form", default=0),
        Field("ASSIGNED_BY_ID", "user", "Assigned to"),
        Field("LAST_ACTIVITY_BY", "user", "Last activity by", read_only=True),
        Field("LAST_ACTIVITY_TIME", "datetime", "Last activity", read_only=True),
        Field("LAST_COMMUNICATION_TIME", title="Last communication", read_only=True),
        *(Field(name, title=name.replace("_", " ").capitalize(), default="") for name in _UTM),
        Field("OBSERVERS", "user", "Observers", multiple=True),
        Field("CONTACT_IDS", "crm_contact", "Contacts", multiple=True),
        Field("CONTACTS", "crm_contact", "Contacts", multiple=True, hidden="controller"),
    ]
    off = {name for switch, names in _SWITCHES.items() if row.get(switch) == "N" for name in names}
    kept = [item for item in fields if item.name not in off]
    record = Record(f"crm_{type_id}", kept, [name for name in _INDEXES if name not in off])
    return Entity(type_id, record, f"CRM_{row['ID']}", f"DYNAMIC_{type_id}", row)


FAMILY = Family(
    "crm_item",
    [
        Method("crm.item.list", rules.listed, "crm", listed=False),
        Method("crm.item.get", rules.get, "crm", listed=False),
        Method("crm.item.fields", rules.fields, "crm", listed=False),
        Method("crm.item.add", writes.add, "crm", listed=False),
        Method("crm.item.update", writes.update, "crm", listed=False),
        Method("crm.item.delete", writes.delete, "crm", listed=False),
    ],
    prepare=lambda portal: rules.prepare(portal, smart_process),
)
