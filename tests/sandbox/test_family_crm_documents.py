"""``crm.documentgenerator.*``: documents and numerators."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from doors import Door

PREFIX = "crm.documentgenerator"
RULE = "Bitrix_Main_Numerator_Generator_SequentNumberGenerator"


def document(door: Door, **more: Any) -> Any:
    """Make a document of a deal."""
    params = {"templateId": 39, "entityTypeId": 2, "entityId": 101, "stampsEnabled": 1, **more}
    return door.call(f"{PREFIX}.document.add", params).result["document"]


def test_fresh_document_has_numbers(door: Door) -> None:
    """Ids are numbers when made and text when read (page "Create Document")."""
    made = document(door, values={"DocumentNumber": "2026-001"})

    read = door.call(f"{PREFIX}.document.get", {"id": made["id"]}).result["document"]

    names = ("id", "createdBy", "templateId", "entityId", "entityTypeId", "stampsEnabled", "number")
    assert (1, 1, "39", "101", "2", True, "2026-001") == tuple(made[name] for name in names)
    assert ("1", "1", "39", "101", "2", True, "2026-001") == tuple(read[name] for name in names)
    expected = {
        "productsTableVariant": "",
        "_creationMethod": "rest",
        "stampsEnabled": True,
        "DocumentNumber": "2026-001",
    }
    assert expected == made["values"]


def test_machine_address_gives_the_document(door: Door) -> None:
    """An application downloads without a session."""
    made = document(door, values={"DocumentTitle": "Счёт"})
    parts = urlsplit(made["downloadUrlMachine"])

    answer = door.request("GET", f"{parts.path}?{parts.query}")

    assert 200 == answer.status
    assert answer.body.decode().startswith("Счёт")


def test_documents_are_listed_by_record(door: Door) -> None:
    """Names in the filter are camelCase; unknown ones are refused."""
    document(door)
    other = document(door, entityId=102)

    answer = door.call(f"{PREFIX}.document.list", {"filter": {"entityTypeId": 2, "entityId": 102}})

    assert [str(other["id"])] == [row["id"] for row in answer.result["documents"]]
    assert 1 == answer.json["total"]
    refused = door.call(f"{PREFIX}.document.list", {"filter": {"unknown": 1}})
    assert (400, "100") == (refused.status, refused.json["error"])


def test_document_is_changed_shown_and_removed(door: Door) -> None:
    """Who changed it is a number then; deleting answers null, and then the document is not found."""
    number = {"id": document(door)["id"]}

    changed = door.call(
        f"{PREFIX}.document.update", {**number, "stampsEnabled": 0, "values": {"DocumentNumber": "7"}}
    ).result["document"]
    assert (False, "7", 1) == (changed["stampsEnabled"], changed["number"], changed["updatedBy"])
    public = door.call(f"{PREFIX}.document.enablepublicurl", {**number, "status": 1}).result["publicUrl"]
    assert public == door.call(f"{PREFIX}.document.get", number).result["document"]["publicUrl"]
    fields = door.call(f"{PREFIX}.document.getfields", number).result["documentFields"]
    assert ("7", ["Document"]) == (fields["DocumentNumber"]["value"], fields["DocumentNumber"]["group"])
    assert door.call(f"{PREFIX}.document.delete", number).result is None
    body = door.call(f"{PREFIX}.document.get", number).json
    assert {"error": "0", "error_description": "Document not found"} == body


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"entityTypeId": 99999}, "0", "No provider for entityTypeId"),
        ({"templateId": 9999}, "0", "Template not found"),
        ({"entityId": None}, "MAIN_CONTROLLER_22001", "Could not find value for parameter {entityId}"),
    ],
)
def test_add_refuses_what_it_cannot_use(door: Door, change: dict[str, Any], code: str, text: str) -> None:
    """Codes of controllers are text."""
    params = {"templateId": 1, "entityTypeId": 2, "entityId": 1, **change}

    body = door.call(f"{PREFIX}.document.add", params).json

    assert {"error": code, "error_description": text} == body


def test_numerator_lives_and_dies(door: Door) -> None:
    """Its id is a number alone and text in the list (page "Create Numerator")."""
    fields = {"name": "Numerator from REST", "template": "{NUMBER}"}
    rule = {
        "start": 1,
        "step": 1,
        "length": 0,
        "padString": "0",
        "periodicBy": None,
        "timezone": None,
        "isDirectNumeration": False,
    }
    made = door.call(f"{PREFIX}.numerator.add", {"fields": fields}).result["numerator"]
    assert {**fields, "id": 1, "code": None, "settings": {RULE: rule}} == made

    change = {"template": "INV-{NUMBER}", "settings": {RULE: {"start": 100}}}
    door.call(f"{PREFIX}.numerator.update", {"id": 1, "fields": change})

    answer = door.call(f"{PREFIX}.numerator.list")
    settings = {RULE: {**rule, "start": 100}}
    expected = {"id": "1", "name": fields["name"], "template": "INV-{NUMBER}", "settings": settings}
    assert ([expected], 1) == (answer.result["numerators"], answer.json["total"])
    assert door.call(f"{PREFIX}.numerator.delete", {"id": 1}).result is None
    body = door.call(f"{PREFIX}.numerator.get", {"id": 1}).json
    assert {"error": "100", "error_description": "Could not construct parameter {numerator}"} == body
    body = door.call(f"{PREFIX}.numerator.add", {"fields": {"name": "x"}}).json
    assert {"error": "0", "error_description": "Empty required fields: template"} == body
