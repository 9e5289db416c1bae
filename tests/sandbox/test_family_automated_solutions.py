"""``crm.automatedsolution.*``: digital workplaces."""

from __future__ import annotations

from doors import Door


def test_workplace_lives_and_dies(door: Door) -> None:
    """Ids are numbers; deleting answers null, and is refused while there are smart processes."""
    fields = {"title": "HR", "typeIds": [1]}

    added = door.call("crm.automatedsolution.add", {"fields": fields}).result

    number = added["automatedSolution"]["id"]
    assert {"automatedSolution": {"id": number, **fields}} == added
    assert added == door.call("crm.automatedsolution.get", {"id": number}).result
    answer = door.call("crm.automatedsolution.list", {"filter": {"id": number}})
    assert ([added["automatedSolution"]], 1) == (answer.result["automatedSolutions"], answer.json["total"])
    refused = door.call("crm.automatedsolution.delete", {"id": number})
    assert (400, "HAS_BOUND_TYPES") == (refused.status, refused.json["error"])
    change = {"title": "HR & Co", "typeIds": []}
    changed = door.call("crm.automatedsolution.update", {"id": number, "fields": change}).result
    assert {"id": number, **change} == changed["automatedSolution"]
    assert door.call("crm.automatedsolution.delete", {"id": number}).result is None


def test_smart_process_shows_its_workplace(door: Door) -> None:
    """``customSectionId`` of a type follows."""
    type_id = door.call("crm.type.list").result["types"][0]["id"]
    fields = {"title": "HR", "typeIds": [type_id]}
    added = door.call("crm.automatedsolution.add", {"fields": fields}).result["automatedSolution"]

    types = door.call("crm.type.list", {"filter": {"id": type_id}}).result["types"]

    assert [added["id"]] == [row["customSectionId"] for row in types]


def test_title_is_required(door: Door) -> None:
    """Code and text are those of the page "Create Digital Workplace"."""
    answer = door.call("crm.automatedsolution.add", {"fields": {}})

    expected = {"error": "BX_EMPTY_REQUIRED", "error_description": "The required field 'Title' is not filled"}
    assert (400, expected) == (answer.status, answer.json)


def test_unknown_workplace_is_not_found(door: Door) -> None:
    """Code and text are those of the page "Get Digital Workplace"."""
    body = door.call("crm.automatedsolution.get", {"id": 99}).json

    assert {"error": "NOT_FOUND", "error_description": "Digital workplace with such id not found"} == body
    assert ["id", "title", "typeIds"] == list(door.call("crm.automatedsolution.fields").result)
