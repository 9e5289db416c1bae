"""No write is ever sent twice for one call, whatever happens to the paths and whoever changes the stage."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from b24bridge.engine import guard
from b24bridge.errors import AccessError, ServerError
from b24bridge.router import Gates, MemoryTable, ModuleState, Router, Run, Stage
from b24bridge.router.background import Background

# "leave" leaves a thread behind that writes when the call is over; "hang" ends after the time limit only.
control_step = st.sampled_from(["read", "write", "fail"])
candidate_step = st.sampled_from(["read", "write", "fail", "hang", "leave", "exit", "nested"])


class BrokenLedger:
    """A ledger whose database is away, and that breaks the promise never to raise."""

    def add(self, run: Run) -> None:
        """Lose a run."""
        raise OSError("no space left on device")

    def newest(self, module: str, count: int) -> list[Run]:
        """Return nothing."""
        return []

    def get(self, number: int) -> Run | None:
        """Return nothing."""
        return None

    def modules(self) -> list[str]:
        """Return nothing."""
        return []

    def flush(self) -> None:
        """Do nothing."""


class Watched(Background):
    """The background whose time limit passes when a path says that it hangs, and at no other moment.

    What a machine draws must not depend on how busy the machine is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rests = threading.Event()
        self._is_hanging = False

    def hang(self) -> None:
        """Let the time limit of the running path pass."""
        self._is_hanging = True
        self._rests.set()

    def within(self, seconds: float, run: Callable[[], None]) -> bool:
        """Run something in a thread of its own; return whether it ended without hanging."""
        self._rests.clear()
        self._is_hanging = False

        def whole() -> None:
            try:
                run()
            finally:
                self._rests.set()

        threading.Thread(target=whole, daemon=True).start()
        assert self._rests.wait(60)
        return not self._is_hanging


class Killed(Watched):
    """The background of a program that is killed after the answer: what should run there never does."""

    def submit(self, task: Callable[[], None]) -> bool:
        """Take the task and forget it."""
        return True


class RouterSafety(RuleBasedStateMachine):
    """Random modules, random failures, stages changed at random, between and during calls."""

    def __init__(self) -> None:
        super().__init__()
        state = ModuleState(percent=70, gates=Gates(max_error_rate=1.0))
        self.table = MemoryTable({"m": state, "inner": ModuleState(stage=Stage.MODERN)})
        self.background = Watched()
        self.router = Router(self.table, BrokenLedger(), background=self.background)
        self.writers: dict[int, set[str]] = defaultdict(set)
        self.calls = 0
        self.wrong: list[str] = []
        self.over = threading.Event()
        self.left: list[threading.Thread] = []

    def send(self, name: str, number: int, method: str) -> None:
        """Send one command, as a client of the path does."""
        guard.check(method, {})
        if method == "crm.item.add":
            self.writers[number].add(name)

    def later(self, name: str, number: int) -> None:
        """Write when the call is over."""
        self.over.wait(30)
        try:
            self.send(name, number, "crm.item.add")
        except AccessError:
            return

    def path(self, name: str, steps: list[str], number: int, moves: Stage | None) -> str:
        """Run one path: its reads, writes and failures, a change of the stage in the middle."""
        for position, what in enumerate(steps):
            if moves is not None and position == len(steps) // 2:
                self.table.change("m", lambda s: replace(s, stage=moves), who="other", why="test")
            if what == "fail":
                raise ServerError(f"{name} failed")
            if what == "exit":
                raise SystemExit(f"{name} left")
            if what == "leave":
                self.leave(name, number)
            elif what == "hang" and number in self.hanging:
                self.left.append(threading.current_thread())
                self.background.hang()
                self.over.wait(30)
            elif what == "nested":
                write = lambda _: self.send(name, number, "crm.item.add")  # noqa: E731  # one use
                self.router.module("inner", legacy=write, modern=write)(number)
            else:
                self.send(name, number, "crm.item.add" if what == "write" else "crm.item.list")
        return name

    hanging: frozenset[int] = frozenset()

    def leave(self, name: str, number: int) -> None:
        """Leave a thread behind, with the guard of the path."""
        thread = threading.Thread(target=copy_context().run, args=(self.later, name, number))
        thread.start()
        self.left.append(thread)

    @rule(stage=st.sampled_from([Stage.CANARY, *Stage]), reverse=st.booleans())
    def change_stage(self, stage: Stage, reverse: bool) -> None:
        """Somebody promotes or rolls back."""
        self.table.change(
            "m", lambda s: replace(s, stage=stage, reverse_shadow=reverse), who="person", why="test"
        )

    @rule()
    def restart_after_a_kill(self) -> None:
        """The program is killed between control and candidate from now on, or runs to its end again."""
        self.background = Watched() if isinstance(self.background, Killed) else Killed()
        self.router = Router(self.table, BrokenLedger(), background=self.background)

    @rule(
        old=st.lists(control_step, max_size=4),
        new=st.lists(candidate_step, max_size=4),
        moves=st.none() | st.sampled_from(Stage),
    )
    def call(self, old: list[str], new: list[str], moves: Stage | None) -> None:
        """Call the module once."""
        self.calls += 1
        number, stage = self.calls, self.table.state("m").stage
        # Where the new path answers, the caller waits for it.
        self.hanging = frozenset({number}) if stage is Stage.SHADOW else frozenset()
        self.over.clear()
        module = self.router.module(
            "m",
            legacy=lambda _: self.path("old", old, number, moves),
            modern=lambda _: self.path("new", new, number, None),
        )
        try:
            answer = module(number)
        except (ServerError, AccessError, SystemExit) as error:
            answer = str(error)
        self.background.drain()
        self.over.set()
        for thread in self.left:
            thread.join(30)
        self.left.clear()
        may_write = {Stage.LEGACY: {"old"}, Stage.SHADOW: {"old"}, Stage.CANARY: {"old", "new"}}
        if not self.writers[number] <= may_write.get(stage, {"new"}):
            self.wrong.append(f"{stage}: {self.writers[number]} wrote")
        if stage in (Stage.LEGACY, Stage.SHADOW):
            expected = "old failed" if "fail" in old else "old"
            if answer != expected:
                self.wrong.append(f"{stage}: {answer} instead of {expected}")

    @invariant()
    def one_path_writes(self) -> None:
        """For one call at most one path's writes reach the portal."""
        assert [] == [number for number, writers in self.writers.items() if len(writers) > 1]

    @invariant()
    def the_control_always_answers(self) -> None:
        """In legacy and shadow the caller gets the old path's value or error; a compared path never writes."""
        assert [] == self.wrong


TestRouterSafety = RouterSafety.TestCase
TestRouterSafety.settings = settings(stateful_step_count=12, deadline=None)
