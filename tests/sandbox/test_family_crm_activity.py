"""``crm.activity.*``: activities and what belongs to them."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door

KEYS = """ID OWNER_ID OWNER_TYPE_ID TYPE_ID PROVIDER_ID PROVIDER_TYPE_ID PROVIDER_GROUP_ID
    ASSOCIATED_ENTITY_ID SUBJECT CREATED LAST_UPDATED START_TIME END_TIME DEADLINE COMPLETED STATUS
    RESPONSIBLE_ID PRIORITY NOTIFY_TYPE NOTIFY_VALUE DESCRIPTION DESCRIPTION_TYPE DIRECTION LOCATION
    SETTINGS ORIGINATOR_ID ORIGIN_ID AUTHOR_ID EDITOR_ID PROVIDER_PARAMS PROVIDER_DATA RESULT_MARK
    RESULT_VALUE RESULT_SUM RESULT_CURRENCY_ID RESULT_STATUS RESULT_STREAM RESULT_SOURCE_ID
    AUTOCOMPLETE_RULE"""


def deal(door: Door) -> int:
    """Add a deal."""
    return int(door.call("crm.deal.add", {"fields": {"TITLE": "A"}}).result)


def call_of(door: Door, owner: int, **more: Any) -> int:
    """Add a call that belongs to a deal."""
    fields = {
        "OWNER_TYPE_ID": 2,
        "OWNER_ID": owner,
        "TYPE_ID": 2,
        "SUBJECT": "Звонок",
        "COMMUNICATIONS": [{"VALUE": "+79990000000"}],
        "START_TIME": "2026-01-02T03:04:05+03:00",
        **more,
    }
    return int(door.call("crm.activity.add", {"fields": fields}).result)


def app(door: Door, method: str, **params: Any) -> Answered:
    """Call a method with the application's token."""
    return door.token(f"crm.activity.{method}", door.portal.tokens()["access"], params)


def test_activity_has_the_documented_keys(door: Door) -> None:
    """Keys and types are those of the page "Get Activity"."""
    row = door.call("crm.activity.get", {"id": call_of(door, deal(door))}).result

    assert KEYS.split() == list(row)
    assert ("2", "VOXIMPLANT_CALL", "1", "N", []) == tuple(
        row[name] for name in ("TYPE_ID", "PROVIDER_ID", "STATUS", "COMPLETED", "SETTINGS")
    )
    assert "2026-01-02T03:04:05+03:00" == row["DEADLINE"]


def test_communications_must_be_named(door: Door) -> None:
    """They come with who is reached, as the page "Get List of Activities" shows."""
    contact = door.call("crm.contact.add", {"fields": {"NAME": "Klaus", "LAST_NAME": "W"}}).result
    reached = {"VALUE": "499152222222", "ENTITY_ID": contact, "ENTITY_TYPE_ID": 3}
    number = call_of(door, deal(door), COMMUNICATIONS=[reached])

    params = {"filter": {"ID": number}, "select": ["ID", "COMMUNICATIONS"]}
    (row,) = door.call("crm.activity.list", params).result

    (found,) = row["COMMUNICATIONS"]
    assert ("PHONE", "499152222222", str(contact), "3") == tuple(
        found[name] for name in ("TYPE", "VALUE", "ENTITY_ID", "ENTITY_TYPE_ID")
    )
    settings = ["HONORIFIC", "NAME", "SECOND_NAME", "LAST_NAME", "COMPANY_TITLE", "COMPANY_ID"]
    assert settings == list(found["ENTITY_SETTINGS"])
    assert "Klaus" == found["ENTITY_SETTINGS"]["NAME"]
    (plain,) = door.call("crm.activity.list", {"filter": {"ID": number}}).result
    assert "COMMUNICATIONS" not in plain


def test_files_are_listed_with_their_addresses(door: Door) -> None:
    """Only activities that have files have the key (page "Get List of Activities")."""
    owner = deal(door)
    plain, full = call_of(door, owner), call_of(door, owner, FILES=[{"fileData": ["a.txt", "YWJj"]}])

    params = {"filter": {"OWNER_ID": owner}, "select": ["*", "STORAGE_ELEMENT_IDS"]}
    rows = {row["ID"]: row for row in door.call("crm.activity.list", params).result}

    assert "FILES" not in rows[str(plain)]
    (file,) = rows[str(full)]["FILES"]
    ending = f"/bitrix/tools/crm_show_file.php?fileId={file['id']}&ownerTypeId=6&ownerId={full}&auth="
    assert file["url"].endswith(ending)


