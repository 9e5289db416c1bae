"""fast-bitrix24 (PyPI) against a served sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from peer_data import DEAL_ROWS, TASK_TITLES
from peer_run import CLIENTS, Run

pytestmark = [pytest.mark.peers, pytest.mark.slow]

TITLE = 'Сделка №1 & "A+B" <1>'


def test_fast_bitrix24_sees_a_portal(run: Run, python_peers: Path) -> None:
    """Its parallel batches bring every row once, its retries and its tokens work."""
    found: dict[str, Any] = run(str(python_peers), "-W", "ignore", str(CLIENTS / "fast_bitrix24_client.py"))

    assert [70, ["другая"], [True], "один"] == found["crud"]
    for strategy in ("get_all", "get_all_items", "list_and_get"):
        assert DEAL_ROWS == found["lists"][strategy], strategy
    assert DEAL_ROWS[:200] == found["lists"]["get_by_id"]
    assert sorted(TASK_TITLES) == found["lists"]["tasks"]
    assert [50, TITLE] == found["batch"]
    assert 33 == found["errors"]["repeated"]
    assert ["ErrorInServerResponseException", "ErrorInServerResponseException", "ClientResponseError"] == [
        found["errors"][name][0] for name in ("method", "missing", "webhook")
    ]
    assert "ERROR_METHOD_NOT_FOUND" in found["errors"]["method"][1]
    assert [166, 166, 2] == found["renewal"]
