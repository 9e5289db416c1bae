"""Batches of REST 3.0, with an outcome for each command although the portal gives none.

There the first error is the whole answer, and it does not say whose it is. Reads can be asked again, so a
request that is refused is cut in halves until the guilty ones are found; writes go alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

from b24bridge.engine.executor import Executor
from b24bridge.engine.failures import cut_off, stopped
from b24bridge.engine.waves import in_waves
from b24bridge.errors import (
    ApiError,
    AuthError,
    B24Error,
    BatchError,
    DeadlineExceeded,
    LimitError,
    MethodNotFound,
    TransportError,
)
from b24bridge.wire.batch import Command, Outcome, Part, plan
from b24bridge.wire.batch3 import command_of, fill, pack, stretches, targets, unpack
from b24bridge.wire.call import Api, Call, Json

__all__ = ["batch3"]

K = TypeVar("K", bound=Hashable)


async def batch3(
    executor: Executor,
    commands: Mapping[K, Call[Any]],
    ids: Mapping[K, str],
    *,
    halt: bool,
    in_order: bool | None,
    together: bool,
    size: int,
    deadline_s: float | None,
) -> dict[K, Outcome[Json]]:
    """Run calls of REST 3.0 as batches; see :func:`b24bridge.engine.batches.batch`.

    Args:
        executor: Carries out the requests.
        commands: Calls by key, all of REST 3.0.
        ids: Aliases of the commands on the wire.
        halt: Stop at the first command that fails.
        in_order: Whether requests wait for each other; default: only if a command may change something.
        together: Let writes share requests; if the portal then refuses one, all of them are ``unknown``.
        size: Most commands in one request.
        deadline_s: Seconds for all of it.
    """
    names = {str(key): name for key, name in ids.items()}
    lined = [command_of(ids[key], call, names) for key, call in commands.items()]
    safe = {command.id: executor.is_safe(command.method, Api.V3) for command in lined}
    ordered = halt or (in_order if in_order is not None else not all(safe.values()))
    parts = [Part(tuple(lined))] if ordered else plan(lined, in_order=False, size=size, targets=targets)
    run = _Run(executor, safe, halt=halt, together=together, size=size, deadline_s=deadline_s)
    await run.all(parts)
    return {key: run.outcomes[name] for key, name in ids.items()}


class _Run:
    """One batch on its way."""

    def __init__(
        self,
        executor: Executor,
        safe: Mapping[str, bool],
        *,
        halt: bool,
        together: bool,
        size: int,
        deadline_s: float | None,
    ) -> None:
        self._executor = executor
        self._safe = safe
        self._halt = halt
        self._together = together
        self._size = size
        self._deadline = None if deadline_s is None else executor.port.now() + deadline_s
        self._halted = False
        self._bulk = len(safe) > size
        self.outcomes: dict[str, Outcome[Json]] = {}

    async def all(self, parts: Sequence[Part]) -> None:
        """Run the parts, those that need no other at once."""
        await in_waves(self._executor.port, parts, self._part, lambda part: None)

    async def _part(self, part: Part) -> None:
        cut = stretches(
            part.commands,
            is_safe=lambda command: self._safe[command.id],
            size=self._size,
            together=self._together,
        )
        for stretch in cut:
            await self._stretch(stretch)

    async def _stretch(self, commands: Sequence[Command]) -> None:
        """Run commands in one request, and after a refusal in several."""
        if self._halted:
            for command in commands:
                self.outcomes[command.id] = Outcome("not_run", None, stopped(command.method))
            return
        left = self._ready(commands)
        if len(left) == 1:
            self.outcomes[left[0].id] = await self._one(left[0])
        elif left:
            await self._request(left)
        if self._halt and any(not self.outcomes[command.id].ok for command in commands):
            self._halted = True

    def _ready(self, commands: Sequence[Command]) -> list[Command]:
        """Return the commands with values of earlier requests in place, without those that have none."""
        ready: list[Command] = []
        for command in commands:
            # Other requests note their outcomes meanwhile, so only those that matter are looked up.
            known = {name: self.outcomes[name] for name in targets(command) if name in self.outcomes}
            try:
                if gone := [name for name, outcome in known.items() if not outcome.ok]:
                    raise cut_off(command.method, min(gone))
                ready.append(fill(command, {name: outcome.value for name, outcome in known.items()}))
            except BatchError as error:
                self.outcomes[command.id] = Outcome("not_run", None, error)
        return ready

    async def _one(self, command: Command) -> Outcome[Json]:
        try:
            answer = await self._executor.execute(
                Call(command.method, command.params, api=Api.V3), deadline_s=self._left_s(), bulk=self._bulk
            )
        except (ApiError, TransportError, DeadlineExceeded) as error:
            self._settle(error)
            return _lost(error)
        return Outcome("ok", answer.result, None, answer.total, answer.next, answer.time)

    async def _request(self, commands: Sequence[Command]) -> None:
        only_reads = all(self._safe[command.id] for command in commands)
        call: Call[Any] = Call("batch", pack(commands), api=Api.V3)
        try:
            answer = await self._executor.execute(
                call, deadline_s=self._left_s(), safe=only_reads, bulk=self._bulk
            )
            results = unpack(answer.result, commands)
        except ApiError as error:
            self._settle(error)
            nothing_ran = isinstance(error, LimitError | AuthError)
            # Unknown methods are found before anything runs, so then all can be sent again.
            if not nothing_ran and (only_reads or isinstance(error, MethodNotFound)):
                middle = len(commands) // 2
                await self._stretch(commands[:middle])
                await self._stretch(commands[middle:])
                return
            told = error if nothing_ran else _one_of(len(commands), error)
            self.outcomes.update({command.id: _lost(told) for command in commands})
        except (TransportError, DeadlineExceeded, BatchError) as error:
            self.outcomes.update({command.id: _lost(error) for command in commands})
        else:
            self.outcomes.update({name: Outcome("ok", value) for name, value in results.items()})

    def _settle(self, error: B24Error) -> None:
        """Raise what concerns all commands and comes before any of them is done."""
        concerns_all = isinstance(error, AuthError) or (isinstance(error, ApiError) and not error.status)
        if concerns_all and not self.outcomes:
            raise error

    def _left_s(self) -> float | None:
        return None if self._deadline is None else self._deadline - self._executor.port.now()


def _lost(error: B24Error) -> Outcome[Json]:
    if error.may_have_been_done:
        return Outcome("unknown", None, error)
    not_run = not isinstance(error, ApiError) or isinstance(error, LimitError | AuthError)
    return Outcome("not_run" if not_run else "failed", None, error)


def _one_of(count: int, error: ApiError) -> BatchError:
    return BatchError(
        f"One of {count} commands that travelled together was refused, and those before it were done: "
        f"{error.message}",
        may_have_been_done=True,
        remedy="Look which effects are there before you send them again; without `together` each is told.",
    )
