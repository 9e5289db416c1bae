"""What a caller gets and what reaches the portal, in each stage."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from typing import Any

import pytest

from b24bridge.engine import guard
from b24bridge.errors import AccessError, ConfigError, ServerError, TransportError
from b24bridge.router import Caller, Gates, MemoryLedger, MemoryTable, ModuleState, Router, Run, Stage
from b24bridge.router.background import Background


class Portal:
    """Stands for every client: asks the guard before it sends, as the engine does, and keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def call(self, method: str) -> None:
        """Send one command."""
        guard.check(method, {})
        self.sent.append(method)


@pytest.fixture
def portal() -> Portal:
    """A portal that keeps what reaches it."""
    return Portal()


class Setup:
    """A router over memory, with one module in a given stage."""

    def __init__(self, stage: Stage, **state: Any) -> None:
        self.ledger = MemoryLedger()
        self.table = MemoryTable({"m": ModuleState(stage=stage, **state)})
        self.router = Router(self.table, self.ledger, draw=lambda: 0.5)

    def run(self, legacy: Callable[[], Any] | None, modern: Callable[[], Any]) -> Any:
        """Call the module once and wait for its comparison."""
        try:
            return self.router.module("m", legacy=legacy, modern=modern)()
        finally:
            self.router.background.drain()

    @property
    def last(self) -> Run:
        """The newest row of the ledger."""
        return self.ledger.newest("m", 1)[0]


def fails() -> None:
    """Fail as a path does."""
    raise ServerError("broken")


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.LEGACY, "old"),
        (Stage.SHADOW, "old"),
        (Stage.CANARY, "new"),
        (Stage.MODERN, "new"),
        (Stage.DONE, "new"),
    ],
)
def test_the_stage_decides_whose_value_the_caller_gets(stage: Stage, expected: str) -> None:
    """With all keys in canary."""
    setup = Setup(stage, percent=100)

    assert expected == setup.run(lambda: "old", lambda: "new")


def test_shadow_runs_both_and_records_the_difference() -> None:
    """The row holds the places that differ, with both values."""
    setup = Setup(Stage.SHADOW)

    setup.run(lambda: {"hours": 1122.83, "rows": 5}, lambda: {"hours": 1399.54, "rows": 5})

    assert ("legacy", "mismatch") == (setup.last.answered, setup.last.outcome)
    assert [
        {"place": "hours", "kind": "value", "old": {"hours": 1122.83}, "new": {"hours": 1399.54}}
    ] == json.loads(setup.last.detail)["shown"]


def test_shadow_refuses_the_new_paths_writes(portal: Portal) -> None:
    """The old path's write reaches the portal once, the new path's never."""
    setup = Setup(Stage.SHADOW)

    setup.run(lambda: portal.call("crm.item.add"), lambda: portal.call("crm.item.add"))

    assert ["crm.item.add"] == portal.sent
    assert ("stopped", "") == (setup.last.outcome, setup.last.modern_error)


def test_a_write_that_only_the_new_path_wants_is_a_mismatch(portal: Portal) -> None:
    """It must be seen, though it was refused."""
    setup = Setup(Stage.SHADOW)

    setup.run(lambda: None, lambda: portal.call("crm.item.delete"))

    assert [] == portal.sent
    assert "mismatch" == setup.last.outcome
    assert [{"method": "crm.item.delete", "params": {}}] == json.loads(setup.last.detail)["only_new_writes"]


def test_a_write_hidden_in_a_batch_is_refused(portal: Portal) -> None:
    """The guard reads the commands of a batch."""
    setup = Setup(Stage.SHADOW)

    def hidden() -> None:
        guard.check("batch", {"cmd": {"a": "user.get", "b": "crm.item.add?fields[title]=x"}})
        portal.sent.append("batch")

    setup.run(lambda: None, hidden)

    assert [] == portal.sent


