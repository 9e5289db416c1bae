"""Laws of the engine, over a model of the portal."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER, Policy
from b24bridge.engine.ranges import Plan, Range, Stretch, pages_of, width_of
from b24bridge.wire.call import Call
from b24bridge.wire.cutting import cut
from tests.unit.engine.scripted import HOOK, ModelPortal, ScriptedPort, collect, ok, refusal, step


@st.composite
def linked(draw: st.DrawFn) -> dict[str, Call[Any]]:
    """Draw up to 50 commands that refer to earlier ones, some of which fail."""
    commands: dict[str, Call[Any]] = {}
    for at in range(draw(st.integers(0, 50))):
        if draw(st.integers(0, 9)) == 0:
            commands[f"c{at}"] = Call("number.get", {"n": at})
        else:
            target = draw(st.integers(0, max(0, at - 1)))
            path = draw(st.sampled_from(["[ID]", "[list]", "[list][1]", "[missing]", ""]))
            known = [name for name, call in commands.items() if call.method == "number.get"]
            name = known[target % len(known)] if known else "nobody"
            params = {"x": f"$result[{name}]{path}"} if known else {"x": "1"}
            commands[f"c{at}"] = Call(draw(st.sampled_from(["echo.get", "echo.get", "fail.get"])), params)
    return commands


@given(commands=linked(), size=st.integers(1, 49), in_order=st.booleans())
def test_any_split_gives_the_results_of_the_whole(
    commands: dict[str, Call[Any]], size: int, in_order: bool
) -> None:
    """Cutting a batch changes neither values nor states.

    Numbers become texts on the way, as in every query string; so values are compared as text.
    """
    whole = step(flows.batch(_engine(), commands))
    split = step(flows.batch(_engine(), commands, size=size, in_order=in_order))

    assert {key: outcome.state for key, outcome in whole.items()} == {
        key: outcome.state for key, outcome in split.items()
    }
    assert _as_text({k: o.value for k, o in whole.items()}) == _as_text(
        {k: o.value for k, o in split.items()}
    )


def _engine() -> Executor:
    return Executor(ScriptedPort(ModelPortal()), Webhook(HOOK), policy=EAGER)


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return {str(at): _as_text(item) for at, item in enumerate(value)}
    return None if value is None else str(value)


@settings(max_examples=40)
@given(
    ids=st.one_of(
        st.sets(st.integers(1, 400), max_size=300),
        st.sets(st.integers(1, 40_000), max_size=300),
        st.builds(
            lambda start, count, far: set(range(start, start + count)) | set(far),
            st.integers(1, 100),
            st.integers(0, 300),
            st.sets(st.integers(50_000, 60_000), max_size=120),
        ),
    )
)
def test_every_strategy_yields_the_same_rows(ids: set[int]) -> None:
    """Ranges, batches of offsets, next and by id bring each row once, whatever the gaps."""
    rows = [{"ID": str(number)} for number in sorted(ids)]
    for strategy in ("ranges", "batched", "next", "id"):
        engine = Executor(ScriptedPort(ModelPortal(rows)), Webhook(HOOK), policy=EAGER)

        reading = flows.pages(engine, Call("crm.deal.list"), strategy=strategy)
        found = [row for page in collect(reading.__aiter__()) for row in page]

        assert rows == found
        assert reading.report.is_complete


@settings(max_examples=30)
@given(
    gaps=st.lists(st.floats(0, 3, allow_nan=False), max_size=70),
    refused=st.lists(st.booleans(), max_size=30),
)
def test_a_client_never_sends_more_than_the_limit_in_any_window(
    gaps: list[float], refused: list[bool]
) -> None:
    """Whatever is refused and repeated, no window holds more than 50 and two a second."""
    busy = refusal("QUERY_LIMIT_EXCEEDED", 503)
    port = ScriptedPort(*[busy if no else ok(1) for no in refused], ok(1))
    engine = Executor(port, Webhook(HOOK), policy=Policy())

    for gap in gaps:
        port.clock += gap
        step(engine.execute(Call("user.get")))

    sent = port.sent_at
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= 50 + (sent[last] - start) * 2 + 1e-6


@given(
    pieces=st.lists(st.tuples(st.integers(1, 20_000), st.floats(0.0005, 1.0), st.floats(0, 0.5)), max_size=6),
    size=st.integers(1, 50),
)
def test_a_plan_covers_every_id_once(pieces: list[tuple[int, float, float]], size: int) -> None:
    """The ranges follow each other without gap, and no request is larger than allowed."""
    low, stretches = 0, []
    for width, density, doubt in pieces:
        stretches.append(Stretch(low, low + width, density, doubt))
        low += width
    plan = Plan(stretches)

    ranges: list[Range] = []
    at = 0
    while part := plan.take(size):
        assert 1 <= sum(one.cost for one in part) <= size
        ranges.extend(part)
    for one in ranges:
        assert (at, True) == (one.low, one.high > one.low)
        at = one.high

    assert low == at


@given(pages=st.integers(1, 50), density=st.floats(0.0005, 1.0), doubt=st.floats(0, 0.5))
def test_as_many_ids_as_pages_hold_take_no_more_pages(pages: int, density: float, doubt: float) -> None:
    """Cutting and counting agree, so a request is never asked for more than it can carry."""
    assert pages_of(width_of(pages, density, doubt), density, doubt) <= pages


@given(
    results=st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.lists(
            st.dictionaries(st.text("abc", max_size=2), st.text(max_size=9) | st.integers()), max_size=3
        ),
        min_size=1,
        max_size=6,
    ),
    failed=st.sets(st.text("abcdef", min_size=1, max_size=3), max_size=3),
)
def test_an_answer_cut_into_commands_says_what_the_whole_says(
    results: dict[str, list[dict[str, Any]]], failed: set[str]
) -> None:
    """Or it is noticed that it cannot be cut: where a field is named like a command."""
    names = [*results, *(name for name in failed if name not in results)]
    maps = {"result_error": {name: {"error": "NOT_FOUND"} for name in failed}, "result_total": []}
    body = json.dumps({"result": {"result": results, **maps}}, separators=(",", ":")).encode()

    parts = cut(body, names)

    assert parts is not None
    for name in parts.spans:
        with suppress(ValueError):
            assert results.get(name) == parts.result(name)
    fields = {key for rows in results.values() for row in rows for key in row}
    if not fields & set(names):
        assert list(results) == list(parts.spans)
