"""The router: one name for both paths of a module, and the path that its stage asks for.

Whatever the stage, for one call at most one path writes. In shadow the caller gets the old path's value or
error; the new path runs after the answer, with its writes refused. In canary the old path steps in only when
the new one failed before it sent a write.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from functools import wraps
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar, cast, overload

from b24bridge.errors import ConfigError
from b24bridge.router.attempt import Attempt, frozen, in_comparison
from b24bridge.router.background import Background
from b24bridge.router.canary import CanaryWatch
from b24bridge.router.ledger import Ledger, Run
from b24bridge.router.routes import Caller, Route, route
from b24bridge.router.stages import ModuleState, Stage
from b24bridge.router.table import StageTable
from b24bridge.router.verdict import Judge, judging

__all__ = ["Routed", "Router"]

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger("b24bridge.router")


class Router:
    """Routes the calls of modules by a stage table and keeps a ledger of them.

    Args:
        table: Stage of each module.
        ledger: Keeps every run; None keeps none.
        judge: Compares the values and writes of both paths.
        background: Where compared paths run.
        clock: Monotonic time in seconds.
        wall: Unix time in seconds.
        draw: Random number from 0 to 1.
    """

    def __init__(
        self,
        table: StageTable,
        ledger: Ledger | None = None,
        *,
        judge: Judge | None = None,
        background: Background | None = None,
        clock: Callable[[], float] = time.perf_counter,
        wall: Callable[[], float] = time.time,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.table = table
        self.ledger = ledger
        self.background = background or Background()
        self.judge = judge or judging()
        self.clock = clock
        self.wall = wall
        self.draw = draw
        self._canary = CanaryWatch(table, ledger, self.background, clock)
        self._tasks: set[asyncio.Task[None]] = set()

    @overload
    def module(
        self,
        name: str,
        *,
        legacy: Callable[P, T] | None,
        modern: Callable[P, T],
        caller: Callable[P, Caller] | None = None,
    ) -> Routed[P, T]: ...

    @overload
    def module(
        self, name: str, *, legacy: Callable[P, T] | None, caller: Callable[P, Caller] | None = None
    ) -> Callable[[Callable[P, T]], Routed[P, T]]: ...

    def module(
        self,
        name: str,
        *,
        legacy: Callable[P, T] | None,
        modern: Callable[P, T] | None = None,
        caller: Callable[P, Caller] | None = None,
    ) -> Routed[P, T] | Callable[[Callable[P, T]], Routed[P, T]]:
        """Return one function for both paths of a module.

        As a decorator, without ``modern``: ``@router.module("sector", legacy=old)`` above the new path.

        Args:
            name: Name in the stage table.
            legacy: The old path; None for a module in stage done.
            modern: The new path.
            caller: Says who asks, from the call's own arguments; without it a call is known by its
                arguments, so that the same question gets the same path.

        Raises:
            ConfigError: One path is a coroutine function and the other is not.
        """
        if modern is not None:
            return _routed(self, name, legacy, modern, caller)
        return lambda decorated: _routed(self, name, legacy, decorated, caller)

    def note(self, run: Run, state: ModuleState) -> None:
        """Keep a run, and demote its module when a gate of canary breaks."""
        if self.ledger is not None:
            try:
                self.ledger.add(run)
            except Exception:  # noqa: BLE001  # the border: a ledger that breaks must break no call
                _log.exception("module %s: a run could not be kept", run.module)
        if state.stage is Stage.CANARY:
            self._canary.note(run, state)

    @property
    def has_room(self) -> bool:
        """Return whether another compared path of an async module may run; else callers would feel it."""
        return len(self._tasks) < self.background.queue_limit

    def keep_task(self, task: asyncio.Task[None]) -> None:
        """Hold a background task until it ends: the loop itself does not."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until the compared paths of async modules have ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


