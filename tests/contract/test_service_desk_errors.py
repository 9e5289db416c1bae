"""What the modern halves answer when the portal stays broken: an error, never a short result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from service_desk_world import Line, portal_of

from examples.service_desk.cases import CASES, NOW, run

SMALL = {"size": "small", "seed": 140, "anchor": "2025-12-18T12:00:00+03:00", "multiple_product": True}
REFUSAL = {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"status": 503, "body": REFUSAL},
    "gateway page": {"status": 502, "raw": "<html><body>502 Bad Gateway</body></html>"},
    "cut": {"drop": True},
}
MARKS: dict[str, dict[str, Any]] = {
    "sector": {"success": False},
    "graph-weeks": {"success": False},
    "graph-months": {"success": False},
    "time": {"error": "internal_error"},
    "time-modular": {"error": "internal_error"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("name", MARKS)
def test_a_lasting_fault_ends_in_an_error_answer(name: str, fault: dict[str, Any], tmp_path: Path) -> None:
    """Status 500 and the module's own error body, without the address of the webhook in it."""
    portal = portal_of({"dataset": SMALL, "now": NOW})
    portal.faults.add({"method": "*", **fault})
    case = next(case for case in CASES if case.name == name)

    answer = run(case, "modern", webhook_url=portal.webhook_url, cache_dir=tmp_path, transport=Line(portal))

    portal.faults.clear()
    assert 500 == answer["status"]
    assert MARKS[name].items() <= answer["body"].items()
    assert portal.webhook_code + "/" not in str(answer["body"])


@pytest.mark.parametrize(
    "fault", [FAULTS["refused"], {"status": 500, "body": {"error": "INTERNAL_SERVER_ERROR"}}]
)
@pytest.mark.parametrize(("nth", "status", "requests"), [([1], 200, 3), ("all", 500, None)])
def test_half_a_batch_that_fails_is_asked_again_alone(
    fault: dict[str, Any], nth: Any, status: int, requests: int | None, tmp_path: Path
) -> None:
    """One of the three stages is refused inside the batch: once does not show, always is an error answer."""
    portal = portal_of({"dataset": SMALL, "now": NOW})
    board = next(case for case in CASES if case.name == "sector")
    facts: dict[str, Any] = {"webhook_url": portal.webhook_url, "cache_dir": tmp_path}
    undisturbed = run(board, "modern", **facts, transport=Line(portal))
    where = {"filter.=stageId": "DT140_12:PREPARATION"}
    portal.faults.add({"method": "crm.item.list", "where": where, "nth": nth, **fault})
    line = Line(portal)

    answer = run(board, "modern", **facts, transport=line)

    portal.faults.clear()
    assert status == answer["status"]
    assert requests in (None, len(line.calls))
    assert (undisturbed == answer) is (status == 200)


def test_a_lasting_refusal_of_the_proxy_is_passed_on_with_its_hint(tmp_path: Path) -> None:
    """The front end gets the portal's error with the text that CRest adds."""
    portal = portal_of({"dataset": SMALL, "now": NOW})
    portal.faults.add({"method": "*", **FAULTS["refused"]})
    proxy = next(case for case in CASES if case.name == "proxy")

    answer = run(proxy, "modern", webhook_url=portal.webhook_url, cache_dir=tmp_path, transport=Line(portal))

    portal.faults.clear()
    hint = "Too many requests, maximum 2 query by second"
    assert {"status": 200, "body": {**REFUSAL, "error_information": hint}} == answer


@pytest.mark.parametrize("fault", ["gateway page", "cut"])
def test_a_lost_answer_of_the_proxy_becomes_an_error_body(fault: str, tmp_path: Path) -> None:
    """The front end gets the code that CRest uses for lost connections, not the text null."""
    portal = portal_of({"dataset": SMALL, "now": NOW})
    portal.faults.add({"method": "*", **FAULTS[fault]})
    proxy = next(case for case in CASES if case.name == "proxy")

    answer = run(proxy, "modern", webhook_url=portal.webhook_url, cache_dir=tmp_path, transport=Line(portal))

    portal.faults.clear()
    assert 200 == answer["status"]
    assert "curl_error" == answer["body"]["error"]
