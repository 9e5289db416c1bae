"""What one does with tasks and what belongs to them (sections 5.4, 5.5; documentation pages)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


@pytest.fixture
def task(door: Door) -> int:
    """A task of the caller."""
    fields = {"TITLE": "Task", "RESPONSIBLE_ID": 1, "AUDITORS": [113]}
    return int(door.call("tasks.task.add", {"fields": fields}).result["task"]["id"])


def test_task_moves_through_its_statuses(door: Door, task: int) -> None:
    """Each action gives the task its status, as text."""
    verbs = ["start", "pause", "defer", "complete", "renew", "start", "complete", "approve", "disapprove"]

    found = [door.call(f"tasks.task.{verb}", {"taskId": task}).result["task"]["status"] for verb in verbs]

    assert ["3", "2", "6", "5", "2", "3", "5", "5", "2"] == found


def test_completed_task_of_a_controlling_creator_waits_for_him(door: Door) -> None:
    """With control by another creator "complete" means "supposedly completed"."""
    fields = {"TITLE": "x", "RESPONSIBLE_ID": 1, "CREATED_BY": 113, "TASK_CONTROL": "Y"}
    number = door.call("tasks.task.add", {"fields": fields}).result["task"]["id"]

    assert "4" == door.call("tasks.task.complete", {"taskId": number}).result["task"]["status"]


def test_answer_of_a_change_shows_people_and_checklist(door: Door, task: int) -> None:
    """People are texts with their data beside them, an empty checklist is an array and a tree."""
    found = door.call("tasks.task.update", {"taskId": task, "fields": {"TITLE": "New"}}).result["task"]

    assert (["113"], [], "113") == (found["auditors"], found["checklist"], found["auditorsData"]["113"]["id"])
    tree = found["checkListTree"]
    assert (0, [], True) == (tree["nodeId"], tree["descendants"], found["checkListCanAdd"])


def test_flags_are_set_by_id(door: Door, task: int) -> None:
    """Muting and pinning take ``id``; liking answers true."""
    muted = door.call("tasks.task.mute", {"id": task}).result["task"]["isMuted"]
    pinned = door.call("tasks.task.pin", {"id": task}).result["task"]["isPinned"]
    liked = door.call("tasks.task.favorite.add", {"taskId": task}).result
    absent = door.call("tasks.task.favorite.remove", {"taskId": 999999}).json
    wrong = door.call("tasks.task.mute", {}).json

    assert ("Y", "Y", True) == (muted, pinned, liked)
    assert {"error": "1", "error_description": "Task not found or not accessible"} == absent
    assert {"error": "0", "error_description": "wrong task id"} == wrong


def test_history_has_what_changed(door: Door, task: int) -> None:
    """The first entry is the task itself; each later one has both values."""
    door.call("tasks.task.start", {"taskId": task})

    entries = door.call("tasks.task.history.list", {"taskId": task}).result["list"]

    assert [("NEW", {"from": None, "to": None}), ("STATUS", {"from": 2, "to": 3})] == [
        (entry["field"], entry["value"]) for entry in entries
    ]
    assert "1" == entries[0]["user"]["id"]


def test_access_and_counters_are_keyed_as_documented(door: Door, task: int) -> None:
    """Rights by person, counters by kind; fields are described with types and values."""
    access = door.call("tasks.task.getaccess", {"taskId": task, "users": [1, 113]}).result["allowedActions"]
    counters = door.call("tasks.task.counters.get", {"userId": 1}).result
    fields = door.call("tasks.task.getfields").result["fields"]

    assert ["1", "113"] == list(access)
    assert {"EDIT.ORIGINATOR", "CHECKLIST.ADD", "CHANGE_DEADLINE"} <= set(access["1"])
    assert {"expired": 6291456, "new_comments": 12582912} == {
        name: counter["code"] for name, counter in counters.items()
    }
    assert {"title": "ID", "type": "integer", "primary": True} == fields["ID"]
    assert {"N": "Negative", "P": "Positive"} == fields["MARK"]["values"]


def test_dependences_refuse_what_is_there_or_not(door: Door, task: int) -> None:
    """Both directions of the error have the same code."""
    link = {"taskIdFrom": 71003, "taskIdTo": task, "linkType": 0}

    answers = [
        door.call(method, link).json
        for method in ("task.dependence.add", "task.dependence.add", "task.dependence.delete")
    ]
    gone = door.call("task.dependence.delete", link).json

    assert [[], []] == [answers[0]["result"], answers[2]["result"]]
    assert ["ILLEGAL_NEW_LINK"] * 2 == [answers[1]["error"], gone["error"]]


def test_first_item_of_a_checklist_brings_a_root(door: Door, task: int) -> None:
    """The list begins with the root, whose parent is the number 0; moving changes the order."""
    first, second = (
        door.call("task.checklistitem.add", [task, {"TITLE": title, "SORT_INDEX": place}]).result
        for title, place in (("a", 10), ("b", 20))
    )

    moved = door.call("task.checklistitem.moveafteritem", [task, first, second]).json
    rows = door.call("task.checklistitem.getlist", [task, {"SORT_INDEX": "asc"}]).result

    assert moved["result"] is None
    assert [0, rows[0]["ID"], rows[0]["ID"]] == [row["PARENT_ID"] for row in rows]
    assert [str(second), str(first)] == [row["ID"] for row in rows[1:]]


def test_checklist_item_is_toggled_changed_and_removed(door: Door, task: int) -> None:
    """Toggling keeps who did it; ``update`` answers null."""
    item = door.call("task.checklistitem.add", {"TASKID": task, "FIELDS": {"TITLE": "a"}}).result
    place = {"TASKID": task, "ITEMID": item}

    done = door.call("task.checklistitem.complete", place).result
    after = door.call("task.checklistitem.get", place).result
    changed = door.call("task.checklistitem.update", {**place, "FIELDS": {"TITLE": "b"}}).json
    allowed = door.call("task.checklistitem.isactionallowed", {**place, "ACTIONID": 2}).result
    removed = door.call("task.checklistitem.delete", place).result

    assert (True, True, True) == (done, allowed, removed)
    assert ("Y", "1", str(task), []) == tuple(
        after[name] for name in ("IS_COMPLETE", "TOGGLED_BY", "TASK_ID", "MEMBERS")
    )
    assert changed["result"] is None
    assert 400 == door.call("task.checklistitem.get", place).status


def test_comments_are_added_listed_changed_and_removed(door: Door, task: int) -> None:
    """Files are a key only when there are some."""
    plain = door.call("task.commentitem.add", [task, {"POST_MESSAGE": "one"}]).result
    filed = door.call(
        "task.commentitem.add", [task, {"POST_MESSAGE": "two", "UF_FORUM_MESSAGE_DOC": ["n7"]}]
    ).result

    rows = door.call("task.commentitem.getlist", [task, {"ID": "desc"}, {">ID": plain}]).result
    changed = door.call("task.commentitem.update", [task, plain, {"POST_MESSAGE": "three"}]).result
    found = door.call("task.commentitem.get", [task, plain]).result
    removed = door.call("task.commentitem.delete", [task, filed]).result

    assert ([str(filed)], ["7"]) == (
        [row["ID"] for row in rows],
        [file["FILE_ID"] for file in rows[0]["ATTACHED_OBJECTS"].values()],
    )
    assert (True, True, "three") == (changed, removed, found["POST_MESSAGE"])
    assert "ATTACHED_OBJECTS" not in found


def test_results_are_made_of_comments(door: Door, task: int) -> None:
    """The newest comes first; removing answers null."""
    comments = [
        door.call("task.commentitem.add", [task, {"POST_MESSAGE": f"[B]{n}[/B]"}]).result for n in (1, 2)
    ]
    added = [door.call("tasks.task.result.addFromComment", {"commentId": n}).result for n in comments]

    listed = door.call("tasks.task.result.list", {"taskId": task}).result
    removed = door.call("tasks.task.result.deleteFromComment", {"commentId": comments[0]}).json
    absent = door.call("tasks.task.result.addFromComment", {"commentId": 999999}).json

    assert [added[1]["id"], added[0]["id"]] == [row["id"] for row in listed]
    assert "<b>2</b>" == listed[0]["formattedText"]
    assert removed["result"] is None
    assert {"error": "0", "error_description": "Comment not found."} == absent


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        (
            "task.checklistitem.complete",
            [71003],
            "Param #1 (itemId) expected by method ctaskchecklistitem::complete()",
        ),
        ("task.checklistitem.add", [71003, {"NO": 1}], 'must not contain key "NO"'),
        ("task.checklistitem.get", ["x", 1], 'expected to be of type "integer"'),
        ("task.commentitem.getlist", [999999], "TASKS_ERROR_EXCEPTION_#8; Action failed"),
        ("task.commentitem.get", [71003, 999999], "TASKS_ERROR_EXCEPTION_#512"),
        ("task.commentitem.add", [71003, {}], "Comment text not specified.<br>"),
    ],
)
def test_positional_methods_name_the_parameter(door: Door, method: str, params: Any, text: str) -> None:
    """Texts name position, parameter and class."""
    answer = door.call(method, params)

    assert (400, "ERROR_CORE") == (answer.status, answer.json["error"])
    assert text in answer.json["error_description"]


def test_elapsed_time_answers_null_when_changed(door: Door, task: int) -> None:
    """Changing and removing answer null, and the manifest names the fields."""
    item = door.call("task.elapseditem.add", [task, {"SECONDS": 60}]).result

    changed = door.call("task.elapseditem.update", [task, item, {"SECONDS": 120}]).json
    allowed = door.call("task.elapseditem.isactionallowed", [task, item, 2]).result
    removed = door.call("task.elapseditem.delete", [task, item]).json
    manifest = door.call("task.elapseditem.getmanifest").result

    assert (None, True, None) == (changed["result"], allowed, removed["result"])
    assert ["CREATED_DATE", "DATE_START", "DATE_STOP"] == manifest["REST: date fields"]


def test_stages_of_the_planner_are_a_map_by_id(door: Door, task: int) -> None:
    """A new stage stands behind the one it is said to; the first cannot be removed."""
    first = next(iter(door.call("task.stages.get", {"entityId": 0}).result))

    added = door.call("task.stages.add", {"fields": {"TITLE": "Test", "AFTER_ID": first}}).result
    changed = door.call("task.stages.update", {"id": added, "fields": {"TITLE": "Other"}}).result
    stages = door.call("task.stages.get", {"entityId": 0}).result
    moved = door.call("task.stages.movetask", {"id": task, "stageId": added}).result
    refused = door.call("task.stages.delete", {"id": first}).json
    removed = door.call("task.stages.delete", {"id": added}).result
    may = door.call("task.stages.canmovetask", {"entityId": 1, "entityType": "U"}).result

    assert "Other" == stages[str(added)]["TITLE"]
    ordered = sorted(stages.values(), key=lambda stage: int(stage["SORT"]))
    assert [first, str(added)] == [stage["ID"] for stage in ordered[:2]]
    assert (True, True, True, True) == (changed, moved, removed, may)
    assert "CANT_DELETE_FIRST" == refused["error"]


def test_task_is_found_by_both_names_of_its_id(door: Door) -> None:
    """``id`` stands for ``taskId``, as the vendor's JavaScript client sends it."""
    number = door.call("tasks.task.list", {"select": ["ID"]}).result["tasks"][0]["id"]

    found = [door.call("tasks.task.get", {name: number}).result["task"]["id"] for name in ("taskId", "id")]

    assert [number, number] == found