def test_shadow_hides_the_new_paths_error() -> None:
    """It is recorded and not raised."""
    setup = Setup(Stage.SHADOW)

    assert "old" == setup.run(lambda: "old", fails)
    assert ("mismatch", "ServerError") == (setup.last.outcome, setup.last.modern_error)


def test_shadow_raises_the_old_paths_error() -> None:
    """The caller always gets the control's error; the same error on both sides is a match."""
    setup = Setup(Stage.SHADOW)

    with pytest.raises(ServerError):
        setup.run(fails, fails)
    assert "match" == setup.last.outcome


def test_shadow_compares_what_was_returned_not_what_the_caller_made_of_it() -> None:
    """The caller changes its list while the comparison still waits."""
    setup = Setup(Stage.SHADOW)
    goes_on = threading.Event()

    def modern() -> list[int]:
        goes_on.wait(120)
        return [1, 2]

    answer = setup.router.module("m", legacy=lambda: [1, 2], modern=modern)()
    answer.append(3)
    goes_on.set()
    setup.router.background.drain()

    assert "match" == setup.last.outcome


def test_a_hanging_new_path_is_given_up_and_can_send_nothing_more(portal: Portal) -> None:
    """The caller has its answer long before; the run counts as unfinished."""
    setup = Setup(Stage.SHADOW, time_limit_s=0.05)
    released, ended = threading.Event(), threading.Event()

    def hangs() -> None:
        released.wait(120)
        try:
            portal.call("user.get")
        finally:
            ended.set()

    assert "old" == setup.run(lambda: "old", hangs)
    released.set()
    ended.wait(120)

    assert "unfinished" == setup.last.outcome
    assert [] == portal.sent


def test_canary_falls_back_when_the_new_path_fails() -> None:
    """The caller sees the old path's value and no error."""
    setup = Setup(Stage.CANARY, percent=100)

    assert "old" == setup.run(lambda: "old", fails)
    assert ("legacy", "fell_back", "ServerError") == (
        setup.last.answered,
        setup.last.outcome,
        setup.last.modern_error,
    )


def test_canary_does_not_fall_back_after_a_write(portal: Portal) -> None:
    """A second path would write a second time: the error reaches the caller instead."""
    setup = Setup(Stage.CANARY, percent=100)

    def writes_and_fails() -> None:
        portal.call("crm.item.add")
        fails()

    with pytest.raises(ServerError):
        setup.run(lambda: portal.call("crm.item.add"), writes_and_fails)
    assert ["crm.item.add"] == portal.sent


def test_canary_demotes_itself_after_repeated_failures() -> None:
    """The third failure moves the module to shadow, with the reason in the journal."""
    setup = Setup(Stage.CANARY, percent=100)

    for _ in range(3):
        setup.run(lambda: "old", fails)

    (change,) = setup.table.changes("m")
    assert ("gate", "3 of 3 runs of the new path failed") == (change.who, change.why)
    assert Stage.SHADOW is setup.table.state("m").stage


def test_failures_of_several_processes_add_up() -> None:
    """Each of three programs meets one failure; together they are the three that take the module back."""
    table = MemoryTable({"m": ModuleState(stage=Stage.CANARY, percent=100)})
    ledger = MemoryLedger()
    routers = [Router(table, ledger, wall=lambda: 4_000_000_000.0) for _ in range(3)]

    stages = []
    for router in routers:
        router.module("m", legacy=lambda: "old", modern=fails)()
        router.background.drain()
        stages.append(table.state("m").stage)

    assert [Stage.CANARY, Stage.CANARY, Stage.SHADOW] == stages
    (change,) = table.changes("m")
    assert ("gate", "3 of 3 runs of the new path failed") == (change.who, change.why)


