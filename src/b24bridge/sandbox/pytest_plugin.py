"""pytest fixtures of the sandbox; loaded by every pytest run, so it imports nothing heavy.

``portal`` is an empty portal in memory for one test. ``portal_data`` says what it begins with: override
it in a conftest or a module, or name a data set for one test with ``@pytest.mark.portal_data(...)``.
``served_portal`` is the same portal behind a loopback socket, for clients that need an address.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["portal", "portal_data", "served_portal"]

_READY_S = 20


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "portal_data(data): data set, or the size of a made-up service desk, that `portal` holds"
    )


@pytest.fixture
def portal_data(request: pytest.FixtureRequest) -> Mapping[str, Any] | str | None:
    """What ``portal`` holds: a data set, ``"small"``, ``"medium"`` or ``"large"``, or nothing."""
    marker = request.node.get_closest_marker("portal_data")
    return marker.args[0] if marker is not None else None


@pytest.fixture
def portal(portal_data: Mapping[str, Any] | str | None) -> Iterator[Portal]:
    """Yield a portal in memory."""
    from .portal import Portal
    from .seeds import service_desk

    data = service_desk(portal_data) if isinstance(portal_data, str) else portal_data
    with Portal(data) as made:
        yield made


@pytest.fixture
def served_portal(portal: Portal) -> Iterator[Portal]:
    """Yield the portal of the test while it answers at ``portal.base_url``."""
    from .asgi import Server

    ready = threading.Event()
    server = Server(portal, when_ready=ready.set)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not ready.wait(_READY_S):
        raise RuntimeError(f"The sandbox did not start in {_READY_S} s.")
    yield portal
    server.should_exit = True
    thread.join(_READY_S)
