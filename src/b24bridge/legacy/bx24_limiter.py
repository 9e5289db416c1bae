"""The leaky bucket of BX24.js: ninety calls at once, then two a second."""

from __future__ import annotations

import threading

from b24bridge.engine.port import Port

__all__ = ["Limiter"]


class Limiter:
    """Lets calls through at the original's pace (vector bx24/frame.json fr-limit).

    Args:
        port: Clock and sleep.
    """

    CALLS = 90
    DRAIN_PER_S = 2.0
    WAIT_S = 1.0

    def __init__(self, port: Port) -> None:
        self._port = port
        self._amount = 0.0
        self._at = port.now()
        self._lock = threading.Lock()

    async def enter(self) -> None:
        """Wait until the call may go."""
        while not self._take():
            await self._port.sleep(self.WAIT_S)

    def _take(self) -> bool:
        with self._lock:
            now = self._port.now()
            self._amount = max(0.0, self._amount - max(0.0, now - self._at) * self.DRAIN_PER_S)
            self._at = now
            if self._amount > self.CALLS:
                return False
            self._amount += 1
            return True
