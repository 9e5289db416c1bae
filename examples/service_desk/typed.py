"""How the modern modules reach the portal: one typed client per run."""

from __future__ import annotations

from typing import Any

from b24bridge import Client

__all__ = ["connect"]


def connect(webhook_url: str, transport: object | None = None) -> Client:
    """Return a client of this webhook; it keeps within the portal's limits and repeats what is safe."""
    options: dict[str, Any] = {} if transport is None else {"transport": transport}
    return Client.from_webhook(webhook_url, **options)