def test_the_ledger_is_not_asked_after_every_failure() -> None:
    """Many failures in a second cost one look; a ledger that cannot be read costs nobody anything."""
    now, asked = [0.0], []

    class Unreadable(MemoryLedger):
        """A ledger whose database is away."""

        def newest(self, module: str, count: int) -> list[Run]:
            """Fail."""
            asked.append(now[0])
            raise TransportError("away")

    state = ModuleState(stage=Stage.CANARY, percent=100, gates=Gates(max_error_rate=1.0))
    router = Router(MemoryTable({"m": state}), Unreadable(), clock=lambda: now[0])
    module = router.module("m", legacy=lambda: "old", modern=fails)

    answers = []
    for now[0] in [0.0, 0.4, 0.8, 1.2, 1.6]:
        answers.append(module())
        router.background.drain()

    assert (["old"] * 5, [0.0, 1.2]) == (answers, asked)


def test_a_demotion_does_not_undo_what_a_person_did_meanwhile() -> None:
    """Only a module that is still in canary is demoted."""
    setup = Setup(Stage.CANARY, percent=100)
    module = setup.router.module("m", legacy=lambda: "old", modern=fails)
    module(), module()

    def promoted_meanwhile() -> None:
        setup.table.change("m", lambda s: replace(s, stage=Stage.LEGACY), who="anna", why="calls")
        fails()

    setup.router.module("m", legacy=lambda: "old", modern=promoted_meanwhile)()

    assert Stage.LEGACY is setup.table.state("m").stage


def test_a_stage_table_that_cannot_be_written_breaks_no_call() -> None:
    """The demotion fails; the caller still gets its answer."""
    setup = Setup(Stage.CANARY, percent=100, gates=Gates(max_error_rate=0.0))

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError("read-only")

    setup.table.change = refuse  # type: ignore[method-assign]  # the fault that is tested

    assert ["old"] * 4 == [setup.run(lambda: "old", fails) for _ in range(4)]


def test_reverse_shadow_compares_the_old_path_with_its_writes_refused(portal: Portal) -> None:
    """In modern the new path writes, the old one is only compared."""
    setup = Setup(Stage.MODERN, reverse_shadow=True)

    setup.run(lambda: portal.call("crm.item.add"), lambda: portal.call("crm.item.add"))

    assert ["crm.item.add"] == portal.sent
    assert ("modern", "stopped") == (setup.last.answered, setup.last.outcome)


def test_a_key_of_the_caller_decides_in_canary() -> None:
    """The named user gets the new path, others at 0 percent the old one."""
    table = MemoryTable({"m": ModuleState(stage=Stage.CANARY, percent=0, users=("7",))})
    router = Router(table)

    @router.module("m", legacy=lambda user: f"old {user}", caller=lambda user: Caller(user=user))
    def modern(user: str) -> str:
        return f"new {user}"

    assert ["new 7", "old 8"] == [modern("7"), modern("8")]
    assert "modern" == modern.__name__


def test_a_missing_path_says_what_to_do() -> None:
    """A module without an old path in stage legacy."""
    setup = Setup(Stage.LEGACY)

    with pytest.raises(ConfigError, match="has no legacy path"):
        setup.run(None, lambda: "new")


def test_paths_of_two_colours_are_refused() -> None:
    """One blocking and one async path cannot stand for each other."""

    async def modern() -> str:
        return "new"

    with pytest.raises(ConfigError, match="coroutine"):
        Router(MemoryTable()).module("m", legacy=lambda: "old", modern=modern)  # type: ignore[arg-type,return-value]  # the mistake that is tested


@pytest.mark.anyio
async def test_async_modules_run_in_every_stage(portal: Portal) -> None:
    """The same rules with coroutines: shadow after the answer, writes refused, canary falls back."""
    setup = Setup(Stage.SHADOW)

    async def old() -> str:
        portal.call("crm.item.add")
        return "old"

    async def new() -> str:
        portal.call("crm.item.add")
        return "new"

    module = setup.router.module("m", legacy=old, modern=new)
    in_shadow = await module()
    await setup.router.drain()
    setup.table.change("m", lambda s: replace(s, stage=Stage.MODERN), who="a", why="b")
    in_modern = await module()

    assert ("old", "new") == (in_shadow, in_modern)
    assert ["crm.item.add", "crm.item.add"] == portal.sent
    assert ["single", "stopped"] == [run.outcome for run in setup.ledger.newest("m", 2)]


