"""No write is ever sent twice for one call, whatever happens to the paths and whoever changes the stage."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from b24bridge.engine import guard
from b24bridge.errors import AccessError, ServerError
from b24bridge.router import Gates, MemoryTable, ModuleState, Router, Run, Stage

step = st.sampled_from(["read", "write", "fail"])


class BrokenLedger:
    """A ledger whose database is away: the protocol says that ``add`` never raises; rows are lost."""

    def add(self, run: Run) -> None:
        """Lose a run."""

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


class RouterSafety(RuleBasedStateMachine):
    """Random modules, random failures, stages changed at random, between and during calls."""

    def __init__(self) -> None:
        super().__init__()
        self.table = MemoryTable({"m": ModuleState(percent=70, gates=Gates(max_error_rate=1.0))})
        self.router = Router(self.table, BrokenLedger())
        self.writers: dict[int, set[str]] = defaultdict(set)
        self.calls = 0
        self.wrong: list[str] = []

    def path(self, name: str, steps: list[str], number: int, moves: Stage | None) -> str:
        """Run one path: its reads, writes and failures, a change of the stage in the middle."""
        for position, what in enumerate(steps):
            if moves is not None and position == len(steps) // 2:
                self.table.change("m", lambda s: replace(s, stage=moves), who="other", why="test")
            if what == "fail":
                raise ServerError(f"{name} failed")
            guard.check("crm.item.add" if what == "write" else "crm.item.list", {})
            if what == "write":
                self.writers[number].add(name)
        return name

    @rule(stage=st.sampled_from([Stage.CANARY, *Stage]), reverse=st.booleans())
    def change_stage(self, stage: Stage, reverse: bool) -> None:
        """Somebody promotes or rolls back."""
        self.table.change(
            "m", lambda s: replace(s, stage=stage, reverse_shadow=reverse), who="person", why="test"
        )

    @rule(
        old=st.lists(step, max_size=4),
        new=st.lists(step, max_size=4),
        moves=st.none() | st.sampled_from(Stage),
    )
    def call(self, old: list[str], new: list[str], moves: Stage | None) -> None:
        """Call the module once."""
        self.calls += 1
        number, stage = self.calls, self.table.state("m").stage
        module = self.router.module(
            "m",
            legacy=lambda _: self.path("old", old, number, moves),
            modern=lambda _: self.path("new", new, number, None),
        )
        try:
            answer = module(number)
        except (ServerError, AccessError) as error:
            answer = str(error)
        self.router.background.drain()
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
        """In legacy and shadow the caller gets the old path's value or error."""
        assert [] == self.wrong


TestRouterSafety = RouterSafety.TestCase
TestRouterSafety.settings = settings(stateful_step_count=12, deadline=None)
