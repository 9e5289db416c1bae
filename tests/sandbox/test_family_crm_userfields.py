"""``crm.*.userfield.*`` and ``crm.userfield.*``: fields that people add, used like any other."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

KINDS = ("lead", "deal", "contact", "company", "quote")
HELLO = {
    "LABEL": "Field 'Hello, world!'",
    "USER_TYPE_ID": "string",
    "FIELD_NAME": "HELLO_WORLD",
    "MANDATORY": "Y",
    "SHOW_FILTER": "Y",
    "SETTINGS": {"DEFAULT_VALUE": "Hello, world! Default value", "ROWS": 3},
    "SORT": 1000,
    "LIST_FILTER_LABEL": "Hello, world! Filter",
    "LIST_COLUMN_LABEL": {"en": "Hello, World! Column", "de": "Hallo, Welt! Spalte"},
}


def _add(door: Door, kind: str = "deal", **fields: Any) -> int:
    given = {"USER_TYPE_ID": "string", **fields}
    number: int = door.call(f"crm.{kind}.userfield.add", {"fields": given}).result
    return number


@pytest.mark.parametrize("kind", KINDS)
def test_added_field_can_be_written_read_listed_and_filtered(door: Door, kind: str) -> None:
    """A new field takes part in everything that its records do."""
    _add(door, kind, FIELD_NAME="CODE")
    number = door.call(
        f"crm.{kind}.add", {"fields": {"TITLE": "a", "NAME": "a", "UF_CRM_CODE": "Ы-1"}}
    ).result
    door.call(f"crm.{kind}.add", {"fields": {"TITLE": "b", "NAME": "b", "UF_CRM_CODE": "Z"}})

    listed = door.call(f"crm.{kind}.list", {"filter": {"UF_CRM_CODE": "Ы-1"}, "select": ["ID", "UF_*"]})

    assert "Ы-1" == door.call(f"crm.{kind}.get", {"id": number}).result["UF_CRM_CODE"]
    assert [{"ID": str(number), "UF_CRM_CODE": "Ы-1"}] == listed.result


def test_added_field_is_described(door: Door) -> None:
    """``crm.deal.fields`` has it with its labels, ``crm.item.fields`` under its other name."""
    _add(door, FIELD_NAME="1721244707107", USER_TYPE_ID="double", LABEL="Weight")

    classic = door.call("crm.deal.fields").result["UF_CRM_1721244707107"]
    item = door.call("crm.item.fields", {"entityTypeId": 2}).result["fields"]["ufCrm_1721244707107"]

    assert ("double", True, "UF_CRM_1721244707107", "Weight") == (
        classic["type"],
        classic["isDynamic"],
        classic["title"],
        classic["formLabel"],
    )
    assert ("double", "UF_CRM_1721244707107") == (item["type"], item["upperName"])


def test_field_answers_as_in_the_documentation(door: Door) -> None:
    """``get`` of the example: flags, settings with what the type adds, labels in all languages."""
    number = _add(door, "contact", **HELLO)

    field = door.call("crm.contact.userfield.get", {"id": number}).result

    settings = {
        "SIZE": 20,
        "ROWS": 3,
        "REGEXP": "",
        "MIN_LENGTH": 0,
        "MAX_LENGTH": 0,
        "DEFAULT_VALUE": "Hello, world! Default value",
    }
    expected = {
        "ID": str(number),
        "ENTITY_ID": "CRM_CONTACT",
        "FIELD_NAME": "UF_CRM_HELLO_WORLD",
        "USER_TYPE_ID": "string",
        "XML_ID": None,
        "SORT": "1000",
        "MULTIPLE": "N",
        "MANDATORY": "Y",
        "SHOW_FILTER": "E",
        "SHOW_IN_LIST": "Y",
        "EDIT_IN_LIST": "Y",
        "SETTINGS": settings,
    }
    assert expected == {name: field[name] for name in expected}
    assert ("Hello, World! Column", "Hallo, Welt! Spalte", "Field 'Hello, world!'") == tuple(
        field["LIST_COLUMN_LABEL"][language] for language in ("en", "de", "fr")
    )
    assert {"Hello, world! Filter"} == set(field["LIST_FILTER_LABEL"].values())


def test_list_has_labels_in_the_language_of_its_filter(door: Door) -> None:
    """With ``LANG`` each label is a text; without it there are none."""
    _add(door, **{**HELLO, "FIELD_NAME": "A"})

    params = {"filter": {"LANG": "de", "MANDATORY": "Y"}}
    (german,) = door.call("crm.deal.userfield.list", params).result
    (plain,) = door.call("crm.deal.userfield.list").result

    assert "Hallo, Welt! Spalte" == german["LIST_COLUMN_LABEL"]
    assert "LIST_COLUMN_LABEL" not in plain


def test_list_field_has_options_with_ids(door: Door) -> None:
    """Options are added, changed by id and removed with ``DEL``."""
    options = [{"VALUE": "one", "SORT": 10}, {"VALUE": "two", "SORT": 20}]
    number = _add(door, FIELD_NAME="L", USER_TYPE_ID="enumeration", LIST=options)
    first, second = door.call("crm.deal.userfield.get", {"id": number}).result["LIST"]
    changes = [{"ID": first["ID"], "VALUE": "uno"}, {"ID": second["ID"], "DEL": "Y"}, {"VALUE": "three"}]

    door.call("crm.deal.userfield.update", {"id": number, "fields": {"LIST": changes}})

    found = door.call("crm.deal.userfield.get", {"id": number}).result["LIST"]
    assert ["uno", "three"] == [option["VALUE"] for option in found]
    assert [("10", "N"), ("500", "N")] == [(option["SORT"], option["DEF"]) for option in found]


def test_text_as_label_counts_for_all_languages(door: Door) -> None:
    """``update`` with a plain text changes the label everywhere."""
    number = _add(door, **HELLO)

    door.call("crm.deal.userfield.update", {"id": number, "fields": {"EDIT_FORM_LABEL": "QQQ"}})

    labels = door.call("crm.deal.userfield.get", {"id": number}).result["EDIT_FORM_LABEL"]
    assert {"QQQ"} == set(labels.values())


def test_deleted_field_is_gone_with_its_values(door: Door) -> None:
    """A field of the same name starts empty."""
    number = _add(door, FIELD_NAME="GONE")
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "a", "UF_CRM_GONE": "x"}}).result

    door.call("crm.deal.userfield.delete", {"id": number})
    without = door.call("crm.deal.get", {"id": deal}).result
    _add(door, FIELD_NAME="GONE")

    assert "UF_CRM_GONE" not in without
    assert None is door.call("crm.deal.get", {"id": deal}).result["UF_CRM_GONE"]


def test_multiple_field_keeps_a_list(door: Door) -> None:
    """Values of a multiple field come back as a list and can be filtered one by one."""
    _add(door, FIELD_NAME="TAGS", MULTIPLE="Y")
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "a", "UF_CRM_TAGS": ["x", "y"]}}).result
    door.call("crm.deal.add", {"fields": {"TITLE": "b", "UF_CRM_TAGS": ["z"]}})

    found = door.call("crm.deal.list", {"filter": {"UF_CRM_TAGS": "y"}, "select": ["ID", "UF_CRM_TAGS"]})

    assert [{"ID": str(deal), "UF_CRM_TAGS": ["x", "y"]}] == found.result


@pytest.mark.parametrize(
    ("verb", "params", "code", "text"),
    [
        ("add", {"fields": {"FIELD_NAME": "A"}}, "", "The 'USER_TYPE_ID' field is not found."),
        ("add", {"fields": {"USER_TYPE_ID": "string"}}, "", "The 'FIELD_NAME' field is not found."),
        (
            "add",
            {"fields": {"USER_TYPE_ID": "string", "FIELD_NAME": "A" * 51}},
            "ERROR_CORE",
            "Field name is too long (more than 50 characters).<br>",
        ),
        (
            "add",
            {"fields": {"USER_TYPE_ID": "string", "FIELD_NAME": "ИМЯ"}},
            "ERROR_CORE",
            "Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.<br>",
        ),
        ("get", {}, "", "ID is not defined or invalid."),
        ("delete", {"id": 99}, "ERROR_NOT_FOUND", "The entity with ID '99' is not found"),
        ("list", {"filter": "x"}, "", "Parameter 'filter' must be array."),
    ],
)
def test_user_fields_refuse_with_the_documented_texts(
    door: Door, verb: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes and texts of the error tables of these pages."""
    answer = door.call(f"crm.deal.userfield.{verb}", params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


def test_types_of_user_fields_have_settings(door: Door) -> None:
    """Every type that ``crm.userfield.types`` names can be asked for its settings."""
    kinds = [item["ID"] for item in door.call("crm.userfield.types").result]

    settings = {kind: door.call("crm.userfield.settings.fields", {"type": kind}).result for kind in kinds}

    assert {"string", "integer", "double", "boolean", "datetime", "enumeration", "crm", "file"} <= set(kinds)
    assert ["DEFAULT_VALUE", "ROWS"] == list(settings["string"])
    assert [] == settings["file"]


def test_userfield_fields_are_those_of_the_page(door: Door) -> None:
    """Names, types and marks of the example of ``crm.userfield.fields``."""
    fields = door.call("crm.userfield.fields").result

    assert {"type": "int", "title": "ID", "isReadOnly": True} == fields["ID"]
    assert {"type": "string", "title": "Code", "isImmutable": True} == fields["FIELD_NAME"]
    assert {"type": "uf_enum_element", "title": "List elements", "isMultiple": True} == fields["LIST"]
    assert {"type": "char", "title": "Show in list filter"} == fields["SHOW_FILTER"]


def test_numbers_and_flags_of_user_fields_have_their_own_forms(door: Door) -> None:
    """Classic methods print a flag as 1 or 0 and a number as it was given; items print Y and numbers."""
    _add(door, FIELD_NAME="FLAG", USER_TYPE_ID="boolean")
    _add(door, FIELD_NAME="SIZE", USER_TYPE_ID="double")
    fields = {"TITLE": "a", "UF_CRM_FLAG": "1", "UF_CRM_SIZE": "1111.1"}
    deal = door.call("crm.deal.add", {"fields": fields}).result
    door.call("crm.deal.add", {"fields": {"TITLE": "b", "UF_CRM_FLAG": "0"}})

    classic = door.call("crm.deal.get", {"id": deal}).result
    item = door.call("crm.item.get", {"entityTypeId": 2, "id": deal}).result["item"]

    assert ("1", "1111.1") == (classic["UF_CRM_FLAG"], classic["UF_CRM_SIZE"])
    assert ("Y", 1111.1) == (item["ufCrmFlag"], item["ufCrmSize"])
    found = [
        door.call("crm.deal.list", {"filter": {"UF_CRM_FLAG": 1}, "select": ["ID"]}).result,
        door.call(
            "crm.item.list", {"entityTypeId": 2, "filter": {"ufCrmFlag": "1"}, "select": ["id"]}
        ).result,
    ]
    assert [[{"ID": str(deal)}], {"items": [{"id": deal}]}] == found