@pytest.mark.anyio
async def test_an_async_canary_falls_back_only_before_a_write(portal: Portal) -> None:
    """As the blocking one."""
    setup = Setup(Stage.CANARY, percent=100)

    async def old(write: bool) -> str:
        return "old"

    async def new(write: bool) -> str:
        if write:
            portal.call("crm.item.add")
        raise ServerError("broken")

    module = setup.router.module("m", legacy=old, modern=new)

    assert "old" == await module(write=False)
    with pytest.raises(ServerError):
        await module(write=True)
    assert ["crm.item.add"] == portal.sent


def test_a_guard_refusal_is_an_access_error() -> None:
    """A path may catch it like any refusal of the portal."""
    setup = Setup(Stage.SHADOW)
    caught: list[Exception] = []

    def modern() -> None:
        try:
            guard.check("crm.item.add", {})
        except AccessError as error:
            caught.append(error)

    setup.run(lambda: None, modern)

    assert ["B24BRIDGE_WRITE_REFUSED"] == [error.code for error in caught if isinstance(error, AccessError)]


def test_a_routed_module_inside_a_compared_path_does_not_write(portal: Portal) -> None:
    """It answers there by its own stage, and its write would be the second one of this call."""
    setup = Setup(Stage.SHADOW)
    setup.table.change("inner", lambda s: replace(s, stage=Stage.CANARY, percent=100), who="a", why="b")

    def write() -> None:
        portal.call("crm.item.add")

    inner = setup.router.module("inner", legacy=write, modern=write)
    setup.run(write, inner)

    assert ["crm.item.add"] == portal.sent
    assert "stopped" == setup.last.outcome
    assert [("single", "")] == [(run.outcome, run.modern_error) for run in setup.ledger.newest("inner", 9)]


def test_what_a_failed_canary_left_behind_writes_nothing_after_the_fall_back(portal: Portal) -> None:
    """A task that outlives its path, as ``asyncio.gather`` leaves them, must not write a second time."""
    setup = Setup(Stage.CANARY, percent=100)
    over = threading.Event()
    refused: list[str] = []

    def later() -> None:
        over.wait(30)
        try:
            portal.call("crm.item.add")
        except AccessError as error:
            refused.append(error.code)

    left: list[threading.Thread] = []

    def fails_with_work_under_way() -> None:
        left.append(threading.Thread(target=copy_context().run, args=(later,)))
        left[0].start()
        fails()

    setup.run(lambda: portal.call("crm.item.add"), fails_with_work_under_way)
    over.set()
    left[0].join(30)

    assert ["crm.item.add"] == portal.sent
    assert ["B24BRIDGE_RUN_ENDED"] == refused


def test_a_compared_path_that_leaves_the_program_is_a_mismatch() -> None:
    """The exit of a new path under trial ends nobody's process."""
    setup = Setup(Stage.SHADOW)

    def leaves() -> None:
        raise SystemExit(1)

    assert "old" == setup.run(lambda: "old", leaves)
    assert ("mismatch", "SystemExit") == (setup.last.outcome, setup.last.modern_error)


@pytest.mark.anyio
async def test_an_async_compared_path_that_leaves_does_not_end_the_loop() -> None:
    """A task that raises SystemExit would take the event loop with it."""
    setup = Setup(Stage.SHADOW)

    async def old() -> str:
        return "old"

    async def leaves() -> str:
        raise SystemExit(1)

    answer = await setup.router.module("m", legacy=old, modern=leaves)()
    await setup.router.drain()

    assert "old" == answer
    assert ("mismatch", "SystemExit") == (setup.last.outcome, setup.last.modern_error)


