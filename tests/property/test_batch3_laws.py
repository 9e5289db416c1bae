"""Laws of batches of REST 3.0: however they are cut into requests, each command fares as if it went alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER
from b24bridge.wire.batch import Command
from b24bridge.wire.batch3 import stretches, targets
from b24bridge.wire.call import Api, Call
from tests.unit.engine.rest3 import ModelPortal3
from tests.unit.engine.scripted import HOOK, ScriptedPort, step

METHODS = ("echo.get", "echo.get", "echo.get", "fail.get", "note.add", "fail.add")
# What a method brings that a later command can use.
BROUGHT = {"echo.get": "n", "note.add": "id"}


@st.composite
def commands(draw: st.DrawFn) -> list[tuple[str, int | None]]:
    """Return methods, each with the position of an earlier command that it refers to, or None."""
    methods = draw(st.lists(st.sampled_from(METHODS), max_size=14))
    return [
        (method, draw(st.none() | st.integers(0, at - 1)) if at else None)
        for at, method in enumerate(methods)
    ]


def alone(given: list[tuple[str, int | None]], halt: bool) -> tuple[list[str], list[Any], list[Any]]:
    """Return states, values and writes if the commands went one by one."""
    states: list[str] = []
    values: list[Any] = []
    written: list[Any] = []
    for at, (method, target) in enumerate(given):
        severed = target is not None and states[target] != "ok"
        if severed or (halt and any(state != "ok" for state in states)):
            states.append("not_run")
            values.append(None)
            continue
        query = {"n": at if target is None else values[target]}
        states.append("failed" if method.startswith("fail.") else "ok")
        if method == "note.add":
            written.append(query)
        values.append({"echo.get": query["n"], "note.add": len(written)}.get(method))
    return states, values, written


@given(commands(), st.integers(1, 6), st.booleans())
def test_each_command_fares_as_if_it_went_alone(
    drawn: list[tuple[str, int | None]], size: int, halt: bool
) -> None:
    """States, values, and each write exactly once, in order."""
    portal = ModelPortal3()
    calls = {
        at: Call(
            method,
            {"n": at if to is None else {"$ref": f"{to}.{BROUGHT.get(drawn[to][0], 'n')}"}},
            api=Api.V3,
        )
        for at, (method, to) in enumerate(drawn)
    }
    executor = Executor(ScriptedPort(portal), Webhook(HOOK), policy=EAGER)

    outcomes = step(flows.batch(executor, calls, halt=halt, size=size))

    states, values, written = alone(drawn, halt)
    assert states == [outcome.state for outcome in outcomes.values()]
    found = [
        None
        if not outcome.ok
        else outcome.value["item"]["n"]
        if "item" in outcome.value
        else outcome.value["id"]
        for outcome in outcomes.values()
    ]
    assert values == found
    assert written == portal.written


@given(commands(), st.integers(1, 6), st.booleans())
def test_cutting_loses_nothing_and_parts_what_must_be_parted(
    drawn: list[tuple[str, int | None]], size: int, together: bool
) -> None:
    """Order and size hold; a write is alone unless that is wished; only what is readable is referred to inside."""
    given_ = [
        Command(str(at), method, {} if to is None else {"n": {"$ref": f"{to}.n"}})
        for at, (method, to) in enumerate(drawn)
    ]

    cut = stretches(given_, is_safe=lambda one: one.method.endswith("get"), size=size, together=together)

    assert given_ == [command for part in cut for command in part]
    for part in cut:
        assert 1 <= len(part) <= size
        unreadable = {one.id for one in part if not one.method.endswith("get")}
        assert together or len(part) == 1 or not unreadable
        assert not any(targets(one) & unreadable for one in part)
