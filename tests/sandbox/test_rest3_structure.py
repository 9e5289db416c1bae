"""REST 3.0: the structure of the company, aggregates, and changes by filter (section 9)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doors import JSON, Answered, Door

from b24bridge.sandbox import Portal

PEOPLE = [{"ID": number, "NAME": f"Name{number}", "UF_DEPARTMENT": [1]} for number in (1, 2, 3, 4)]
NODES = [{"ID": 1, "NAME": "Company"}, {"ID": 2, "NAME": "Sales", "PARENT": 1, "UF_HEAD": 2}]
PREFIX = "BITRIX_REST_V3_EXCEPTION_"


@pytest.fixture
def company() -> Any:
    """A portal of two departments and four people."""
    with Portal({"users": PEOPLE, "departments": NODES}, webhook_code="code") as portal:
        yield Door(portal)


def _ask(door: Door, method: str, params: Any) -> Answered:
    return door.request("POST", f"/rest/api/1/code/{method}", json.dumps(params).encode(), [JSON])


def _members(door: Door, node: int) -> dict[int, str]:
    found = _ask(door, "humanresources.node.get", {"id": node, "select": ["members"]}).result["item"]
    return {person["userId"]: person["role"] for person in found["members"]}


def test_a_new_node_has_its_people(company: Door) -> None:
    """``node.add`` answers the node with its members; ``department.get`` shows the same department."""
    people = {"MEMBER_HEAD": [3], "MEMBER_DEPUTY_HEAD": [4]}
    given = {
        "type": "DEPARTMENT",
        "name": "Marketing",
        "parentId": 1,
        "userIds": people,
        "moveUsersToNode": True,
    }

    added = _ask(company, "humanresources.node.add", given).result

    assert ("Marketing", 1, "DR3", 2) == tuple(
        added[name] for name in ("name", "parentId", "accessCode", "userCount")
    )
    assert {3: "MEMBER_HEAD", 4: "MEMBER_DEPUTY_HEAD"} == {
        person["userId"]: person["role"] for person in added["members"]
    }
    (department,) = company.call("department.get", {"ID": 3}).result
    assert ("Marketing", "1", "3") == (department["NAME"], department["PARENT"], department["UF_HEAD"])
    assert [[3]] == [row["UF_DEPARTMENT"] for row in company.call("user.get", {"ID": 4}).result]


def test_a_node_is_renamed_and_moved_but_not_below_itself(company: Door) -> None:
    """``node.edit`` and ``node.move`` answer the node without its members."""
    _ask(company, "humanresources.node.add", {"type": "DEPARTMENT", "name": "A", "parentId": 2})

    edited = _ask(company, "humanresources.node.edit", {"id": 3, "name": "B", "description": "x"}).result
    moved = _ask(company, "humanresources.node.move", {"id": 3, "parentId": 1}).result
    refused = _ask(company, "humanresources.node.move", {"id": 1, "parentId": 3}).json["error"]

    assert ("B", "x", 2) == (edited["name"], edited["description"], edited["parentId"])
    assert 1 == moved["parentId"]
    assert "members" not in moved
    assert "parentId" == refused["validation"][0]["field"]


def test_people_join_move_and_leave(company: Door) -> None:
    """Adding keeps the other departments, moving leaves them, leaving the last one leads to the head one."""
    added = _ask(
        company,
        "humanresources.node.member.add",
        {"nodeId": 2, "userIds": [3], "role": "MEMBER_DEPUTY_HEAD"},
    ).result
    _ask(company, "humanresources.node.member.move", {"nodeId": 2, "userIds": [4]})

    assert {"success": True} == added
    assert {3: "MEMBER_DEPUTY_HEAD", 4: "MEMBER_EMPLOYEE"} == _members(company, 2)
    assert [1, 2, 3] == list(_members(company, 1))

    removed = _ask(company, "humanresources.node.member.remove", {"nodeId": 2, "userIds": [4, 1]}).result

    assert {"removed": [4], "failed": [{"userId": 1, "reason": "Not found in this node"}]} == removed
    assert [1, 2, 3, 4] == list(_members(company, 1))


def test_setting_a_role_replaces_who_had_it(company: Door) -> None:
    """Who has a named role afterwards is exactly who was named; other roles stay."""
    for role, user in (("MEMBER_HEAD", 2), ("MEMBER_EMPLOYEE", 3)):
        _ask(company, "humanresources.node.member.add", {"nodeId": 2, "userIds": [user], "role": role})

    _ask(company, "humanresources.node.member.set", {"nodeId": 2, "userIds": {"MEMBER_HEAD": [4]}})

    assert {3: "MEMBER_EMPLOYEE", 4: "MEMBER_HEAD"} == _members(company, 2)


def test_chats_are_bound_to_a_node_and_let_go(company: Door) -> None:
    """``communication.edit`` binds chats by their ids; ``communication.list`` shows them by kind."""
    given = {"nodeId": 2, "communicationType": "CHAT", "ids": [21, 22]}
    _ask(company, "humanresources.node.communication.edit", given)
    _ask(
        company,
        "humanresources.node.communication.edit",
        {"nodeId": 2, "communicationType": "CHAT", "removeIds": [21]},
    )

    found = _ask(company, "humanresources.node.communication.list", {"id": 2}).result

    assert ["chat22"] == [chat["dialogId"] for chat in found["chats"]]
    assert ([], 0) == (found["channels"], found["channelsNoAccess"])


def test_people_are_found_by_a_part_of_their_name(company: Door) -> None:
    """``employee.search`` says where each of them works."""
    (found,) = _ask(company, "humanresources.employee.search", {"name": "name3", "nodeId": 1}).result["items"]

    assert (3, [{"id": 1, "name": "Company"}], []) == (found["userId"], found["departments"], found["teams"])


@pytest.mark.parametrize(
    ("method", "params", "field", "text"),
    [
        ("node.add", {"type": "DEPARTMENT", "parentId": 1}, "name", 'Required field "name" is missing.'),
        (
            "node.edit",
            {"id": 2},
            "name",
            "At least one of the following fields must be provided: name, description, colorName.",
        ),
        ("node.move", {"id": 2}, "parentId", 'Required field "parentId" is missing.'),
        ("node.member.add", {"nodeId": 2, "userIds": [3]}, "role", 'Parameter "role" is required.'),
        (
            "node.member.remove",
            {"nodeId": 2, "userIds": []},
            "userIds",
            'Parameter "userIds" is required and must be a non-empty array.',
        ),
        (
            "node.member.set",
            {"nodeId": 2, "userIds": {"MEMBER_OWNER": [1]}},
            "userIds",
            "Invalid roles: MEMBER_OWNER. Allowed: MEMBER_HEAD, MEMBER_DEPUTY_HEAD, MEMBER_EMPLOYEE.",
        ),
        (
            "node.communication.edit",
            {"nodeId": 2},
            "communicationType",
            'Parameter "communicationType" is required.',
        ),
        ("employee.search", {}, "name", 'Parameter "name" is required.'),
    ],
)
def test_what_the_structure_refuses(company: Door, method: str, params: Any, field: str, text: str) -> None:
    """Parameters that are missing or wrong are named in the validation."""
    answer = _ask(company, f"humanresources.{method}", params)

    assert 400 == answer.status
    assert [{"message": text, "field": field}] == answer.json["error"]["validation"]


def test_an_unknown_node_is_not_found(company: Door) -> None:
    """The id of the missing node stands in the text."""
    answer = _ask(company, "humanresources.node.member.move", {"nodeId": 28, "userIds": [3]}).json

    assert f"{PREFIX}ENTITYNOTFOUNDEXCEPTION" == answer["error"]["code"]


def _tasks(door: Door) -> list[int]:
    return [
        _ask(
            door, "tasks.task.add", {"fields": {"title": f"T{number}", "creatorId": 1, "responsibleId": 1}}
        ).result["item"]["id"]
        for number in range(3)
    ]


def test_aggregates_are_keyed_by_function_and_field(company: Door) -> None:
    """Functions take fields as a list or with aliases, which the answer does not show."""
    first, second, third = _tasks(company)
    select = {"count": ["id"], "max": {"id": "last"}, "countDistinct": ["status"]}

    found = _ask(company, "tasks.task.aggregate", {"select": select, "filter": [["id", ">", first]]}).result

    assert {"result": {"count": {"id": 2}, "max": {"id": third}, "countDistinct": {"status": 1}}} == found
    assert second < third


@pytest.mark.parametrize(
    ("select", "code"),
    [
        (None, "VALIDATION_REQUESTVALIDATION"),
        (["id"], "VALIDATION_REQUESTVALIDATION"),
        ({"median": ["id"]}, "UNKNOWNAGGREGATEFUNCTION"),
        ({"sum": ["nope"]}, "UNKNOWNDTOPROPERTY"),
        ({"sum": "id"}, "INVALIDSELECT"),
        ({"sum": [["id"]]}, "INVALIDSELECT"),
        ({"sum": ["creator"]}, "INVALIDSELECT"),
    ],
    ids=str,
)
def test_aggregates_that_make_no_sense_are_refused(company: Door, select: Any, code: str) -> None:
    """Unknown functions and fields have codes of their own."""
    answer = _ask(company, "tasks.task.aggregate", {"select": select})

    assert (400, f"{PREFIX}{code}EXCEPTION") == (answer.status, answer.json["error"]["code"])


def test_tasks_are_changed_and_deleted_by_filter(company: Door) -> None:
    """Exactly one of ``id`` and ``filter`` says which; a filter that fits nothing is no error."""
    first, second, third = _tasks(company)
    later = [["id", "in", [second, third]]]

    changed = _ask(company, "tasks.task.update", {"filter": later, "fields": {"title": "New"}}).result
    titles = [
        item["title"] for item in _ask(company, "tasks.task.list", {"select": ["title"]}).result["items"]
    ]
    _ask(company, "tasks.task.delete", {"filter": later})
    nothing = _ask(company, "tasks.task.delete", {"filter": later}).result
    left = _ask(company, "tasks.task.list", {"select": ["id"]}).result["items"]
    both = _ask(company, "tasks.task.delete", {"id": first, "filter": later})

    assert {"result": True} == changed == nothing
    assert ["T0", "New", "New"] == titles
    assert [{"id": first}] == left
    assert 400 == both.status