def test_list_is_filtered_by_bindings(door: Door) -> None:
    """Any of the pairs fits."""
    one, two, three = deal(door), deal(door), deal(door)
    numbers = [call_of(door, owner) for owner in (one, two, three)]
    pairs = [{"OWNER_TYPE_ID": 2, "OWNER_ID": owner} for owner in (one, three)]

    params = {"filter": {"BINDINGS": pairs, "COMPLETED": "N"}, "select": ["ID"]}
    answer = door.call("crm.activity.list", params)

    assert [{"ID": str(numbers[0])}, {"ID": str(numbers[2])}] == answer.result
    assert 2 == answer.json["total"]


def test_completed_activity_changes_its_status(door: Door) -> None:
    """Status 2 means completed."""
    number = call_of(door, deal(door))

    assert door.call("crm.activity.update", {"id": number, "fields": {"COMPLETED": "Y"}}).result is True

    assert "2" == door.call("crm.activity.get", {"id": number}).result["STATUS"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"TYPE_ID": 2, "COMMUNICATIONS": [{"VALUE": "1"}]},
            "The field SUBJECT is not defined or empty",
        ),
        ({"SUBJECT": "x"}, "The field TYPE_ID is not defined or invalid"),
        ({"SUBJECT": "x", "TYPE_ID": 2}, "The field COMMUNICATIONS is not defined or invalid"),
        (
            {"SUBJECT": "x", "TYPE_ID": 6},
            "The custom activity without provider is not supported in current context",
        ),
        (
            {"SUBJECT": "x", "TYPE_ID": 6, "PROVIDER_ID": "CONFIGURABLE_REST_APP"},
            "Use crm.activity.configurable.add for this activity provider",
        ),
    ],
)
def test_add_names_what_is_missing(door: Door, fields: dict[str, Any], text: str) -> None:
    """The code is an empty text."""
    answer = door.call("crm.activity.add", {"fields": {"OWNER_TYPE_ID": 2, "OWNER_ID": 1, **fields}})

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)


def test_deleted_activity_is_not_found(door: Door) -> None:
    """Deleting twice is refused."""
    number = call_of(door, deal(door))

    assert door.call("crm.activity.delete", {"id": number}).result is True

    expected = {"error": "", "error_description": "Activity is not found"}
    assert expected == door.call("crm.activity.delete", {"id": number}).json


def test_bindings_are_added_moved_and_removed(door: Door) -> None:
    """Ids in answers of the controller are numbers."""
    one, two, three = deal(door), deal(door), deal(door)
    number = call_of(door, one)
    pair = {"activityId": number, "entityTypeId": 2}

    assert door.call("crm.activity.binding.add", {**pair, "entityId": two}).result is True
    move = {"sourceEntityTypeId": 2, "sourceEntityId": two, "targetEntityTypeId": 2, "targetEntityId": three}
    assert door.call("crm.activity.binding.move", {"activityId": number, **move}).result is True

    shown = door.call("crm.activity.binding.list", {"activityId": number}).result
    assert [{"entityTypeId": 2, "entityId": one}, {"entityTypeId": 2, "entityId": three}] == shown
    assert door.call("crm.activity.binding.delete", {**pair, "entityId": three}).result is True
    refused = door.call("crm.activity.binding.delete", {**pair, "entityId": three})
    assert {"error": "NOT_FOUND", "error_description": "Element not found"} == refused.json
    refused = door.call("crm.activity.binding.add", {**pair, "entityId": 99999})
    assert {"error": "NOT_FOUND", "error_description": "Entity not found"} == refused.json


def test_badge_lives_and_dies(door: Door) -> None:
    """Containers are ``badge`` and ``badges``."""
    badge = {"code": "missedCall", "title": "Call Status", "value": "Missed", "type": "failure"}

    assert {"badge": badge} == app(door, "badge.add", **badge).result
    assert {"badge": badge} == app(door, "badge.get", code="missedCall").result
    assert {"badges": [badge]} == app(door, "badge.list").result
    assert app(door, "badge.delete", code="missedCall").result is True
    expected = {"error": "NOT_FOUND", "error_description": "Not found."}
    assert expected == app(door, "badge.get", code="missedCall").json


