"""pytest fixtures ``b24`` and ``async_b24``: clients of the sandbox's ``portal`` fixture.

Loaded by every pytest run, so it imports nothing heavy. ``portal`` comes from the sandbox's own plugin.

.. code-block:: python

    @pytest.mark.portal_data("small")
    def test_tickets(b24):
        assert 120 == len(list(b24.crm.items(140).list()))
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from b24bridge import AsyncClient, Client
    from b24bridge.sandbox import Portal

__all__ = ["async_b24", "b24"]


@pytest.fixture
def b24(portal: Portal) -> Iterator[Client]:
    """Yield a blocking client of the sandbox, in the process."""
    from b24bridge import Client

    with Client.from_webhook(portal.webhook_url, transport=portal) as client:
        yield client


@pytest.fixture
async def async_b24(portal: Portal) -> AsyncIterator[AsyncClient]:
    """Yield the same for ``await``; needs a test that anyio or pytest-asyncio runs."""
    from b24bridge import AsyncClient

    async with AsyncClient.from_webhook(portal.webhook_url, transport=portal) as client:
        yield client
