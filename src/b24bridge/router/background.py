"""Where compared paths run: after the answer, a few at a time, given up when they take too long."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import Empty, Full, Queue
from weakref import WeakMethod

__all__ = ["Background"]


class Background:
    """A few daemon threads with a short queue; what does not fit is dropped, so that callers never wait.

    A thread cannot be stopped from outside. A run that passes its time limit is left alone in a thread of its
    own; its guard refuses every further request, so it ends at its next call. While too many of these hang
    on, nothing more is started.

    Args:
        workers: Runs at a time.
        queue_limit: Runs that may wait.
        hanging_limit: Runs that were given up and have not ended.
    """

    def __init__(self, workers: int = 2, queue_limit: int = 100, hanging_limit: int = 20) -> None:
        self.queue_limit = queue_limit
        self._workers = workers
        self._hanging_limit = hanging_limit
        self._begin()
        forked = WeakMethod(self._begin)
        # A child has none of its parent's threads, and what waited is the parent's to run.
        os.register_at_fork(after_in_child=lambda: (begin := forked()) and begin())

    def _begin(self) -> None:
        self._queue: Queue[Callable[[], None]] = Queue(self.queue_limit)
        self._threads: list[threading.Thread] = []
        self._hanging: list[threading.Thread] = []
        self._lock = threading.Lock()

    def submit(self, task: Callable[[], None]) -> bool:
        """Run a task later; return False if there is no room for it."""
        if self._hanging and self._still_hanging() >= self._hanging_limit:
            return False
        try:
            self._queue.put_nowait(task)
        except Full:
            return False
        if len(self._threads) < self._workers or not all(t.is_alive() for t in self._threads):
            self._start()
        return True

    def drain(self) -> None:
        """Wait until everything submitted so far has ended; for tests and for a clean end."""
        self._queue.join()

    def _start(self) -> None:
        with self._lock:
            self._threads = [t for t in self._threads if t.is_alive()]
            while len(self._threads) < self._workers:
                thread = threading.Thread(target=self._work, name="b24bridge-shadow", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        while True:
            try:
                task = self._queue.get(timeout=30)
            except Empty:
                continue
            try:
                task()
            finally:
                self._queue.task_done()

    def within(self, seconds: float, run: Callable[[], None]) -> bool:
        """Run something in a thread of its own; return whether it ended in time."""
        thread = threading.Thread(target=run, name="b24bridge-candidate", daemon=True)
        thread.start()
        thread.join(seconds)
        if not thread.is_alive():
            return True
        with self._lock:
            self._hanging.append(thread)
        return False

    def _still_hanging(self) -> int:
        with self._lock:
            self._hanging = [thread for thread in self._hanging if thread.is_alive()]
            return len(self._hanging)