@pytest.mark.anyio
async def test_async_comparisons_wait_in_bounded_number() -> None:
    """More calls than may be compared at a time are answered and not compared."""
    setup = Setup(Stage.SHADOW)
    setup.router.background.queue_limit = 2
    goes_on = asyncio.Event()

    async def old() -> int:
        return 1

    async def slow() -> int:
        await goes_on.wait()
        return 1

    module = setup.router.module("m", legacy=old, modern=slow)
    for _ in range(5):
        await module()
    goes_on.set()
    await setup.router.drain()

    assert ["match"] * 2 + ["single"] * 3 == [run.outcome for run in setup.ledger.newest("m", 9)]


def test_paths_that_hang_for_ever_are_started_a_few_times_only() -> None:
    """Each costs a thread; then calls are answered and not compared."""
    table = MemoryTable({"m": ModuleState(stage=Stage.SHADOW, time_limit_s=0.001)})
    router = Router(table, ledger := MemoryLedger(), background=Background(hanging_limit=2))
    released = threading.Event()
    module = router.module("m", legacy=lambda: "old", modern=lambda: str(released.wait(30)))

    for _ in range(5):
        module()
        router.background.drain()
    released.set()

    assert ["single"] * 3 + ["unfinished"] * 2 == [run.outcome for run in ledger.newest("m", 9)]


def test_a_ledger_that_breaks_breaks_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """The run is lost, and the log says so."""
    setup = Setup(Stage.LEGACY)

    def refuse(run: Run) -> None:
        raise OSError("no space left on device")

    setup.ledger.add = refuse  # type: ignore[method-assign]  # the fault that is tested

    assert "old" == setup.run(lambda: "old", lambda: "new")
    assert "a run could not be kept" in caplog.text


def test_a_canary_that_cannot_tell_who_calls_still_answers() -> None:
    """The project's own function fails: the call counts as nobody's."""
    table = MemoryTable({"m": ModuleState(stage=Stage.CANARY, percent=0, users=("7",))})

    def who() -> Caller:
        raise KeyError("session")

    assert "old" == Router(table).module("m", legacy=lambda: "old", modern=lambda: "new", caller=who)()


class AsyncPath:
    """An object with an async call."""

    async def __call__(self) -> str:
        """Answer."""
        return "new"


@pytest.mark.anyio
async def test_an_object_with_an_async_call_is_an_async_path() -> None:
    """Taken for a blocking one, it would run outside its guard."""
    setup = Setup(Stage.MODERN)

    assert "new" == await setup.router.module("m", legacy=AsyncPath(), modern=AsyncPath())()
    assert setup.last.modern_s is not None


@pytest.mark.anyio
async def test_an_async_module_is_awaited_by_frameworks_and_inside_another() -> None:
    """They look whether its call is a coroutine function."""
    setup = Setup(Stage.MODERN)

    async def path() -> str:
        return "inner"

    inner = setup.router.module("inner", legacy=path, modern=path)
    outer = setup.router.module("m", legacy=inner, modern=inner)

    assert inspect.iscoroutinefunction(inner.__call__)
    assert "inner" == await outer()
    assert ["m", "inner"] == [run.module for name in ("m", "inner") for run in setup.ledger.newest(name, 1)]


def test_a_method_of_a_class_is_routed_too() -> None:
    """The object is its first argument; both paths and the caller's function get it."""
    table = MemoryTable({"m": ModuleState(stage=Stage.CANARY, percent=0, users=("7",))})
    router = Router(table)

    class Report:
        """An object with a user."""

        def __init__(self, user: str) -> None:
            self.user = user

        def old(self, title: str) -> str:
            """The old path."""
            return f"old {title} of {self.user}"

        @router.module("m", legacy=old, caller=lambda self, title: Caller(user=self.user))
        def build(self, title: str) -> str:
            """The new path."""
            return f"new {title} of {self.user}"

    assert ["new sums of 7", "old sums of 8"] == [Report(user).build("sums") for user in ("7", "8")]
    assert "The new path." == Report.build.__doc__
