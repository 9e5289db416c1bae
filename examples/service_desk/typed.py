"""How the modern modules reach the portal: one typed client per run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from b24bridge import Client
from b24bridge.modern.lists import ListCall
from examples.service_desk.rules import Json, chunks

__all__ = ["connect", "rows_by_ids"]


def connect(webhook_url: str, transport: object | None = None) -> Client:
    """Return a client of this webhook; it keeps within the portal's limits and repeats what is safe."""
    options: dict[str, Any] = {} if transport is None else {"transport": transport}
    return Client.from_webhook(webhook_url, **options)


def rows_by_ids(
    b24: Client, ids: Sequence[int], listing: Callable[[Sequence[int]], ListCall[Any]]
) -> list[dict[str, Json]]:
    """Return the rows of these ids: a page of ids to a command, 50 commands to a request.

    Hundreds of ids in every command of a long list would reach PHP's limit of form variables.
    """
    pages = b24.batch({place: listing(part) for place, part in enumerate(chunks(ids))})
    return [row for page in pages.values() for row in page.value]
