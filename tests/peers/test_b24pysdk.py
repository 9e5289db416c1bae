"""The official Python SDK (b24pysdk, PyPI) against a served sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from peer_data import DEAL_ROWS, TASK_TITLES
from peer_run import CLIENTS, Run

pytestmark = [pytest.mark.peers, pytest.mark.slow]


def test_the_python_sdk_sees_a_portal(run: Run, python_peers: Path) -> None:
    """Installation, tokens, events, CRUD, every list strategy, batches and errors are as on a live one."""
    found: dict[str, Any] = run(str(python_peers), str(CLIENTS / "b24pysdk_client.py"))

    assert {
        "event": "ONAPPINSTALL",
        "language": "en",
        "application_token": True,
        "member_id": True,
        "users": ["1", "1"],
        "client_id": True,
    } == found["install"]
    assert ["1", "1", True] == found["renewal"]
    assert ["ONCRMDEALADD", "told", {"count": 1}] == found["event"]
    crud = [
        "int",
        "other",
        "12.50",
        True,
        "i2",
        ["BitrixAPIBadRequest", ""],
        ["BitrixAPINotFound", "NOT_FOUND"],
    ]
    assert crud == found["crud"] == found["crud_by_token"]
    for strategy in ("as_list", "as_list_fast", "call_list", "items"):
        assert DEAL_ROWS == found["lists"][strategy], strategy
    assert DEAL_ROWS[::-1] == found["lists"]["as_list_fast_down"]
    assert TASK_TITLES == found["lists"]["tasks"]
    assert [str(3 * n) for n in range(1, 121)] == found["batch"]["ids"]
    assert ({"b": "Not found"}, ["a"]) == (found["batch"]["errors"], found["batch"]["ok"])
    assert {
        "method": ["BitrixAPINotFound", "ERROR_METHOD_NOT_FOUND"],
        "webhook": ["BitrixAPIInvalidCredentials", "INVALID_CREDENTIALS"],
        "webhook_event": ["BitrixAPIWrongAuthType", "WRONG_AUTH_TYPE"],
        "token": ["BitrixAPIInvalidToken", "invalid_token"],
        "argument": ["BitrixAPIInvalidArgValue", "INVALID_ARG_VALUE"],
        "grant": ["BitrixOAuthInvalidGrant", "invalid_grant"],
        "client": ["BitrixOauthWrongClient", "wrong_client"],
        "secret": ["BitrixOAuthInvalidClient", "invalid_client"],
        "rate_limit": ["BitrixAPIQueryLimitExceeded", "QUERY_LIMIT_EXCEEDED"],
        "operating_limit": ["BitrixAPIOperationTimeLimit", "OPERATION_TIME_LIMIT"],
        "html_502": ["BitrixResponseJSONDecodeError", ""],
        "internal": ["BitrixAPIInternalServerError", "INTERNAL_SERVER_ERROR"],
        "retried": "1",
    } == found["errors"]
