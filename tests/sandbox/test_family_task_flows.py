"""Flows of tasks (documentation pages ``tasks.flow.Flow.*``)."""

from __future__ import annotations

from doors import Door

FLOW = {
    "name": "Поток",
    "plannedCompletionTime": 7200,
    "distributionType": "manually",
    "responsibleList": [["user", "1"]],
}


def test_flow_lives_and_dies(door: Door) -> None:
    """What is not given has its default; a switched flow is no longer active."""
    flow = door.call("tasks.flow.Flow.create", {"flowData": FLOW}).result
    number = flow["id"]
    door.call("tasks.flow.Flow.update", {"flowData": {"id": number, "name": "Другой"}})
    door.call("tasks.flow.Flow.activate", {"flowId": number})
    changed = door.call("tasks.flow.Flow.get", {"flowId": number}).result
    exists = door.call("tasks.flow.Flow.isExists", {"flowData": {"name": "Другой"}}).result
    deleted = door.call("tasks.flow.Flow.delete", {"flowData": {"id": number}}).result
    missing = door.call("tasks.flow.Flow.get", {"flowId": number})

    assert (True, [["user", "1"]], [["meta-user", "all-users"]]) == (
        flow["active"],
        flow["team"],
        flow["taskCreators"],
    )
    assert ("Другой", False) == (changed["name"], changed["active"])
    assert ({"exists": True}, {"deleted": True}) == (exists, deleted)
    assert (400, "0", "Flow not found") == (
        missing.status,
        missing.json["error"],
        missing.json["error_description"],
    )


def test_name_of_a_flow_is_its_own(door: Door) -> None:
    """A second flow with the name is refused."""
    door.call("tasks.flow.Flow.create", {"flowData": FLOW})

    answer = door.call("tasks.flow.Flow.create", {"flowData": FLOW})

    assert "A flow with this name already exists" == answer.json["error_description"]
