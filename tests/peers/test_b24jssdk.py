"""The official JavaScript SDK (@bitrix24/b24jssdk, npm) against a served sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from peer_data import DEAL_ROWS, TASK_TITLES
from peer_run import CLIENTS, Run

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.node]

NOT_FOUND_3 = "BITRIX_REST_V3_EXCEPTION_ENTITYNOTFOUNDEXCEPTION"


def test_the_javascript_sdk_sees_a_portal(run: Run, node_peers: Path) -> None:
    """Installation, tokens, events, CRUD, every list strategy, batches, errors and REST 3.0."""
    found: dict[str, Any] = run("node", str(CLIENTS / "b24jssdk_client.mjs"), str(node_peers))

    assert {
        "event": "ONAPPINSTALL",
        "token": True,
        "admin": True,
        "before": "1",
        "after": "1",
        "renewed": [True],
    } == found["install"]
    assert [True, True] == found["tools"]
    assert ["ONCRMDEALADD", {"count": 1}] == found["event"]
    crud = ["number", True, "другая", "12.50", True, "one", [], "task"]
    assert crud == found["crud"] == found["crud_by_token"]
    for strategy in ("call_list", "fetch_list", "batch_by_chunk", "old_call_list", "old_fetch_list"):
        assert DEAL_ROWS == found["lists"][strategy], strategy
    assert (50, list(range(3, 400, 3))) == (found["lists"]["first"], found["lists"]["by_next"])
    assert TASK_TITLES == found["lists"]["tasks"]
    assert {
        "deal": 'Сделка №1 & "A+B" <1>',
        "mixed": [True, False, True],
        "messages": ["Element not found"],
        "ids": [str(3 * n) for n in range(1, 121)],
    } == found["batch"]
    assert {
        "method": ["ERROR_METHOD_NOT_FOUND", 404],
        "missing": ["NOT_FOUND", 400],
        "webhook": ["INVALID_CREDENTIALS", 401],
        "auth_type": ["WRONG_AUTH_TYPE", 403],
        "filter": ["INVALID_ARG_VALUE", 400],
        "version3": [NOT_FOUND_3, 400],
        "rate_limit": "1",
        "html_502": "1",
        "cut": "1",
        "expired_token": "1",
    } == found["errors"]
    assert {
        "changed": True,
        "title": "Новая",
        "deleted": True,
        "batch": ["Задача 1", "Задача 2"],
    } == found["version3"]
