"""The order in which calls and callbacks of BX24 run on a server."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

__all__ = ["Work"]


class Work(threading.local):
    """Calls of one thread in their order: what a callback asks for runs after it, without nesting."""

    def __init__(self) -> None:
        self._jobs: deque[Callable[[], None]] = deque()
        self._busy = False

    def do(self, job: Callable[[], None]) -> None:
        """Run the job and all that follow from it, or leave it to the run that is under way."""
        self._jobs.append(job)
        if self._busy:
            return
        self._busy = True
        first: Exception | None = None
        try:
            while self._jobs:
                try:
                    self._jobs.popleft()()
                except Exception as error:  # noqa: BLE001  # raised below, when the other callbacks have run
                    first = first or error
        finally:
            self._jobs.clear()
            self._busy = False
        if first is not None:
            raise first
