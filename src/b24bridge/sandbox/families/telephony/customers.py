"""Who calls: records of the CRM by their phone number."""

from __future__ import annotations

import re
from typing import Any

from b24bridge.sandbox.methods import Context, Params, pick

from .errors import refused

__all__ = ["TYPES", "create_lead", "find", "keep_activity", "search"]

TYPES = {"LEAD": 1, "CONTACT": 3, "COMPANY": 4}
# The last digits decide: +7 and 8 stand for the same country code.
_DIGITS = 10
_SEARCHED = (3, 4, 1)


def _matches(context: Context, phone: str) -> list[tuple[int, int]]:
    tail = phone[-_DIGITS:]
    rows = context.store.rows(
        "SELECT ENTITY_TYPE, ELEMENT_ID, VALUE FROM crm_multifields WHERE TYPE_ID='PHONE' ORDER BY ID"
    )
    found = [
        (type_id, number)
        for type_id, number, value in rows
        if re.sub(r"[^0-9]", "", str(value))[-_DIGITS:] == tail
    ]
    return [pair for type_id in _SEARCHED for pair in found if pair[0] == type_id]


def find(context: Context, phone: str) -> tuple[int, int] | None:
    """Return kind and id of the first record with a phone number, contacts before companies and leads."""
    return next(iter(_matches(context, phone)), None)


def create_lead(context: Context, phone: str, source: str, user: int) -> int:
    """Add a lead for an unknown number and return its id."""
    method = context.portal.dispatcher.find("crm.lead.add")
    assert method is not None
    fields = {"TITLE": f"{phone} - Incoming call", "SOURCE_ID": source, "ASSIGNED_BY_ID": user}
    phones = [{"VALUE": phone, "VALUE_TYPE": "WORK"}]
    return int(method.handler(context, {"fields": {**fields, "PHONE": phones}}))


def keep_activity(context: Context, call: Any, user: int) -> int | None:
    """Keep a finished call in the CRM and return the id of the activity; None for an unknown caller."""
    if call["CRM_ACTIVITY_ID"]:
        return int(call["CRM_ACTIVITY_ID"])
    if not call["CRM_ENTITY_ID"]:
        return None
    method = context.portal.dispatcher.find("crm.activity.add")
    assert method is not None
    incoming = call["INCOMING"] == "2"
    fields = {
        "OWNER_TYPE_ID": TYPES[call["CRM_ENTITY_TYPE"]],
        "OWNER_ID": int(call["CRM_ENTITY_ID"]),
        "TYPE_ID": 2,
        "SUBJECT": f"{'Incoming' if incoming else 'Outgoing'} call {call['PHONE_NUMBER']}",
        "COMPLETED": "Y",
        "RESPONSIBLE_ID": user,
        "DIRECTION": 1 if incoming else 2,
        "START_TIME": context.moment.text,
        "END_TIME": context.moment.text,
        "COMMUNICATIONS": [{"TYPE": "PHONE", "VALUE": call["PHONE_NUMBER"]}],
    }
    return int(method.handler(context, {"fields": fields}))


def search(context: Context, params: Params) -> Any:
    """``telephony.externalCall.searchCrmEntities``."""
    phone = re.sub(r"[^0-9]", "", str(pick(params, "PHONE_NUMBER", "")))
    if not phone:
        raise refused("PHONE_NUMBER is empty")
    names = {type_id: name for name, type_id in TYPES.items()}
    return [_shown(context, names[type_id], type_id, number) for type_id, number in _matches(context, phone)]


def _shown(context: Context, name: str, type_id: int, number: int) -> dict[str, Any]:
    columns = "TITLE" if type_id == TYPES["COMPANY"] else "NAME, LAST_NAME"
    row = context.store.one(f"SELECT ASSIGNED_BY_ID, {columns} FROM crm_{type_id} WHERE ID=?", (number,))  # noqa: S608  # constants
    user, *words = row or (0, "")
    return {
        "CRM_ENTITY_TYPE": name,
        "CRM_ENTITY_ID": number,
        "ASSIGNED_BY_ID": user,
        "NAME": " ".join(word for word in words if word),
        "ASSIGNED_BY": {
            "ID": user,
            "TIMEMAN_STATUS": "",
            "USER_PHONE_INNER": "",
            "WORK_PHONE": "",
            "PERSONAL_PHONE": "",
            "PERSONAL_MOBILE": "",
        },
    }
