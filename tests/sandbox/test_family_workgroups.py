"""Workgroups and their members (documentation pages of ``sonet_group.*``)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def create(door: Door, name: str = "SDK group") -> int:
    """Create a group and return its id."""
    number: int = door.call("sonet_group.create", {"NAME": name, "VISIBLE": "Y", "OPENED": "Y"}).result
    return number


def test_group_lives_through_its_methods(door: Door) -> None:
    """Created, found by a part of the name, renamed, given away, removed."""
    number = create(door, "Проект")

    found = door.call("sonet_group.get", {"FILTER": {"%NAME": "роек"}}).json
    renamed = door.call("sonet_group.update", {"GROUP_ID": number, "NAME": "Other"}).result
    given = door.call("sonet_group.setowner", {"GROUP_ID": number, "USER_ID": 113}).result
    after = door.call("sonet_group.get", {"FILTER": {"ID": number}}).result[0]
    removed = door.call("sonet_group.delete", {"GROUP_ID": number}).result

    assert (1, [str(number)]) == (found["total"], [row["ID"] for row in found["result"]])
    assert number == renamed
    assert (True, True) == (given, removed)
    assert ("Other", "113", "Workgroups") == (after["NAME"], after["OWNER_ID"], after["SUBJECT_NAME"])


def test_members_come_and_go_as_texts(door: Door) -> None:
    """Answers are lists of ids as text, of those who really changed."""
    number = create(door)

    invited = door.call("sonet_group.user.invite", {"GROUP_ID": number, "USER_ID": 113}).result
    added = door.call("sonet_group.user.add", {"GROUP_ID": number, "USER_ID": [113, 288]}).result
    again = door.call("sonet_group.user.add", {"GROUP_ID": number, "USER_ID": 288}).result
    raised = door.call("sonet_group.user.update", {"GROUP_ID": number, "USER_ID": 288, "ROLE": "E"}).result
    members = door.call("sonet_group.user.get", {"ID": number}).result
    gone = door.call("sonet_group.user.delete", {"GROUP_ID": number, "USER_ID": [113, 288]}).result

    assert [["113"], ["113", "288"], [], ["288"], ["113", "288"]] == [invited, added, again, raised, gone]
    expected = [("1", "A"), ("113", "K"), ("288", "E")]
    assert expected == [(row["USER_ID"], row["ROLE"]) for row in members]


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("sonet_group.create", {}, "Cannot create group"),
        ("sonet_group.update", {"GROUP_ID": 99}, "Wrong group ID"),
        ("sonet_group.user.add", {"USER_ID": 1}, "Wrong group ID"),
        ("sonet_group.user.get", {}, "Wrong socialnetwork group ID"),
        ("sonet_group.user.get", {"ID": 99}, "Socialnetwork group not found"),
        ("sonet_group.feature.access", {"GROUP_ID": 1, "FEATURE": "no"}, "Wrong feature"),
        ("sonet_group.feature.access", {"GROUP_ID": 1, "FEATURE": "blog"}, "Wrong operation"),
    ],
)
def test_refusals_have_an_empty_code(door: Door, method: str, params: Any, text: str) -> None:
    """The cause is in the description only."""
    answer = door.call(method, params)

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)


def test_member_may_write_into_the_feed(door: Door) -> None:
    """Access to a feature is a boolean."""
    number = create(door)
    params = {"GROUP_ID": number, "FEATURE": "blog", "OPERATION": "write_post"}

    assert door.call("sonet_group.feature.access", params).result is True


def test_controllers_show_groups_in_their_own_dialects(door: Door) -> None:
    """The list gives ids as text unless more is selected; ``get`` gives numbers."""
    number = create(door)

    rows = door.call("socialnetwork.api.workgroup.list", {"filter": {"ACTIVE": "Y"}}).json
    named = door.call("socialnetwork.api.workgroup.list", {"select": ["ID", "NAME"]}).result["workgroups"]
    group = door.call("socialnetwork.api.workgroup.get", {"params": {"groupId": number}}).result
    absent = door.call("socialnetwork.api.workgroup.get", {"params": {}}).json

    assert ([{"id": str(number)}], 1) == (rows["result"]["workgroups"], rows["total"])
    assert [{"id": str(number), "name": "SDK group"}] == named
    assert (number, "SDK group", [1]) == (group["ID"], group["NAME"], group["MEMBERS"])
    assert "SONET_CONTROLLER_WORKGROUP_EMPTY" == absent["error"]
