"""``crm.status.*``: entries of directories, stages among them."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

NEW = {"ENTITY_ID": "SOURCE", "STATUS_ID": "FAIR", "NAME": "Ярмарка", "SORT": 70}


def _add(door: Door, **fields: Any) -> int:
    number: int = door.call("crm.status.add", {"fields": {**NEW, **fields}}).result
    return number


def test_added_entry_is_read_as_text(door: Door) -> None:
    """``add`` answers a number, ``get`` texts; a plain directory has no ``EXTRA``."""
    number = _add(door)

    expected = {
        "ID": str(number),
        "ENTITY_ID": "SOURCE",
        "STATUS_ID": "FAIR",
        "NAME": "Ярмарка",
        "NAME_INIT": "",
        "SORT": "70",
        "SYSTEM": "N",
        "CATEGORY_ID": None,
        "COLOR": "",
        "SEMANTICS": None,
    }
    assert expected == door.call("crm.status.get", {"id": number}).result


def test_stages_of_deals_say_what_they_are(door: Door) -> None:
    """``EXTRA`` of the documentation's example, with "apology" for the analysis of a failure."""
    rows = door.call(
        "crm.status.list", {"filter": {"ENTITY_ID": "DEAL_STAGE"}, "order": {"SORT": "ASC"}}
    ).result

    extras = {row["STATUS_ID"]: row["EXTRA"] for row in rows}
    assert {"SEMANTICS": "process", "COLOR": "#39A8EF"} == extras["NEW"]
    assert {"SEMANTICS": "success", "COLOR": "#7BD500"} == extras["WON"]
    assert {"SEMANTICS": "failure", "COLOR": "#FF5752"} == extras["LOSE"]
    assert {"SEMANTICS": "apology", "COLOR": "#FF5752"} == extras["APOLOGY"]


def test_stage_of_a_pipeline_gets_its_prefix(door: Door) -> None:
    """A stage added to ``DYNAMIC_140_STAGE_12`` is ``DT140_12:MY_STAGE``."""
    number = _add(door, ENTITY_ID="DYNAMIC_140_STAGE_12", STATUS_ID="MY_STAGE", SEMANTICS="F")

    row = door.call("crm.status.get", {"id": number}).result

    assert ("DT140_12:MY_STAGE", "12", "F") == (row["STATUS_ID"], row["CATEGORY_ID"], row["SEMANTICS"])


def test_code_and_directory_of_an_entry_stay(door: Door) -> None:
    """``update`` changes name and colour, not the identity."""
    number = _add(door)

    fields = {"NAME": "New name", "COLOR": "#00A9F4", "STATUS_ID": "OTHER", "ENTITY_ID": "STATUS"}
    assert True is door.call("crm.status.update", {"id": number, "fields": fields}).result

    row = door.call("crm.status.get", {"id": number}).result
    assert ("New name", "#00A9F4", "FAIR", "SOURCE") == tuple(
        row[name] for name in ("NAME", "COLOR", "STATUS_ID", "ENTITY_ID")
    )


def test_all_entries_come_at_once_and_ids_can_be_compared(door: Door) -> None:
    """The list has no pages (section 2.6), and a window of ids works on it."""
    for place in range(60):
        _add(door, STATUS_ID=f"S{place}")

    every = door.call("crm.status.list", {"filter": {"ENTITY_ID": "SOURCE"}}).json
    last = max(int(row["ID"]) for row in every["result"])
    window = door.call("crm.status.list", {"filter": {"<ID": str(last)}, "order": {"ID": "DESC"}}).result

    assert every["total"] == len(every["result"]) > 60
    assert "next" not in every
    assert last > int(window[0]["ID"]) > int(window[1]["ID"])


def test_entries_of_the_portal_are_deleted_only_by_force(door: Door) -> None:
    """A system entry needs ``FORCED``."""
    (row,) = door.call("crm.status.list", {"filter": {"ENTITY_ID": "SOURCE", "STATUS_ID": "CALL"}}).result

    refused = door.call("crm.status.delete", {"id": row["ID"]}).json
    forced = door.call("crm.status.delete", {"id": row["ID"], "params": {"FORCED": "Y"}})

    text = 'CRM System Status can be deleted only if parameter FORCED is specified and equal to "Y".'
    assert {"error": "", "error_description": text} == refused
    assert True is forced.result


def test_stage_with_items_stays(door: Door) -> None:
    """A stage that deals are in cannot be deleted."""
    number = _add(door, ENTITY_ID="DEAL_STAGE", STATUS_ID="TALK")
    door.call("crm.deal.add", {"fields": {"TITLE": "x", "STAGE_ID": "TALK"}})

    answer = door.call("crm.status.delete", {"id": number}).json

    assert {"error": "", "error_description": "There are active items in this status."} == answer


@pytest.mark.parametrize(
    ("verb", "params", "code", "text"),
    [
        ("add", {"fields": {}}, "", "The field ENTITY_ID is required., The field STATUS_ID is required."),
        ("add", {"fields": {"ENTITY_ID": "SOURCE", "STATUS_ID": "X"}}, "", "The field Title is required."),
        (
            "add",
            {"fields": {**NEW, "ENTITY_ID": "NOWHERE"}},
            "",
            "Specified entity type is not supported.",
        ),
        (
            "add",
            {"fields": {**NEW, "STATUS_ID": "CALL"}},
            "ERROR_CORE",
            "The specified status ID already exists.<br>",
        ),
        ("get", {"id": 9999}, "", "Status is not found."),
        ("update", {"fields": {}}, "", "Invalid identifier."),
        ("list", {"filter": {"ENTITY_ID": ["A"]}}, "", "Filter by ENTITY_ID must be a string"),
        ("entity.items", {}, "", "The parameter entityId is not defined or invalid."),
    ],
)
def test_directories_refuse_with_the_documented_texts(
    door: Door, verb: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Texts of the error tables of these pages; the code of classic methods is empty."""
    answer = door.call(f"crm.status.{verb}", params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


def test_entity_items_have_three_keys(door: Door) -> None:
    """The example of ``crm.status.entity.items``: the sort order is a number."""
    rows = door.call("crm.status.entity.items", {"entityId": "DEAL_STAGE"}).result

    assert {"NAME": "New", "SORT": 10, "STATUS_ID": "NEW"} == rows[0]


def test_entity_types_name_directories_and_pipelines(door: Door) -> None:
    """Plain directories have no semantics; the stages of a pipeline name its kind of record."""
    types = {row["ID"]: row for row in door.call("crm.status.entity.types").result}

    assert [] == types["SOURCE"]["SEMANTIC_INFO"]
    assert "CONVERTED" == types["STATUS"]["SEMANTIC_INFO"]["FINAL_SUCCESS_FIELD"]
    pipeline = types["DYNAMIC_140_STAGE_12"]
    assert (140, 12, "DT140_12", True) == tuple(
        pipeline[name] for name in ("ENTITY_TYPE_ID", "CATEGORY_ID", "PREFIX", "IS_ENABLED")
    )


def test_status_fields_are_those_of_the_page(door: Door) -> None:
    """Names, types and marks of the example of ``crm.status.fields``."""
    fields = door.call("crm.status.fields").result

    assert ("crm_status_extra", "char", "char") == tuple(
        fields[name]["type"] for name in ("EXTRA", "SYSTEM", "SEMANTICS")
    )
    assert [True, True, True] == [fields["STATUS_ID"][flag] for flag in ("isRequired", "isImmutable")] + [
        fields["NAME_INIT"]["isReadOnly"]
    ]
