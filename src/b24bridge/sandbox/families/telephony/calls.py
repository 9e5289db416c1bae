"""Calls: registered, shown, finished, recorded, transcribed."""

from __future__ import annotations

import re
import secrets
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.files import Files, StoredFile, php_base64
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.values import php_double

from .customers import TYPES, create_lead, find, keep_activity
from .errors import refused

__all__ = ["CALLS", "attach_record", "finish", "receive_record", "register", "show", "transcribe"]

CALLS = Record(
    "telephony_calls",
    parse_fields("""
        ID integer o
        CALL_ID string o
        EXTERNAL_CALL_ID string .
        PORTAL_USER_ID integer .
        PHONE_NUMBER string .
        PORTAL_NUMBER string .
        INCOMING integer .
        CALL_DURATION integer .
        CALL_STATUS integer .
        CALL_VOTE integer .
        COST double:0 .
        COST_CURRENCY string .
        CALL_FAILED_CODE string .
        CALL_FAILED_REASON string .
        CRM_ACTIVITY_ID integer .
        CRM_ENTITY_TYPE string .
        CRM_ENTITY_ID integer .
        FINISHED char:N .
        CALL_START_DATE datetime .
        RECORD_FILE_ID integer .
        TRANSCRIPT object .
    """),
    ("CALL_ID",),
)
_KINDS = (1, 2, 3, 4, 5)


def _table(context: Context) -> Table:
    return Table(context, CALLS, CLASSIC)


def _user(context: Context, params: Params) -> int:
    number, phone = php_int(pick(params, "USER_ID")), pick(params, "USER_PHONE_INNER")
    if not number and not phone:
        raise refused("USER_ID or USER_PHONE_INNER should be set")
    found = context.store.one("SELECT ID FROM users WHERE ID=?", (number,)) if number else None
    # Inner numbers are a user field that the sandbox may not have; the caller stands in for it.
    if number and found is None and number != context.caller.user_id:
        raise refused("User is not found or is not active")
    return number or context.caller.user_id


def register(context: Context, params: Params) -> Any:
    """``telephony.externalCall.register``."""
    user = _user(context, params)
    phone = re.sub(r"[^0-9]", "", str(pick(params, "PHONE_NUMBER", "")))
    if not phone:
        raise refused("Unsupported phone number format")
    kind = php_int(pick(params, "TYPE"))
    if kind not in _KINDS:
        raise refused("Unknown TYPE")
    started = pick(params, "CALL_START_DATE")
    if started and context.moment.read(started) is None:
        raise refused("CALL_START_DATE should be in the ISO-8601 format")
    type_id = TYPES.get(str(pick(params, "CRM_ENTITY_TYPE", "")).upper())
    number = php_int(pick(params, "CRM_ENTITY_ID"))
    customer = (type_id, number) if type_id and number else find(context, phone)
    created = None
    if customer is None and php_int(pick(params, "CRM_CREATE")):
        created = create_lead(context, phone, str(pick(params, "CRM_SOURCE", "CALL")), user)
        customer = (1, created)
    names = {type_id: name for name, type_id in TYPES.items()}
    call_id = f"externalCall.{secrets.token_hex(16)}.{int(context.moment.now)}"
    external = pick(params, "EXTERNAL_CALL_ID")
    _table(context).add(
        {
            "CALL_ID": call_id,
            "EXTERNAL_CALL_ID": None if external is None else str(external),
            "PORTAL_USER_ID": user,
            "PHONE_NUMBER": phone,
            "PORTAL_NUMBER": str(pick(params, "LINE_NUMBER", "")),
            "INCOMING": kind,
            "CALL_START_DATE": context.moment.read(started) if started else context.moment.text,
            "CRM_ENTITY_TYPE": names[customer[0]] if customer else None,
            "CRM_ENTITY_ID": customer[1] if customer else None,
        }
    )
    lead = [{"ENTITY_TYPE": "LEAD", "ENTITY_ID": created}] if created else []
    return {
        "CALL_ID": call_id,
        "CRM_CREATED_LEAD": created,
        "CRM_CREATED_ENTITIES": lead,
        "CRM_ENTITY_TYPE": names[customer[0]] if customer else None,
        "CRM_ENTITY_ID": customer[1] if customer else None,
        "LEAD_CREATION_ERROR": "",
    }


def _call(context: Context, params: Params) -> Any:
    call_id = pick(params, "CALL_ID")
    if not isinstance(call_id, str) or not call_id:
        raise Refusal("INVALID_ARGUMENT", "CALL_ID must be a string")
    return _table(context).one(Where("CALL_ID=?", (call_id,)))


