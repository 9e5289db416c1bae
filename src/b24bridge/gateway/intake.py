"""Reading bodies of callers without letting them fill the memory or hold a place for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.requests import Request

from b24bridge.gateway.bodies import Refusal
from b24bridge.gateway.settings import Settings

__all__ = ["Full", "Intake"]


class Full(Exception):
    """There is no room for the request now."""


class Intake:
    """The bodies of all requests in work.

    Args:
        settings: How long one body, and all together, may be.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._held = 0

    @property
    def held_bytes(self) -> int:
        """Bytes of all bodies in work."""
        return self._held

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """Read a body and hold it while the request is in work; stop reading where it becomes too long.

        Raises:
            Refusal: The body is too long or comes too slowly.
            Full: All bodies together are too long.
        """
        settings = self._settings
        parts: list[bytes] = []
        size = 0
        try:
            with anyio.move_on_after(settings.body_s) as scope:
                async for part in request.stream():
                    size += len(part)
                    self._held += len(part)
                    if size > settings.body_limit:
                        text = f"The body is longer than {settings.body_limit} bytes."
                        raise Refusal(413, "INVALID_REQUEST", text)
                    if self._held > settings.bodies_limit:
                        raise Full
                    parts.append(part)
            if scope.cancelled_caught:
                raise Refusal(408, "INVALID_REQUEST", f"The body did not come within {settings.body_s:g} s.")
            yield b"".join(parts)
        finally:
            self._held -= size