class Routed(Generic[P, T]):
    """A module as one function, or as one method of a class; made by ``Router.module``."""

    def __init__(
        self,
        router: Router,
        name: str,
        legacy: Callable[P, T] | None,
        modern: Callable[P, T],
        caller: Callable[P, Caller] | None,
    ) -> None:
        self._router = router
        self.name = name
        self._paths: dict[str, Callable[P, T] | None] = {"legacy": legacy, "modern": modern}
        self._caller = caller
        if legacy is not None and _is_async(legacy) != _is_async(modern):
            raise ConfigError(
                f"Module {name}: one path is a coroutine function and the other is not.",
                remedy="Make both blocking, or both async.",
            )
        # Not its attributes: a routed module may itself be a path.
        wraps(modern, updated=())(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a call by the path that the module's stage asks for; an async module's answer is awaited.

        Raises:
            Exception: What the answering path raised, unchanged; in canary only if it had written before, or
                if the old path that stepped in failed too.
            ConfigError: The stage asks for a path that the module was not given.
        """
        plan, state = self._plan(args, kwargs)
        return cast("T", self._answer(plan, state, args, kwargs))

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., T]:
        """Return the module with its object as the first argument, as a function of a class is bound."""
        return self if instance is None else MethodType(self, instance)

    def _plan(self, args: Any, kwargs: Any) -> tuple[Route, ModuleState]:
        router = self._router
        state = router.table.state(self.name)
        plan = route(self.name, state, self._who(state, args, kwargs), draw=router.draw())
        return replace(plan, compare=False) if plan.compare and in_comparison() else plan, state

    def _who(self, state: ModuleState, args: Any, kwargs: Any) -> Caller:
        if state.stage is not Stage.CANARY:
            return Caller()
        try:
            if self._caller is not None:
                return self._caller(*args, **kwargs)
            return Caller(key=repr((args, sorted(kwargs.items()))))
        except Exception:  # noqa: BLE001  # the border: the project's own code, or a repr
            _log.exception("module %s: who calls could not be told", self.name)
            return Caller()

    def _path(self, name: str) -> Callable[..., Any]:
        path = self._paths[name]
        if path is None:
            raise ConfigError(
                f"Module {self.name} has no {name} path, but its stage asks for it.",
                remedy=f"Give {name}= to module(), or change the stage (`b24bridge promote`, `rollback`).",
            )
        return path

    def _seconder(self, plan: Route, ran: Attempt) -> bool:
        """Return whether the old path may answer instead of the new one that failed."""
        return ran.error is not None and plan.fall_back and ran.watch.end_unwritten()

    # --- blocking ---------------------------------------------------------------------------------------

    def _answer(self, plan: Route, state: ModuleState, args: Any, kwargs: Any) -> Any:
        question = frozen((args, kwargs)) if plan.compare else None
        clock = self._router.clock
        ran = Attempt.answering()
        ran.run(self._path(plan.answers), args, kwargs, clock)
        if self._seconder(plan, ran):
            second = Attempt.answering()
            second.run(self._path("legacy"), args, kwargs, clock)
            self._note(state, "legacy", "fell_back", second, ran)
            return second.give()
        if question is None:
            self._note(state, plan.answers, "single", ran, None)
        else:
            value = frozen(ran.value)
            context = copy_context()
            task = lambda: context.run(self._compare, plan, state, question, value, ran)  # noqa: E731  # one use
            if not self._router.background.submit(task):
                self._note(state, plan.answers, "single", ran, None)
        return ran.give()

    def _compare(
        self,
        plan: Route,
        state: ModuleState,
        question: Callable[[], Any],
        value: Callable[[], Any],
        ran: Attempt,
    ) -> None:
        second = Attempt.compared()
        try:
            path = self._path(plan.other)
            args, kwargs = question()
            context = copy_context()
            clock = self._router.clock
            in_time = self._router.background.within(
                state.time_limit_s, lambda: context.run(second.run, path, args, kwargs, clock)
            )
            second.watch.end()
            self._conclude(plan, state, replace(ran, value=value()), second if in_time else None)
        except Exception:  # noqa: BLE001  # the border: a comparison must never disturb anybody
            _log.exception("module %s: a comparison failed", self.name)

    # --- async ------------------------------------------------------------------------------------------

    async def _answer_async(self, plan: Route, state: ModuleState, args: Any, kwargs: Any) -> Any:
        question = frozen((args, kwargs)) if plan.compare else None
        clock = self._router.clock
        ran = Attempt.answering()
        await ran.arun(self._path(plan.answers), args, kwargs, clock)
        if self._seconder(plan, ran):
            second = Attempt.answering()
            await second.arun(self._path("legacy"), args, kwargs, clock)
            self._note(state, "legacy", "fell_back", second, ran)
            return second.give()
        if question is None or not self._router.has_room:
            self._note(state, plan.answers, "single", ran, None)
        else:
            comparing = self._compare_async(plan, state, question, frozen(ran.value), ran)
            self._router.keep_task(asyncio.get_running_loop().create_task(comparing))
        return ran.give()

    async def _compare_async(
        self,
        plan: Route,
        state: ModuleState,
        question: Callable[[], Any],
        value: Callable[[], Any],
        ran: Attempt,
    ) -> None:
        second = Attempt.compared()
        try:
            args, kwargs = question()
            in_time = True
            try:
                async with asyncio.timeout(state.time_limit_s):
                    await second.arun(self._path(plan.other), args, kwargs, self._router.clock)
            except TimeoutError:
                in_time = False
            second.watch.end()
            self._conclude(plan, state, replace(ran, value=value()), second if in_time else None)
        except Exception:  # noqa: BLE001  # the border: a comparison must never disturb anybody
            _log.exception("module %s: a comparison failed", self.name)

    # --- both -------------------------------------------------------------------------------------------

    def _conclude(self, plan: Route, state: ModuleState, ran: Attempt, second: Attempt | None) -> None:
        if second is None:
            self._note(state, plan.answers, "unfinished", ran, None)
            return
        found = self._router.judge(self.name, ran.observed(), second.observed())
        self._note(state, plan.answers, found.outcome, ran, second, found.detail)

    def _note(
        self,
        state: ModuleState,
        answered: str,
        outcome: str,
        ran: Attempt,
        other: Attempt | None,
        detail: str = "",
    ) -> None:
        legacy, modern = (ran, other) if answered == "legacy" else (other, ran)
        run = Run(
            at=self._router.wall(),
            module=self.name,
            stage=state.stage.value,
            answered=answered,
            outcome=outcome,
            legacy_s=None if legacy is None else legacy.seconds,
            modern_s=None if modern is None else modern.seconds,
            legacy_error="" if legacy is None else legacy.error_name,
            modern_error="" if modern is None else modern.error_name,
            detail=detail,
            legacy_requests=None if legacy is None else legacy.requests,
            modern_requests=None if modern is None else modern.requests,
        )
        self._router.note(run, state)


class _AsyncRouted(Routed[P, T]):
    """A module of coroutine functions; frameworks see by its call that it is awaited."""

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:  # type: ignore[override]  # T is awaitable
        """Answer a call as the blocking one does."""
        plan, state = self._plan(args, kwargs)
        return await self._answer_async(plan, state, args, kwargs)


def _routed(
    router: Router,
    name: str,
    legacy: Callable[P, T] | None,
    modern: Callable[P, T],
    caller: Callable[P, Caller] | None,
) -> Routed[P, T]:
    kind = _AsyncRouted if _is_async(modern) else Routed
    return kind(router, name, legacy, modern, caller)


def _is_async(path: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(path) or inspect.iscoroutinefunction(getattr(path, "__call__", None))  # noqa: B004  # the method itself is looked at
