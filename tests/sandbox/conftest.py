"""Fixtures of the sandbox's tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import Door, LoopbackDoor, serve

from b24bridge.sandbox import Portal

SMALL = Path(__file__).parent.parent / "fixtures" / "service_desk" / "small.json"


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    """The small service desk."""
    data: dict[str, Any] = json.loads(SMALL.read_text(encoding="utf-8"))
    return data


@pytest.fixture(params=["in-process", "loopback"])
def door(request: pytest.FixtureRequest, small: dict[str, Any]) -> Iterator[Door]:
    """A portal with the small service desk, in the process and behind a socket."""
    with Portal(small, webhook_code="code") as portal:
        if request.param == "in-process":
            yield Door(portal)
            return
        server, thread = serve(portal)
        yield LoopbackDoor(portal)
        server.should_exit = True
        thread.join(10)
        server.socket.close()
