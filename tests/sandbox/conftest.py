"""Fixtures of the sandbox's tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import Door, LoopbackDoor, serve

from b24bridge.sandbox import Portal
from b24bridge.sandbox.asgi import Server

SMALL = Path(__file__).parent.parent / "fixtures" / "service_desk" / "small.json"


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    """The small service desk."""
    data: dict[str, Any] = json.loads(SMALL.read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="session")
def loopback() -> Iterator[Server]:
    """One server for the whole run; each test puts its own portal behind it."""
    with Portal() as empty:
        server, thread = serve(empty)
        yield server
        server.should_exit = True
        thread.join(10)
        server.socket.close()


@pytest.fixture(scope="session")
def seeded(small: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal's file with the small service desk: copying it costs a fifth of seeding it."""
    path = tmp_path_factory.mktemp("seeded") / "small.db"
    Portal(small, webhook_code="code", db=str(path)).close()
    return path


@pytest.fixture(params=["in-process", "loopback"])
def door(request: pytest.FixtureRequest, seeded: Path, tmp_path: Path) -> Iterator[Door]:
    """A portal with the small service desk, in the process and behind a socket."""
    path = tmp_path / "portal.db"
    shutil.copyfile(seeded, path)
    with Portal(webhook_code="code", db=str(path)) as portal:
        if request.param == "in-process":
            yield Door(portal)
        else:
            server: Server = request.getfixturevalue("loopback")
            portal.base_url, server.app.portal = server.base_url, portal
            yield LoopbackDoor(portal)
    path.unlink()
