"""Batches of any length, with an outcome for each command."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from b24bridge.engine.batches3 import batch3
from b24bridge.engine.executor import Executor
from b24bridge.engine.failures import cut_off, stopped
from b24bridge.engine.waves import in_waves
from b24bridge.errors import (
    ApiError,
    B24Error,
    BatchError,
    DeadlineExceeded,
    LimitError,
    OperatingLimit,
    RateLimited,
    ServerError,
    TransportError,
)
from b24bridge.knowledge.codes import explain
from b24bridge.wire.batch import MAX_COMMANDS, Command, Outcome, Part, Results, pack, plan, unpack
from b24bridge.wire.batch3 import names_in
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.refs import references

__all__ = ["batch"]

K = TypeVar("K", bound=Hashable)


async def batch(
    executor: Executor,
    commands: Mapping[K, Call[Any]],
    *,
    halt: bool = False,
    in_order: bool | None = None,
    together: bool = False,
    size: int = MAX_COMMANDS,
    deadline_s: float | None = None,
) -> dict[K, Outcome[Json]]:
    """Run any number of calls as batches and return the outcome of each, undecoded.

    ``$result[key][…]`` in a parameter refers to an earlier command by its key, across requests too.
    Commands that the portal refused for load are sent again, alone; reads also when they were lost.
    A write that refers to a command that failed is not run: the portal would put something else, such as
    the results of all other commands, in place of the reference.

    Calls of REST 3.0 travel in requests of their own: reads up to 50 together, of which those that fail are
    found by asking again, and writes one by one, since there the first error is the whole answer.

    Args:
        executor: Carries out the requests.
        commands: Calls by key.
        halt: Stop at the first command that fails.
        in_order: Whether requests wait for each other; default: only if a command may change something.
        together: Let writes of REST 3.0 share requests; when the portal refuses one of them, all of its
            request are ``unknown``.
        size: Most commands in one request.
        deadline_s: Seconds for all of it; what is not done then is ``not_run`` or ``unknown``.

    Raises:
        AuthError, AccessError: The credentials were refused.
        BatchError: A call cannot be a command.
        ConfigError: The portal is not set up.
    """
    ids = _ids(commands)
    size = min(size, MAX_COMMANDS)
    modern = sum(call.api is Api.V3 for call in commands.values())
    if modern:
        run = batch3 if modern == len(commands) else _mixed
        return await run(
            executor,
            commands,
            ids,
            halt=halt,
            in_order=in_order,
            together=together,
            size=size,
            deadline_s=deadline_s,
        )
    lined = [Command.of(ids[key], call) for key, call in commands.items()]
    safe = {command.id: executor.is_safe(command.method, Api.V2) for command in lined}
    ordered = halt or (in_order if in_order is not None else not all(safe.values()))
    ran = _Run(executor, safe, halt, deadline_s)
    await ran.all(plan(lined, in_order=ordered, size=size))
    return {key: ran.outcomes[name] for key, name in ids.items()}


async def _mixed(
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
    """Run calls of both generations, each in requests of its own, in the order given where that matters."""
    ordered = halt or (
        in_order
        if in_order is not None
        else not all(executor.is_safe(call.method, call.api) for call in commands.values())
    )
    groups = _groups(commands, ordered)
    _refuse_references_between(groups, ids)
    deadline = None if deadline_s is None else executor.port.now() + deadline_s

    async def one(group: Mapping[K, Call[Any]]) -> dict[K, Outcome[Json]]:
        left_s = None if deadline is None else deadline - executor.port.now()
        return await batch(
            executor,
            group,
            halt=halt,
            in_order=in_order,
            together=together,
            size=size,
            deadline_s=left_s,
        )

    found: dict[K, Outcome[Json]] = {}
    if not ordered:
        for outcomes in await executor.port.gather([one(group) for group in groups]):
            found.update(outcomes)
        return {key: found[key] for key in commands}
    for group in groups:
        if halt and any(not outcome.ok for outcome in found.values()):
            found.update({key: Outcome("not_run", None, stopped(call.method)) for key, call in group.items()})
        else:
            found.update(await one(group))
    return found


def _groups(commands: Mapping[K, Call[Any]], ordered: bool) -> list[dict[K, Call[Any]]]:
    """Return the calls of each generation, or neighbours of one generation if their order matters."""
    items = commands.items() if ordered else sorted(commands.items(), key=lambda item: item[1].api.value)
    return [dict(group) for _, group in groupby(items, key=lambda item: item[1].api)]


def _refuse_references_between(groups: Sequence[Mapping[K, Call[Any]]], ids: Mapping[K, str]) -> None:
    everything = {str(key) for key in ids}
    for group in groups:
        others = everything - {str(key) for key in group}
        for call in group.values():
            if foreign := others & names_in(call.params):
                raise BatchError(
                    f"{call.method} refers to {min(foreign)}, which travels in another request because calls "
                    "of REST 2 and REST 3.0 are mixed.",
                    method=call.method,
                    remedy="Run that command first, and use its value.",
                )


class _Run:
    """One batch on its way."""

    def __init__(
        self, executor: Executor, safe: Mapping[str, bool], halt: bool, deadline_s: float | None
    ) -> None:
        self._executor = executor
        self._safe = safe
        self._halt = halt
        self._deadline = None if deadline_s is None else executor.port.now() + deadline_s
        self._results = Results()
        self._halted = False
        self._bulk = False
        self.outcomes: dict[str, Outcome[Json]] = {}

    async def all(self, parts: Sequence[Part]) -> None:
        """Run the parts, those that need no other at once."""
        self._bulk = len(parts) > 1
        await in_waves(self._executor.port, parts, self._part, self._note)

    def _note(self, part: Part) -> None:
        for command in part.commands:
            self._results.add(command.id, self.outcomes[command.id])

    async def _part(self, part: Part) -> None:
        if self._halted:
            for command in part.commands:
                self.outcomes[command.id] = Outcome("not_run", None, stopped(command.method))
            return
        own = frozenset(command.id for command in part.commands)
        earlier = frozenset(self.outcomes) - own
        left = list(part.commands)
        if earlier:
            left = self._withoutsevered(left)
            left = [self._results.fill(command, earlier) for command in left]
        # The portal stops at the first failure, before a write could use what is not there.
        careful = not self._halt and any(
            not self._safe[command.id] and _targets(command) & own for command in left
        )
        attempt = 1
        while left and attempt <= self._executor.policy.refusals:
            outcomes = await self._request(left, halt=self._halt or careful)
            self.outcomes.update(outcomes)
            again = self._again(left, outcomes, attempt)
            if careful:
                again = self._withoutsevered(self._behind(left, outcomes, again))
            if not again:
                break
            # Whoever got some of the commands through has not waited in vain: its patience starts anew.
            attempt = attempt + 1 if len(again) == len(left) else 1
            left = self._linked(left, again)
        if self._halt and any(self.outcomes[name].state != "ok" for name in own):
            self._halted = True

    def _behind(
        self, sent: Sequence[Command], outcomes: Mapping[str, Outcome[Json]], again: Sequence[Command]
    ) -> list[Command]:
        """Return what the portal did not come to, with the command that failed if it is to be repeated."""

        def is_behind(outcome: Outcome[Json]) -> bool:
            return outcome.state == "not_run" and isinstance(outcome.error, BatchError)

        return [command for command in sent if command in again or is_behind(outcomes[command.id])]

    def _withoutsevered(self, commands: Sequence[Command]) -> list[Command]:
        """Return the commands without the writes that refer, over any steps, to one that was not done."""
        waiting = {command.id for command in commands}
        severed: set[str] = set()
        kept: list[Command] = []
        for command in commands:
            gone = {
                name
                for name in _targets(command)
                if name in severed
                or (name not in waiting and name in self.outcomes and not self.outcomes[name].ok)
            }
            if not gone or self._safe[command.id]:
                kept.append(command)
                continue
            severed.add(command.id)
            self.outcomes[command.id] = Outcome("not_run", None, cut_off(command.method, min(gone)))
        return kept

    def _linked(self, sent: Sequence[Command], again: Sequence[Command]) -> list[Command]:
        """Return the commands to send again, with values in place of references to those that are done."""
        repeated = {command.id for command in again}
        done = frozenset(command.id for command in sent) - repeated
        for name in done:
            self._results.add(name, self.outcomes[name])
        return [self._results.fill(command, done) for command in again]

    def _again(
        self, sent: Sequence[Command], outcomes: Mapping[str, Outcome[Json]], attempt: int
    ) -> list[Command]:
        """Return the commands to send again, the others having their last word."""
        refused = {name for name, outcome in outcomes.items() if isinstance(outcome.error, LimitError)}
        broken = {
            name
            for name, outcome in outcomes.items()
            if self._safe[name]
            and attempt < self._executor.policy.attempts
            and (
                isinstance(outcome.error, ServerError)
                or (outcome.state == "unknown" and isinstance(outcome.error, BatchError))
            )
        }
        chosen = {
            name
            for name in refused | broken
            if not isinstance(error := outcomes[name].error, LimitError) or error.retryable
        }
        if not chosen:
            return []
        if self._halt:
            # The portal stopped there: what follows was not run and follows now.
            first = min(at for at, command in enumerate(sent) if command.id in chosen)
            stop = [c for c in sent[:first] if outcomes[c.id].state != "ok"]
            return [] if stop else list(sent[first:])
        again: list[Command] = []
        for command in sent:
            # A read that refers to a command which is repeated ran without that command's result.
            follows = _targets(command) & {one.id for one in again}
            if command.id in chosen or (follows and self._safe[command.id]):
                again.append(command)
        return again

    async def _request(self, commands: Sequence[Command], *, halt: bool) -> dict[str, Outcome[Json]]:
        executor = self._executor
        safe = all(self._safe[command.id] for command in commands)
        try:
            await executor.admission.rest({command.method for command in commands}, self._deadline)
            left_s = None if self._deadline is None else self._deadline - executor.port.now()
            call: Call[Any] = Call("batch", pack(commands, halt=halt))
            answer = await executor.execute(call, deadline_s=left_s, safe=safe, bulk=self._bulk)
        except (TransportError, LimitError, ServerError, DeadlineExceeded) as error:
            return {command.id: _lost(error) for command in commands}
        except ApiError as error:
            if not self.outcomes:
                raise
            return {command.id: Outcome("not_run", None, error) for command in commands}
        outcomes = unpack(answer.result, commands, halt=halt, explain=explain)
        self._learn(commands, outcomes)
        return outcomes

    def _learn(self, commands: Sequence[Command], outcomes: Mapping[str, Outcome[Json]]) -> None:
        budget = self._executor.admission.budget()
        if budget is None:
            return
        port = self._executor.port
        for command in commands:
            outcome = outcomes[command.id]
            error = outcome.error
            if outcome.time:
                budget.observe(command.method, dict(outcome.time))
            elif isinstance(error, OperatingLimit):
                budget.operating_refused(command.method, port.wall(), error.reset_at)
            elif isinstance(error, RateLimited):
                budget.refused(port.now())


def _lost(error: B24Error) -> Outcome[Json]:
    if error.may_have_been_done:
        return Outcome("unknown", None, error)
    return Outcome("not_run", None, error)


def _targets(command: Command) -> set[str]:
    """Return the ids of the commands that a command refers to."""
    return {name for _, name in references(command.params)}


def _ids(commands: Mapping[K, Call[Any]]) -> dict[K, str]:
    """Return the id on the wire for each key: its text, or a number where texts collide."""
    ids: dict[K, str] = {}
    used: set[str] = set()
    for at, key in enumerate(commands):
        name = str(key) if isinstance(key, str | int) else f"c{at}"
        while name in used or not name:
            name = f"c{at}_{name}"
        used.add(name)
        ids[key] = name
    return ids
