"""Connectors, sources and data sets (documentation section "BI Connector")."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

CONNECTOR = {
    "title": "REST",
    "logo": "data:image/svg+xml;base64,PHN2Zy8+",
    "urlCheck": "https://example.com/check",
    "urlData": "https://example.com/data",
    "urlTableList": "https://example.com/tables",
    "urlTableDescription": "https://example.com/table",
    "settings": [{"name": "Token", "code": "token", "type": "STRING"}],
}


def _add(door: Door, kind: str, fields: dict[str, Any]) -> int:
    number: int = door.call(f"biconnector.{kind}.add", {"fields": fields}).result["id"]
    return number


def test_data_set_hangs_on_a_source_and_a_connector(door: Door) -> None:
    """A source shows the connector's settings with its own values; what is in use cannot be removed."""
    connector = _add(door, "connector", CONNECTOR)
    source = {"title": "Источник", "connectorId": connector, "settings": {"token": "abc"}}
    source_id = _add(door, "source", source)
    fields = [{"type": "int", "name": "ID", "externalCode": "ID"}]
    data_set = {
        "name": "sales",
        "externalName": "n",
        "externalCode": "c",
        "sourceId": source_id,
        "fields": fields,
    }
    data_set_id = _add(door, "dataset", data_set)

    item = door.call("biconnector.source.get", {"id": source_id}).result["item"]
    shown = door.call("biconnector.dataset.get", {"id": data_set_id}).result["item"]["fields"]
    kept = door.call("biconnector.connector.delete", {"id": connector}).json["error"]

    expected = [{"name": "Token", "code": "token", "type": "STRING", "value": "abc", "id": 1}]
    assert (expected, True) == (item["settings"], item["connection"]["active"])
    assert [("ID", 1, True)] == [(row["name"], row["id"], row["visible"]) for row in shown]
    assert "CONNECTOR_DELETE_RESTRICTED" == kept


def test_list_is_filtered_sorted_and_selected(door: Door) -> None:
    """Ids of a list are text; an unknown field is refused."""
    for title in ("Alpha", "Beta"):
        _add(door, "connector", {**CONNECTOR, "title": title})

    params = {"select": ["id", "title"], "filter": {"%=title": "%a"}, "order": {"title": "DESC"}}
    rows = door.call("biconnector.connector.list", params).result
    refused = door.call("biconnector.connector.list", {"filter": {"x": 1}}).json["error"]

    assert [{"id": "2", "title": "Beta"}, {"id": "1", "title": "Alpha"}] == rows
    assert "VALIDATION_FIELD_NOT_ALLOWED_IN_FILTER" == refused


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "VALIDATION_FIELDS_NOT_PROVIDED"),
        ({"x": 1}, "VALIDATION_UNKNOWN_PARAMETERS"),
        ({"title": 5}, "VALIDATION_INVALID_FIELD_TYPE"),
        ({"title": "x"}, "VALIDATION_REQUIRED_FIELD_MISSING"),
        ({"id": 5}, "VALIDATION_READ_ONLY_FIELD"),
    ],
)
def test_new_connector_is_checked(door: Door, fields: dict[str, Any], code: str) -> None:
    """Refusals come with the status 200."""
    answer = door.call("biconnector.connector.add", {"fields": fields})

    assert (200, code) == (answer.status, answer.json["error"])
