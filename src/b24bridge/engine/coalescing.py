"""Reads that would have to wait, for the portal's limit or a connection, travel together as one batch.

A batch counts as one request (vendor page "REST API Limits"), so a burst of reads needs a fiftieth of
the places. Each caller gets its own answer or its own error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from b24bridge.engine.events import Coalesced, emit
from b24bridge.errors import B24Error, DeadlineExceeded, LimitError, TransportError
from b24bridge.wire.batch import MAX_COMMANDS, Outcome
from b24bridge.wire.batch3 import names_in
from b24bridge.wire.call import Call

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["Coalescer"]

# Names of locks are kept for ever, so groups take turns with a few of them.
GROUPS = 32
NEVER = frozenset({"batch", "download", "upload", "documentation", "rest.documentation.openapi"})


@dataclass(slots=True, eq=False)
class _Waiting:
    """One caller's read."""

    call: Call[Any]
    group: str = ""
    outcome: Outcome[Any] | None = None
    error: B24Error | None = None


class Coalescer:
    """Gathers the reads of one executor while the bucket is full.

    Args:
        executor: Carries out the batches.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._queue: list[_Waiting] = []
        self._name = f"coalesce {id(self):x}"
        self._groups = 0

    def wants(self, call: Call[Any]) -> bool:
        """Return whether a call should wait for company: a read, and neither place nor connection free.

        A text that looks like a reference would become one among the commands of others.
        """
        executor = self._executor
        budget = executor.admission.budget()
        if budget is None or call.method.lower() in NEVER:
            return False
        busy = executor.under_way >= executor.policy.connections
        must_wait = busy or budget.wait(executor.port.now()) > 0
        return must_wait and executor.is_safe(call.method, call.api) and not names_in(call.params)

    async def run(self, call: Call[Any], deadline_s: float | None) -> Outcome[Any] | None:
        """Return the outcome of a call that travelled with others, None if it is to be sent alone.

        The first caller leads: it waits for the place, takes all reads that queued up meanwhile, and
        sends them; the others wait for the lock of their group.

        Raises:
            B24Error: The batch as a whole failed.
            DeadlineExceeded: There was no time left.
        """
        executor = self._executor
        port = executor.port
        deadline = None if deadline_s is None else port.now() + deadline_s
        own = _Waiting(call)
        self._queue.append(own)
        async with port.lock(self._name):
            if not own.group:
                budget = executor.admission.budget()
                await port.sleep(0.0 if budget is None else budget.wait(port.now()))
                taken, self._queue = self._queue[:MAX_COMMANDS], self._queue[MAX_COMMANDS:]
                self._groups += 1
                group = f"{self._name} {self._groups % GROUPS}"
                for one in taken:
                    one.group = group
                lead = port.lock(group)
                await lead.__aenter__()
            else:
                lead = None
                taken = []
        if lead is not None:
            try:
                await self._send(taken, None if deadline is None else deadline - port.now())
            finally:
                await lead.__aexit__(None, None, None)
        else:
            async with port.lock(own.group):
                pass
        if deadline is not None and port.now() >= deadline and (own.outcome is None or not own.outcome.ok):
            raise DeadlineExceeded(f"{call.method} did not finish before its deadline.", method=call.method)
        if isinstance(own.error, LimitError | TransportError) or _is_anothers(own.outcome):
            return None
        if own.error is not None:
            raise own.error
        return own.outcome

    async def _send(self, taken: list[_Waiting], left_s: float | None) -> None:
        from b24bridge.engine.batches import batch  # batches run on the executor, which knows this module

        if len(taken) < 2:
            return
        emit(self._executor.hooks, Coalesced(len(taken)))
        try:
            outcomes = await batch(
                self._executor, {at: one.call for at, one in enumerate(taken)}, deadline_s=left_s
            )
        except B24Error as error:
            for one in taken:
                one.error = error
            return
        for at, one in enumerate(taken):
            one.outcome = outcomes[at]


def _is_anothers(outcome: Outcome[Any] | None) -> bool:
    """Return whether a call failed by the leader's deadline or a lost batch: then it is sent alone."""
    return outcome is not None and isinstance(outcome.error, DeadlineExceeded | TransportError)
