"""Made-up data, recorded data, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from b24bridge.sandbox import Portal, seeds

FIXTURES = Path(__file__).parents[2] / "fixtures" / "service_desk"


@pytest.mark.parametrize("size", ["small", "medium"])
def test_generator_gives_the_checked_in_bytes(size: str) -> None:
    """The same arguments give the same data set, byte for byte."""
    expected = (FIXTURES / f"{size}.json").read_text(encoding="utf-8")

    assert expected == seeds.dump(seeds.service_desk(size))


def test_other_arguments_give_other_data() -> None:
    """Seed, anchor and the form of the product field count."""
    single = seeds.service_desk("small", 7, "2026-01-02T01:30:00+03:00", multiple_product=False)

    assert ("2026-01-02T01:30:00+03:00", 7) == (single["meta"]["anchor"], single["meta"]["seed"])
    assert isinstance(single["items_140"][0]["ufCrm7TypeProduct"], str)


def test_unknown_size_names_the_known_ones() -> None:
    """A wrong size says what to write instead."""
    with pytest.raises(ValueError, match="small, medium, large"):
        seeds.service_desk("huge")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"userz": []}, "may have categories"),
        ({"users": {}}, "list of objects"),
        ({"items_140": []}, "no type with this entityTypeId"),
    ],
)
def test_wrong_data_set_is_refused_whole(data: dict[str, Any], words: str) -> None:
    """A data set that cannot be read leaves the portal as it was."""
    with Portal() as portal:
        with pytest.raises(ValueError, match=words):
            portal.seed({"users": [{"ID": "5", "NAME": "x"}, {"ID": "6", "NAME": "y"}], **data})

        assert ["1"] == [user["ID"] for user in _call(portal, "user.get", {})["result"]]


def _call(portal: Portal, method: str, params: Any) -> Any:
    kind = [("content-type", "application/json")]
    return json.loads(
        portal.answer("POST", f"{portal.webhook_url}{method}", kind, json.dumps(params).encode()).body
    )


def test_recorded_answers_become_records() -> None:
    """Lists, gets and batches of recorded answers build a portal that answers the same."""
    items = {
        "items": [{"id": 7, "title": "A", "ufCrm9Place": ["x"], "createdTime": "2025-01-01T00:00:00+03:00"}]
    }
    user = {"ID": "3", "ACTIVE": False, "NAME": "Ann", "TIMESTAMP_X": {}, "UF_DEPARTMENT": [1]}
    task = {"task": {"id": "5", "title": "T", "responsibleId": "3", "ufCrmTask": False, "group": []}}
    answers = [
        {
            "method": "crm.item.list",
            "params": {"entityTypeId": 150},
            "response": {"result": items, "total": 1},
        },
        {"method": "user.get", "params": {}, "response": {"result": [user], "total": 1}},
        {
            "method": "batch",
            "params": {"cmd": {"a": "tasks.task.get?taskId=5", "b": "tasks.task.get?taskId=6"}},
            "response": {"result": {"result": {"a": task, "b": []}}},
        },
        {"method": "crm.deal.get", "params": {"id": 0}, "response": {"error": "", "error_description": "x"}},
    ]
    with Portal() as portal:
        assert {"items:150": 1, "users": 1, "tasks": 1} == portal.load_answers(answers)

        select = ["id", "title", "ufCrm9Place", "createdTime"]
        found = _call(portal, "crm.item.list", {"entityTypeId": 150, "select": select})["result"]
        assert items == found
        assert user == _call(portal, "user.get", {"ID": 3, "select": list(user)})["result"][0]
        shown = _call(portal, "tasks.task.get", {"taskId": 5, "select": ["TITLE", "UF_CRM_TASK"]})["result"][
            "task"
        ]
        assert ("T", False) == (shown["title"], shown["ufCrmTask"])


def test_narrow_answer_takes_nothing_from_a_full_one() -> None:
    """A list with few fields after a full one completes it and removes nothing."""
    full = {
        "method": "user.get",
        "params": {},
        "response": {"result": [{"ID": "3", "NAME": "Ann", "EMAIL": "a@b.c"}]},
    }
    narrow = {"method": "user.get", "params": {}, "response": {"result": [{"ID": "3", "NAME": "Anna"}]}}
    with Portal() as portal:
        portal.load_answers([full])
        portal.load_answers([narrow])

        row = portal.store.one("SELECT NAME, EMAIL FROM users WHERE ID=3")

    assert ("Anna", "a@b.c") == row


def test_recorded_classic_answers_keep_phones_and_user_fields() -> None:
    """A recorded contact comes back with its phones, their ids, and fields that the portal did not know."""
    phone = {"ID": "156", "VALUE_TYPE": "WORK", "VALUE": "+1", "TYPE_ID": "PHONE"}
    contact = {"ID": "43", "NAME": "John", "BIRTHDATE": "", "UF_CRM_172069": "x", "PHONE": [phone]}
    with Portal() as portal:
        portal.load_answers(
            [{"method": "crm.contact.get", "params": {"ID": 43}, "response": {"result": contact}}]
        )

        found = _call(portal, "crm.contact.get", {"ID": 43})["result"]

    assert contact == {name: found[name] for name in contact}


def test_filters_of_recorded_lists_tell_about_their_rows() -> None:
    """What a list was filtered by is true of its rows, unless an answer shows something else."""
    conditions = {"ACTIVE": "Y", "UF_DEPARTMENT": 366}
    listed = {
        "method": "user.get",
        "params": {"filter": conditions},
        "response": {"result": [{"ID": "5"}, {"ID": "6"}]},
    }
    full = {
        "method": "user.get",
        "params": {},
        "response": {"result": [{"ID": "6", "UF_DEPARTMENT": [366, 12]}]},
    }
    with Portal() as portal:
        portal.load_answers([full])
        portal.load_answers([listed])

        found = _call(portal, "user.get", {"filter": conditions, "select": ["ID", "UF_DEPARTMENT"]})["result"]

    assert [{"ID": "5", "UF_DEPARTMENT": [366]}, {"ID": "6", "UF_DEPARTMENT": [366, 12]}] == found


CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "recorded.jsonl"


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of recorded answers lies outside the repository")
def test_recorded_corpus_becomes_a_portal() -> None:
    """Real recorded pages of leads and tasks become as many records, which list in full."""
    answers = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answers.append({**row, "params": (row["request"] or {}).get("params")})
    with Portal() as portal:
        portal.load_answers(answers)

        assert {"items_1": 7532, "tasks": 1571} == {
            key: count for key, count in portal.counts().items() if key in ("items_1", "tasks")
        }
        assert 7532 == _call(portal, "crm.lead.list", {"select": ["ID"]})["total"]
