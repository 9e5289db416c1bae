"""How many requests of a list are under way: as many as keep its reader busy, and no more.

What is asked too early grows old, and its answers take memory here or a connection of the portal.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

__all__ = ["Pace"]

#: Seconds in which a reader takes the rows of a command, before anything is known of him.
COMMAND_S = 0.0004
#: Requests under way for each one that a steady portal would need.
SPARE = 1.5
#: Weight of the newest observation.
NEW = 0.3


class Pace:
    """Learns how long requests take and how fast their rows are used.

    Args:
        connections: Most requests at once.
        now: Monotonic seconds.
    """

    def __init__(self, connections: int, now: Callable[[], float]) -> None:
        self.connections = connections
        self.now = now
        self._asked_s = 0.0
        self._used_s = COMMAND_S

    def sent(self, commands: int, seconds: float) -> None:
        """Note that a request of so many commands took so long."""
        if commands:
            self._asked_s = seconds / commands

    def used(self, commands: int, seconds: float) -> None:
        """Note that the rows of so many commands were used in so many seconds."""
        if commands:
            self._used_s += NEW * (seconds / commands - self._used_s)

    def requests(self) -> int:
        """Return how many requests should be under way now."""
        return min(self.connections, 1 + ceil(SPARE * self._asked_s / max(self._used_s, 1e-6)))
