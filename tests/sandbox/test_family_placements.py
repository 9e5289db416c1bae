"""``placement.*``: handlers of an application."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door

TAB = {
    "PLACEMENT": "CRM_DEAL_DETAIL_TAB",
    "HANDLER": "https://app.example/tab",
    "LANG_ALL": {"de": {"TITLE": "Daten", "GROUP_NAME": "App"}},
}


def call(door: Door, method: str, params: Any = None) -> Answered:
    """Call a method with the application's token."""
    return door.token(method, door.portal.tokens()["access"], params)


def test_bound_handler_is_listed_with_its_texts(door: Door) -> None:
    """Keys and emptiness are those of the page "Get List of Registered Handlers"."""
    assert call(door, "placement.bind", TAB).result is True

    assert [
        {
            "placement": "CRM_DEAL_DETAIL_TAB",
            "userId": 0,
            "handler": "https://app.example/tab",
            "options": [],
            "title": "Daten",
            "description": "",
            "langAll": {"de": {"TITLE": "Daten", "DESCRIPTION": "", "GROUP_NAME": "App"}},
        }
    ] == call(door, "placement.get").result


def test_unbind_says_how_many_are_gone(door: Door) -> None:
    """Without a handler all of the place go."""
    call(door, "placement.bind", TAB)
    call(door, "placement.bind", {**TAB, "HANDLER": "https://app.example/other"})

    answer = call(door, "placement.unbind", {"PLACEMENT": "CRM_DEAL_DETAIL_TAB"})

    assert {"count": 2} == answer.result
    assert [] == call(door, "placement.get").result


@pytest.mark.parametrize("method", ["placement.bind", "placement.get", "placement.list", "placement.unbind"])
def test_webhook_is_refused(door: Door, method: str) -> None:
    """Only applications have places (quirk 33)."""
    answer = door.call(method)

    assert (403, "WRONG_AUTH_TYPE") == (answer.status, answer.json["error"])


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ("ERROR_ARGUMENT", "Argument 'PLACEMENT' is null or empty", "PLACEMENT")),
        ({"PLACEMENT": "LEFT_MENU"}, ("ERROR_ARGUMENT", "Argument 'HANDLER' is null or empty", "HANDLER")),
        (
            {"PLACEMENT": "NOWHERE", "HANDLER": "https://a.example"},
            ("ERROR_PLACEMENT_NOT_FOUND", "Placement not found", None),
        ),
    ],
)
def test_bind_refuses_what_it_cannot_use(door: Door, params: Any, expected: tuple[Any, ...]) -> None:
    """Missing arguments are named."""
    body = call(door, "placement.bind", params).json

    assert expected == (body["error"], body["error_description"], body.get("argument"))


def test_list_knows_the_places_of_smart_processes(door: Door) -> None:
    """Each smart process has places of its own; ``SCOPE`` narrows the list."""
    codes = call(door, "placement.list", {"SCOPE": "crm"}).result

    types = [row["entityTypeId"] for row in door.call("crm.type.list").result["types"]]
    assert {f"CRM_DYNAMIC_{number}_DETAIL_TAB" for number in types} <= set(codes)
    assert "CRM_DEAL_LIST_TOOLBAR" in codes
    assert "LEFT_MENU" not in codes
