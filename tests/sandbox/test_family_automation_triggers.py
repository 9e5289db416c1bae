"""``crm.automation.trigger.*``: triggers of an application."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door


def call(door: Door, method: str, **params: Any) -> Answered:
    """Call a method with the application's token."""
    return door.token(f"crm.automation.trigger.{method}", door.portal.tokens()["access"], params)


def test_trigger_lives_and_dies(door: Door) -> None:
    """Adding twice changes the name; deleting twice is refused."""
    assert call(door, "add", CODE="c5u4m", NAME="old name").result is True
    assert call(door, "add", CODE="c5u4m", NAME="trigger name").result is True

    assert [{"NAME": "trigger name", "CODE": "c5u4m"}] == call(door, "list").result
    assert call(door, "delete", CODE="c5u4m").result is True
    expected = {"error": "", "error_description": "Trigger not found"}
    assert expected == call(door, "delete", CODE="c5u4m").json


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "Empty trigger code!"),
        ({"CODE": "a b", "NAME": "x"}, "Wrong trigger code!"),
        ({"CODE": "ab"}, "Empty trigger name!"),
    ],
)
def test_code_and_name_are_checked(door: Door, params: dict[str, Any], text: str) -> None:
    """Texts are those of the page "Add Trigger"."""
    assert {"error": "", "error_description": text} == call(door, "add", **params).json


def test_execute_needs_trigger_and_record(door: Door) -> None:
    """The record must be there."""
    call(door, "add", CODE="x", NAME="x")
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "A"}}).result

    assert call(door, "execute", CODE="x", OWNER_TYPE_ID=2, OWNER_ID=deal).result is True
    body = call(door, "execute", CODE="x", OWNER_TYPE_ID=2, OWNER_ID=deal + 1).json
    assert "Incorrect parameter OWNER_ID." == body["error_description"]


def test_webhook_has_no_triggers(door: Door) -> None:
    """Triggers belong to applications."""
    body = door.call("crm.automation.trigger.list").json

    expected = {"error": "ACCESS_DENIED", "error_description": "Access denied! Application context required"}
    assert expected == body
