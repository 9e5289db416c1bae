"""``telephony.*``: external lines and calls."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from doors import Answered, Door


def call(door: Door, method: str, **params: Any) -> Answered:
    """Call a method with the application's token."""
    return door.token(f"telephony.{method}", door.portal.tokens()["access"], params)


def register(door: Door, **more: Any) -> Any:
    """Register an incoming call of an unknown number."""
    facts = {"USER_ID": 1, "PHONE_NUMBER": "+7 (999) 111-22-33", "TYPE": 2, **more}
    return call(door, "externalCall.register", **facts).result


def test_line_lives_and_dies(door: Door) -> None:
    """The id is a number when added and text when changed; deleting answers an empty array."""
    assert {"ID": 1} == call(door, "externalLine.add", NUMBER="14151234567", NAME="Main").result
    assert {"ID": "1"} == call(door, "externalLine.update", NUMBER="14151234567", CRM_AUTO_CREATE="N").result

    expected = [{"NUMBER": "14151234567", "NAME": "Main", "CRM_AUTO_CREATE": "N"}]
    assert expected == call(door, "externalLine.get").result
    assert [] == call(door, "externalLine.delete", NUMBER="14151234567").result
    assert [] == call(door, "externalLine.get").result


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("externalLine.add", {}, "NUMBER should not be empty"),
        ("externalLine.update", {"NUMBER": "5", "NAME": "x"}, "Could not find line with number 5"),
        ("externalCall.register", {"PHONE_NUMBER": "1"}, "USER_ID or USER_PHONE_INNER should be set"),
        ("externalCall.register", {"USER_ID": 1, "PHONE_NUMBER": "1"}, "Unknown TYPE"),
        (
            "externalCall.finish",
            {"CALL_ID": "none", "USER_ID": 1},
            "Call is not found (call should be registered prior to finishing)",
        ),
        ("call.attachTranscription", {"CALL_ID": "x"}, "MESSAGES should be an array"),
        ("externalCall.searchCrmEntities", {}, "PHONE_NUMBER is empty"),
    ],
)
def test_refusals_share_a_code(door: Door, method: str, params: dict[str, Any], text: str) -> None:
    """The text tells the reason."""
    answer = call(door, method, **params)

    expected = {"error": "ERROR_CORE", "error_description": text}
    assert (400, expected) == (answer.status, answer.json)


@pytest.mark.parametrize("method", ["externalLine.get", "externalCall.finish"])
def test_webhook_is_refused(door: Door, method: str) -> None:
    """Lines belong to applications, and so does the end of a call."""
    answer = door.call(f"telephony.{method}")

    assert (403, "WRONG_AUTH_TYPE") == (answer.status, answer.json["error"])


def test_unknown_caller_becomes_a_lead(door: Door) -> None:
    """With ``CRM_CREATE`` a lead with the number is added."""
    answer = register(door, CRM_CREATE=1)

    lead = door.call("crm.lead.get", {"id": answer["CRM_CREATED_LEAD"]}).result
    assert "79991112233" == lead["PHONE"][0]["VALUE"]
    expected = [{"ENTITY_TYPE": "LEAD", "ENTITY_ID": answer["CRM_CREATED_LEAD"]}]
    assert expected == answer["CRM_CREATED_ENTITIES"]


def test_known_caller_is_found_by_the_last_digits(door: Door) -> None:
    """The country code does not matter; contacts come before leads."""
    fields = {"NAME": "Anna", "LAST_NAME": "Karenina", "PHONE": [{"VALUE": "8 999 111-22-33"}]}
    contact = door.call("crm.contact.add", {"fields": fields}).result

    answer = register(door, CRM_CREATE=1)

    assert ("CONTACT", contact) == (answer["CRM_ENTITY_TYPE"], answer["CRM_ENTITY_ID"])
    (found,) = call(door, "externalCall.searchCrmEntities", PHONE_NUMBER="79991112233").result
    assert ("Anna Karenina", 1) == (found["NAME"], found["ASSIGNED_BY"]["ID"])


def test_finished_call_has_the_documented_keys(door: Door) -> None:
    """Keys and types are those of the page "Finish External Call"; the start is an empty object."""
    call_id = register(door)["CALL_ID"]

    row = call(
        door, "externalCall.finish", CALL_ID=call_id, USER_ID=1, DURATION=95, STATUS_CODE="200", VOTE=5
    ).result

    assert {} == row["CALL_START_DATE"]
    shown = {name: row[name] for name in ("CALL_DURATION", "CALL_STATUS", "CALL_VOTE", "COST", "INCOMING")}
    expected = {"CALL_DURATION": 95, "CALL_STATUS": 1, "CALL_VOTE": 5, "COST": 0, "INCOMING": "2"}
    assert expected == shown
    assert ("200", "") == (row["CALL_FAILED_CODE"], row["COST_CURRENCY"])


def test_record_needs_a_finished_call(door: Door) -> None:
    """The statistics do not know the call before."""
    call_id = register(door)["CALL_ID"]

    body = call(door, "externalCall.attachRecord", CALL_ID=call_id, FILENAME="a.mp3").json

    text = "Call is not found in the statistic table. It looks like it is not finished yet."
    assert text == body["error_description"]


def test_record_is_sent_in_the_call_or_to_an_address(door: Door) -> None:
    """Without a content there is an address that takes the file as a form."""
    call_id = register(door)["CALL_ID"]
    call(door, "externalCall.finish", CALL_ID=call_id, USER_ID=1)
    params = {"CALL_ID": call_id, "FILENAME": "a.mp3"}

    direct = call(door, "externalCall.attachRecord", **params, FILE_CONTENT="SUQz").result
    offered = call(door, "externalCall.attachRecord", **params).result

    assert {"FILE_ID": 1} == direct
    assert "file" == offered["fieldName"]
    target = urlsplit(offered["uploadUrl"])
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nID3\r\n--b--\r\n'
    kind = ("Content-Type", "multipart/form-data; boundary=b")
    sent = door.request("POST", f"{target.path}?{target.query}", body, [kind])
    assert {"FILE_ID": 2} == sent.result


def test_transcript_is_attached_to_a_finished_call(door: Door) -> None:
    """The answer has the id of the transcript."""
    call_id = register(door)["CALL_ID"]
    call(door, "externalCall.finish", CALL_ID=call_id, USER_ID=1)
    messages = [{"SIDE": "User", "START_TIME": 0, "STOP_TIME": 1, "MESSAGE": "Да"}]

    answer = call(door, "call.attachTranscription", CALL_ID=call_id, MESSAGES=messages)

    assert {"TRANSCRIPT_ID": 1} == answer.result


def test_finished_call_of_a_customer_is_kept_in_the_crm(door: Door) -> None:
    """The activity is a completed call; finishing again does not keep it twice."""
    fields = {"NAME": "Anna", "PHONE": [{"VALUE": "79991112233"}]}
    contact = door.call("crm.contact.add", {"fields": fields}).result
    call_id = register(door)["CALL_ID"]

    numbers = [
        call(door, "externalCall.finish", CALL_ID=call_id, USER_ID=1, DURATION=5).result["CRM_ACTIVITY_ID"]
        for _ in range(2)
    ]

    row = door.call("crm.activity.get", {"id": numbers[0]}).result
    expected = ("3", str(contact), "2", "Y", "1", "Incoming call 79991112233")
    names = ("OWNER_TYPE_ID", "OWNER_ID", "TYPE_ID", "COMPLETED", "DIRECTION", "SUBJECT")
    assert expected == tuple(row[name] for name in names)
    assert numbers[0] == numbers[1]
