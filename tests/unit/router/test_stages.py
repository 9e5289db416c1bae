"""Stages, the state of a module, and the decision which path answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.errors import ConfigError
from b24bridge.router import Caller, Gates, ModuleState, Stage
from b24bridge.router.routes import Route, bucket, route
from b24bridge.router.stages import after, before, read_state, write_state


def test_stages_follow_each_other_and_end() -> None:
    """legacy, shadow, canary, modern, done; no stage before the first, none after the last."""
    forward = [after(stage).value for stage in Stage]
    back = [before(stage).value for stage in Stage]

    assert ["shadow", "canary", "modern", "done", "done"] == forward
    assert ["legacy", "legacy", "shadow", "canary", "modern"] == back


states = st.builds(
    ModuleState,
    stage=st.sampled_from(Stage),
    percent=st.floats(0, 100),
    users=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    departments=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    sample=st.floats(0, 1),
    reverse_shadow=st.booleans(),
    time_limit_s=st.floats(0.1, 100),
    gates=st.builds(Gates, min_runs=st.integers(0, 1000), max_mismatch_rate=st.floats(0, 1)),
)


@given(states)
def test_a_state_survives_the_table(state: ModuleState) -> None:
    """What is written is what is read."""
    assert state == read_state("m", write_state(state))


def test_keys_of_the_plan_are_left_alone() -> None:
    """The same table holds what `plan` wrote; the router reads only its own keys."""
    state = read_state("m", {"stage": "canary", "percent": 7, "files": ["a.php"], "risk": "low"})

    assert ModuleState(stage=Stage.CANARY, percent=7) == state


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"stage": "shadwo"}, ["sector", "shadwo", "Did you mean shadow?"]),
        ({"percent": 101}, ["sector", "percent", "0 to 100"]),
        ({"percent": True}, ["percent"]),
        ({"sample": -0.1}, ["sample", "0 to 1"]),
        ({"gates": {"min_rnus": 3}}, ["sector", "min_rnus"]),
        ({"gates": 5}, ["sector", "gates must be a table"]),
        ({"gates": {"min_runs": "ten"}}, ["gates.min_runs", "a whole number of at least 0"]),
        ({"gates": {"max_error_rate": 1.5}}, ["gates.max_error_rate", "0 to 1"]),
        ({"gates": {"window": 0}}, ["gates.window"]),
        ({"sample": float("nan")}, ["sample"]),
        ({"time_limit_s": -3}, ["time_limit_s"]),
        ({"time_limit_s": float("inf")}, ["time_limit_s"]),
        ({"users": "17"}, ["users", "a list"]),
        ({"reverse_shadow": "no"}, ["reverse_shadow", "true or false"]),
        ({"precent": 5}, ["precent", "Did you mean percent?"]),
        (5, ["sector", "a table"]),
    ],
)
def test_a_wrong_entry_is_refused_with_its_name(entry: object, words: list[str]) -> None:
    """The message names the module and what is wrong with it."""
    with pytest.raises(ConfigError) as caught:
        read_state("sector", entry)

    assert [] == [word for word in words if word not in str(caught.value)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ModuleState(stage=Stage.LEGACY), Route("legacy")),
        (ModuleState(stage=Stage.SHADOW), Route("legacy", compare=True)),
        (ModuleState(stage=Stage.SHADOW, sample=0.2), Route("legacy")),
        (ModuleState(stage=Stage.CANARY, percent=100), Route("modern", fall_back=True)),
        (ModuleState(stage=Stage.CANARY, percent=0), Route("legacy")),
        (ModuleState(stage=Stage.CANARY, percent=0, users=("7",)), Route("modern", fall_back=True)),
        (ModuleState(stage=Stage.CANARY, percent=0, departments=("366",)), Route("modern", fall_back=True)),
        (ModuleState(stage=Stage.MODERN), Route("modern")),
        (ModuleState(stage=Stage.MODERN, reverse_shadow=True), Route("modern", compare=True)),
        (ModuleState(stage=Stage.DONE, reverse_shadow=True), Route("modern")),
    ],
)
def test_the_stage_decides_who_answers(state: ModuleState, expected: Route) -> None:
    """One row of the table of stages each."""
    caller = Caller(key="k", user="7", departments=("366",))

    assert expected == route("m", state, caller, draw=0.5)


@given(st.text(), st.text())
def test_a_key_always_gets_the_same_path(module: str, key: str) -> None:
    """The bucket is a function of module and key, within 0 and 100."""
    first, second = bucket(module, key), bucket(module, key)

    assert first == second
    assert 0 <= first < 100


def test_a_share_of_the_keys_gets_the_new_path() -> None:
    """At 10 percent about a tenth of 10,000 keys is chosen, and every one of them stays chosen at 20."""
    keys = [str(number) for number in range(10_000)]

    at_ten = {key for key in keys if bucket("m", key) < 10}
    at_twenty = {key for key in keys if bucket("m", key) < 20}

    assert 900 < len(at_ten) < 1100
    assert at_ten <= at_twenty
