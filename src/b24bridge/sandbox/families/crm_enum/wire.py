"""The fixed lists of the CRM (page "Enumerations in CRM")."""

from __future__ import annotations

from functools import partial
from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.plain import describe
from b24bridge.sandbox.records import Field

__all__ = ["FAMILY"]

# A list is "id=name"; an empty name stands for "not given".
_LISTS = {
    "activitydirection": "0= 1=Incoming 2=Outgoing",
    "activitynotifytype": "0= 1=min. 2=h. 3=d.",
    "activitypriority": "0= 1=Low 2=Medium 3=High",
    "activitystatus": "0= 1=Pending 2=Completed 3=Completed_automatically",
    "activitytype": "0= 1=Meeting 2=Call 3=Task 4=E-mail 5=Action 6=User_action",
    "addresstype": "11=Delivery_address 1=Street_address 6=Legal_address 4=Registration_address "
    "8=Correspondence_address 9=Beneficiary_address",
    "contenttype": "0= 1=Plain_text 2=BBCode 3=HTML",
    "settings.mode": "0= 1=Classic_CRM 2=Simple_CRM",
}
_OWNERS = (
    (1, "Lead", "LEAD", "L"),
    (2, "Deal", "DEAL", "D"),
    (3, "Contact", "CONTACT", "C"),
    (4, "Company", "COMPANY", "CO"),
    (5, "Invoice (old version)", "INVOICE", "I"),
    (31, "Invoice", "SMART_INVOICE", "SI"),
    (7, "Quote", "QUOTE", "Q"),
    (8, "Billing Details", "REQUISITE", "RQ"),
    (36, "Document", "SMART_DOCUMENT", "DO"),
    (39, "Company Document", "SMART_B2E_DOC", "SBD"),
)
_FIELDS = (
    Field("ID", "int", "ID", read_only=True),
    Field("NAME", "string", "Name", read_only=True),
    Field("SYMBOL_CODE", "string", "Symbol code", read_only=True),
    Field("SYMBOL_CODE_SHORT", "string", "Short symbol code", read_only=True),
)


def _entry(number: int, name: str, code: str | None = None, short: str | None = None) -> dict[str, Any]:
    return {"ID": number, "NAME": name, "SYMBOL_CODE": code, "SYMBOL_CODE_SHORT": short}


def _listed(text: str, _: Context, __: Params) -> Any:
    pairs = (entry.partition("=") for entry in text.split(" "))
    return [_entry(int(number), name.replace("_", " ")) for number, _sign, name in pairs]


def _owners(context: Context, _: Params) -> Any:
    dynamic = [entity for entity in context.portal.entities.all() if entity.type_row is not None]
    return [_entry(*owner) for owner in _OWNERS] + [
        _entry(
            entity.type_id,
            str((entity.type_row or {}).get("TITLE", "")),
            f"DYNAMIC_{entity.type_id}",
            f"T{entity.type_id:x}",
        )
        for entity in dynamic
    ]


def _order_owners(_: Context, __: Params) -> Any:
    return [{"id": 2, "name": "Deal", "code": "DEAL", "attribute": "D"}]


def _fields(_: Context, __: Params) -> Any:
    return {item.name: describe(item) for item in _FIELDS}


FAMILY = Family(
    "crm_enum",
    [
        *(Method(f"crm.enum.{name}", partial(_listed, text), "crm") for name, text in _LISTS.items()),
        Method("crm.enum.ownertype", _owners, "crm"),
        Method("crm.enum.getorderownertypes", _order_owners, "crm"),
        Method("crm.enum.fields", _fields, "crm"),
    ],
)