def test_kind_lives_and_dies(door: Door) -> None:
    """The icon's id is text."""
    fields = {"TYPE_ID": "1C", "NAME": "1C case", "IS_CONFIGURABLE_TYPE": "Y"}

    assert app(door, "type.add", fields=fields).result is True

    assert [{**fields, "ICON_ID": "0"}] == app(door, "type.list").result
    assert app(door, "type.delete", TYPE_ID="1C").result is True
    assert [] == app(door, "type.list").result


def test_configurable_activity_keeps_its_layout(door: Door) -> None:
    """Flags are booleans, ids numbers, as in the page "Get Configurable Activity"."""
    layout = {"icon": {"code": "call-completed"}, "header": {"title": "Incoming Call"}}
    fields = {"completed": "N", "deadline": "2025-02-01T01:00:00+03:00", "pingOffsets": [60]}
    owner = deal(door)
    added = app(door, "configurable.add", ownerTypeId=2, ownerId=owner, fields=fields, layout=layout).result

    changed = app(door, "configurable.update", id=added["activity"]["id"], fields={"completed": "Y"}).result

    expected = {
        "typeId": "CONFIGURABLE",
        "completed": True,
        "deadline": "2025-02-01T01:00:00+03:00",
        "pingOffsets": [60],
        "isIncomingChannel": False,
        "responsibleId": 1,
        "badgeCode": "",
        "originatorId": None,
        "originId": None,
    }
    assert expected == changed["activity"]["fields"]
    assert (2, owner, layout) == tuple(
        changed["activity"][name] for name in ("ownerTypeId", "ownerId", "layout")
    )


def test_blocks_belong_to_an_application(door: Door) -> None:
    """A webhook is refused."""
    owner = deal(door)
    place = {"entityTypeId": 2, "entityId": owner, "activityId": call_of(door, owner)}
    layout = {"blocks": {"b": {"type": "text"}}}

    assert {"success": True} == app(door, "layout.blocks.set", **place, layout=layout).result

    assert {"layout": layout} == app(door, "layout.blocks.get", **place).result
    assert {"success": True} == app(door, "layout.blocks.delete", **place).result
    assert {"layout": []} == app(door, "layout.blocks.get", **place).result
    refused = door.call("crm.activity.layout.blocks.get", place)
    assert (400, "ERROR_WRONG_CONTEXT") == (refused.status, refused.json["error"])


def test_todo_is_added_and_changed(door: Door) -> None:
    """Every method answers the id."""
    place = {"ownerTypeId": 2, "ownerId": deal(door)}
    due = "2026-05-06T07:08:09+03:00"
    added = door.call("crm.activity.todo.add", {**place, "deadline": due, "title": "Т"}).result

    changes: dict[str, dict[str, Any]] = {
        "updateDescription": {"value": "text"},
        "updateColor": {"colorId": "3"},
        "updateResponsibleUser": {"responsibleId": 113},
        "updateDeadline": {"value": "2026-06-07T00:00:00+03:00"},
    }
    for method, change in changes.items():
        assert added == door.call(f"crm.activity.todo.{method}", {**place, **added, **change}).result

    row = door.call("crm.activity.get", added).result
    expected = ("Т", "text", "113", "2026-06-07T00:00:00+03:00")
    shown = tuple(row[name] for name in ("SUBJECT", "DESCRIPTION", "RESPONSIBLE_ID", "DEADLINE"))
    assert expected == shown


def test_todo_needs_its_owner(door: Door) -> None:
    """Code and text are those of the page "Add To-do"."""
    answer = door.call("crm.activity.todo.add", {"ownerTypeId": 2, "ownerId": 9999, "deadline": "now"})

    assert (400, {"error": "NOT_FOUND", "error_description": "Not found."}) == (answer.status, answer.json)


def test_fields_are_described(door: Door) -> None:
    """Lists are described though they are no columns."""
    fields = door.call("crm.activity.fields").result

    expected = {
        "type": "crm_activity_communication",
        "isRequired": True,
        "isReadOnly": False,
        "isImmutable": False,
        "isMultiple": True,
        "isDynamic": False,
        "title": "Communication Channel",
    }
    assert expected == fields["COMMUNICATIONS"]
    assert 44 == len(fields)