def finish(context: Context, params: Params) -> Any:
    """``telephony.externalCall.finish``: the start of the call is lost on the way (an empty object)."""
    call = _call(context, params)
    user = _user(context, params)
    if call is None:
        raise refused("Call is not found (call should be registered prior to finishing)")
    code = str(pick(params, "STATUS_CODE", "200" if php_int(pick(params, "DURATION")) else "304"))
    vote = pick(params, "VOTE")
    cost = php_double(pick(params, "COST"))
    row = {
        "CALL_ID": call["CALL_ID"],
        "EXTERNAL_CALL_ID": call["EXTERNAL_CALL_ID"],
        "PORTAL_USER_ID": user,
        "PHONE_NUMBER": call["PHONE_NUMBER"],
        "PORTAL_NUMBER": call["PORTAL_NUMBER"],
        "INCOMING": call["INCOMING"],
        "CALL_DURATION": php_int(pick(params, "DURATION")),
        "CALL_START_DATE": {},
        "CALL_STATUS": int(code == "200"),
        "CALL_VOTE": None if vote is None else php_int(vote),
        "COST": int(cost) if cost == int(cost) else cost,
        "COST_CURRENCY": str(pick(params, "COST_CURRENCY", "")),
        "CALL_FAILED_CODE": code,
        "CALL_FAILED_REASON": str(pick(params, "FAILED_REASON", "")),
        "REST_APP_ID": "1",
        "REST_APP_NAME": context.caller.client_id,
        "CRM_ACTIVITY_ID": keep_activity(context, call, user),
        "COMMENT": None,
        "CRM_ENTITY_TYPE": call["CRM_ENTITY_TYPE"],
        "CRM_ENTITY_ID": call["CRM_ENTITY_ID"] and php_int(call["CRM_ENTITY_ID"]),
        "ID": int(call["ID"]),
    }
    kept = {name: row[name] for name in CALLS.fields if name in row and name not in ("ID", "CALL_START_DATE")}
    _table(context).change(int(call["ID"]), {**kept, "FINISHED": "Y"})
    return row


def show(context: Context, params: Params) -> Any:
    """``telephony.externalCall.show`` and ``hide``: nobody is there to see the card."""
    return bool(pick(params, "CALL_ID"))


def _finished(context: Context, params: Params) -> Any:
    call = _call(context, params)
    if call is None or call["FINISHED"] != "Y":
        raise refused("Call is not found in the statistic table. It looks like it is not finished yet.")
    return call


def attach_record(context: Context, params: Params) -> Any:
    """``telephony.externalCall.attachRecord``: a file, or an address that takes one."""
    address, name = pick(params, "RECORD_URL"), pick(params, "FILENAME")
    if not address and not name:
        raise refused(
            "Required parameters are not set. Request should contain either URL or FILENAME parameter"
        )
    call = _finished(context, params)
    name = str(name or str(address).rpartition("/")[2])
    if name.rpartition(".")[2].lower() not in ("mp3", "wav"):
        raise refused("Wrong file extension. Only wav and mp3 are allowed")
    content = pick(params, "FILE_CONTENT")
    if content is None and not address:
        facts = {"callId": call["CALL_ID"], "fileName": name}
        return {
            "uploadUrl": context.portal.transfers.address(context, "upload", "telephony", facts),
            "fieldName": "file",
        }
    file = StoredFile(name, php_base64(str(content or "")))
    if content is not None and not file.content:
        raise refused("File content is not properly encoded. Base64 encoding is expected.")
    return {"FILE_ID": _keep_record(context, call, file)}


def receive_record(context: Context, facts: dict[str, str], file: StoredFile) -> Any:
    """Take the record that was sent to an ``uploadUrl``."""
    call = _finished(context, {"CALL_ID": facts["callId"]})
    return {"FILE_ID": _keep_record(context, call, StoredFile(facts["fileName"], file.content))}


def _keep_record(context: Context, call: Any, file: StoredFile) -> int:
    number = Files(context.store).keep(file)
    _table(context).change(int(call["ID"]), {"RECORD_FILE_ID": number})
    return number


def transcribe(context: Context, params: Params) -> Any:
    """``telephony.call.attachTranscription``."""
    if not pick(params, "CALL_ID"):
        raise refused("CALL_ID should be set")
    messages = pick(params, "MESSAGES")
    if not isinstance(messages, list):
        raise refused("MESSAGES should be an array")
    for position, message in enumerate(messages):
        _check_message(f"MESSAGES[{position}]", message if isinstance(message, dict) else {})
    call = _call(context, params)
    if call is None or call["FINISHED"] != "Y":
        raise refused(f"Call {pick(params, 'CALL_ID')} is not found. Is it finished?")
    _table(context).change(int(call["ID"]), _table(context).read({"TRANSCRIPT": messages}))
    return {"TRANSCRIPT_ID": int(call["ID"])}


def _check_message(where: str, message: dict[str, Any]) -> None:
    if message.get("SIDE") not in ("Client", "User"):
        raise refused(f"{where}[SIDE] should be either Client or User")
    if php_int(message.get("START_TIME")) < 0:
        raise refused(f"{where}[START_TIME] should be greater or equal to zero")
    if php_int(message.get("STOP_TIME")) <= 0:
        raise refused(f"{where}[STOP_TIME] should be greater than zero")
    if not message.get("MESSAGE"):
        raise refused(f"{where}[MESSAGE] is empty")
