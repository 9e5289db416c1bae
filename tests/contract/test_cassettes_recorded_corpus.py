"""A portal built out of answers that were recorded on live portals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from b24bridge.legacy.crest import CRest
from b24bridge.modern.client import Client
from b24bridge.sandbox.portal import Portal

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "recorded.jsonl"

# The recording does not say which smart process it shows.
_ITEMS = {"entityTypeId": 1036, "select": ["id", "title"]}

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="the corpus of recorded answers is not beside the project"
)


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    """The recorded answers by id."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry for entry in map(json.loads, lines)}


@pytest.fixture(scope="module")
def portal(recorded: dict[str, Any]) -> Iterator[Portal]:
    """A portal that knows what those answers show."""
    answers = [
        {
            "method": entry["method"],
            "params": (entry["request"] or {}).get("params") or {"entityTypeId": 1036},
            "response": entry["response"],
        }
        for entry in recorded.values()
        if entry["method"] in ("tasks.task.list", "crm.item.list") and entry["kind"] == "success"
    ]
    with Portal() as found:
        found.load_answers(answers)
        yield found


def test_recorded_tasks_come_back_from_both_paths(portal: Portal, recorded: dict[str, Any]) -> None:
    """Every task of the recorded page is on the portal with its status, for the old path and the new one."""
    page = recorded["rec.get_all_tasks.1"]["response"]["result"]["tasks"]
    expected = {int(task["id"]): task["status"] for task in page}

    class Old(CRest):
        """The recorded portal, the old way."""

    Old.configure(C_REST_WEB_HOOK_URL=portal.webhook_url, C_REST_BLOCK_LOG=True, transport=portal)
    old: dict[int, str] = {}
    start: int | None = 0
    while start is not None:
        answer = Old.call(
            "tasks.task.list", {"select": ["ID", "STATUS"], "order": {"ID": "ASC"}, "start": start}
        )
        old |= {int(task["id"]): task["status"] for task in answer["result"]["tasks"]}
        start = answer.get("next")
    with Client.from_webhook(portal.webhook_url, transport=portal) as b24:
        new = {
            int(task["id"]): task["status"]
            for task in b24.list("tasks.task.list", {"select": ["ID", "STATUS"]})
        }

    assert expected == old
    assert old == new


def test_recorded_items_come_back_from_both_paths(portal: Portal, recorded: dict[str, Any]) -> None:
    """The recorded smart-process items are found by both paths, in the same order."""
    page = recorded["rec.crm_item_list"]["response"]["result"]["items"]
    expected = [(row["id"], row["title"]) for row in page]

    class Old(CRest):
        """The recorded portal, the old way."""

    Old.configure(C_REST_WEB_HOOK_URL=portal.webhook_url, C_REST_BLOCK_LOG=True, transport=portal)
    page_now = Old.call("crm.item.list", {**_ITEMS, "start": 0})["result"]["items"]
    old = [(row["id"], row["title"]) for row in page_now]
    with Client.from_webhook(portal.webhook_url, transport=portal) as b24:
        new = [(row["id"], row["title"]) for row in b24.list("crm.item.list", _ITEMS)]

    assert expected == old
    assert expected == new
