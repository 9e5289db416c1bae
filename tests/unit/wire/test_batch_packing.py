"""Packing, splitting and reading batches."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from b24bridge.errors import BatchError
from b24bridge.wire.batch import Command, Results, pack, plan, unpack
from b24bridge.wire.call import Api, Call
from b24bridge.wire.phpquery import parse_str
from b24bridge.wire.refs import references, substitute

VECTORS = Path(__file__).parents[2] / "vectors" / "portal" / "batch_refs.json"
CASES: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))


def command(name: str, **params: Any) -> Command:
    """Return a command of that id."""
    return Command.of(name, Call("m.get", params))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: str(case["query"]))
def test_references_are_replaced_as_the_portal_does(case: dict[str, Any]) -> None:
    """Each pair was produced by the portal's own code (batch_refs.json)."""
    assert case["params"] == substitute(parse_str(case["query"]), CASES["context"])


def test_references_name_collection_and_command() -> None:
    """References are found in texts at any depth, not in names."""
    params = {"a": ["x $result[u][ID]", {"b": "$next[l]"}], "$result[n]": "no", "c": "$result", "d": 1}

    assert [("result", "u"), ("next", "l")] == list(references(params))


def test_only_chosen_commands_are_resolved() -> None:
    """References to commands of the same request stay for the portal."""
    held = {"result": {"a": {"ID": 7}, "b": {"ID": 8}}}

    assert {"x": 7, "y": "$result[b][ID]"} == substitute(
        {"x": "$result[a][ID]", "y": "$result[b][ID]"}, held, frozenset({"a"})
    )


def test_commands_are_packed_as_query_strings() -> None:
    """A command is its method and an encoded query; without parameters the method alone."""
    packed = pack([command("a", ID=1, filter={">=ID": "x y"}), command("b")], halt=True)

    assert {"halt": 1, "cmd": {"a": "m.get?ID=1&filter%5B%3E%3DID%5D=x+y", "b": "m.get"}} == packed


def test_values_keep_their_digits_in_a_command() -> None:
    """Money, long floats and dates are not rounded by PHP's 14 digits."""
    packed = pack(
        [command("a", m=Decimal("12345678901234.56"), f=0.1234567890123456, w=2.0, d=date(2026, 1, 2))]
    )

    assert "m.get?m=12345678901234.56&f=0.1234567890123456&w=2&d=2026-01-02" == packed["cmd"]["a"]


def test_clearing_a_field_survives_the_query_string() -> None:
    """Null and empty lists vanish at the top, and are empty text inside: a filter by nothing must not select all."""
    packed = pack([command("a", select=[], fields={"X": None, "Y": []}, filter={"@ID": []})])

    assert "m.get?fields%5BX%5D=&fields%5BY%5D=&filter%5B%40ID%5D=" == packed["cmd"]["a"]


@pytest.mark.parametrize("method", ["", "a?b", "user:get", "a#b", "/user.get", "user get"])
def test_a_name_that_the_portal_would_cut_is_refused(method: str) -> None:
    """The portal splits a command like an address."""
    with pytest.raises(BatchError):
        Command.of("a", Call(method))


def test_rest_3_is_no_command_of_a_rest_2_batch() -> None:
    """Generations do not mix in one request."""
    with pytest.raises(BatchError, match=r"REST 3\.0"):
        Command.of("a", Call("tasks.task.get", api=Api.V3))


def test_a_request_takes_50_commands() -> None:
    """The 51st would be refused by the portal."""
    with pytest.raises(BatchError, match="at most 50"):
        pack([command(str(at)) for at in range(51)])


def test_batch_of_51_is_split_and_keeps_references_together() -> None:
    """Commands that refer to each other stay in one request where they fit."""
    commands = [
        command("first"),
        *(command(f"c{at}") for at in range(49)),
        command("last", x="$result[first][ID]"),
    ]

    parts = plan(commands, in_order=False)

    homes = {c.id: number for number, part in enumerate(parts) for c in part.commands}
    assert homes["first"] == homes["last"]
    assert all(not part.needs for part in parts)
    assert 51 == sum(len(part.commands) for part in parts)


def test_a_chain_longer_than_a_request_makes_the_later_one_wait() -> None:
    """When a group does not fit, the part with the reference needs the part with its target."""
    commands = [command("c0"), *(command(f"c{at}", x=f"$result[c{at - 1}]") for at in range(1, 120))]

    parts = plan(commands, in_order=False)

    assert [50, 50, 20] == [len(part.commands) for part in parts]
    assert [frozenset(), frozenset({0}), frozenset({1})] == [part.needs for part in parts]


def test_writes_are_split_in_order() -> None:
    """Each request waits for the one before."""
    parts = plan([command(str(at)) for at in range(101)], in_order=True)

    assert [frozenset(), frozenset({0}), frozenset({1})] == [part.needs for part in parts]


def test_a_reference_to_a_later_command_is_no_dependency() -> None:
    """The portal resolves it against what ran before, so nothing has to wait."""
    commands = [command("a", x="$result[z]"), *(command(f"c{at}") for at in range(60)), command("z")]

    assert all(not part.needs for part in plan(commands, in_order=False))


def test_values_of_an_earlier_request_replace_references() -> None:
    """A list arrives as a list, a number as a number."""
    results = Results()
    done = [command("a")]
    for name, outcome in unpack({"result": [{"ID": 7, "L": [1, 2]}]}, [Command("0", "m")]).items():
        results.add("a" if name == "0" else name, outcome)

    filled = results.fill(
        command("b", x="$result[a][ID]", y={"@ID": "$result[a][L]"}), frozenset({done[0].id})
    )

    assert {"x": 7, "y": {"@ID": [1, 2]}} == filled.params


FIVE = {"result": [], "result_error": [], "result_total": [], "result_next": [], "result_time": []}


def test_outcomes_are_read_from_maps_and_from_lists() -> None:
    """PHP sends a list when the ids happen to be 0…n-1 (recorded answers)."""
    commands = [Command("35943", "m"), Command("0", "m"), Command("1", "m")]
    result = {
        **FIVE,
        "result": {"35943": {"x": 1}},
        "result_error": [{"error": "", "error_description": "Not found"}, {"error": "ACCESS_DENIED"}],
        "result_total": {"35943": 5},
    }

    outcomes = unpack(result, commands)

    assert ["ok", "failed", "failed"] == [outcomes[c.id].state for c in commands]
    assert ({"x": 1}, 5) == (outcomes["35943"].value, outcomes["35943"].total)
    assert "NotFoundError" == type(outcomes["0"].error).__name__


def test_null_is_the_result_of_a_successful_command() -> None:
    """A null result is kept and is no failure."""
    outcomes = unpack({**FIVE, "result": {"a": None}}, [Command("a", "m")])

    assert ("ok", None) == (outcomes["a"].state, outcomes["a"].value)


def test_after_halt_the_rest_was_not_run() -> None:
    """The portal stops at the first failure and says nothing of the rest."""
    commands = [Command("a", "m"), Command("b", "m"), Command("c", "m")]

    outcomes = unpack(
        {**FIVE, "result": {"a": 1}, "result_error": {"b": {"error": "X"}}}, commands, halt=True
    )

    assert ["ok", "failed", "not_run"] == [outcomes[c.id].state for c in commands]


def test_a_command_that_the_answer_leaves_out_is_unknown() -> None:
    """Without halt a missing command may have been run."""
    outcome = unpack(FIVE, [Command("a", "m")])["a"]

    assert "unknown" == outcome.state
    assert outcome.error is not None
    assert outcome.error.may_have_been_done


def test_a_command_past_the_fiftieth_was_not_run() -> None:
    """``ERROR_BATCH_LENGTH_EXCEEDED`` says so."""
    result = {**FIVE, "result_error": {"a": {"error": "ERROR_BATCH_LENGTH_EXCEEDED"}}}

    assert "not_run" == unpack(result, [Command("a", "m")])["a"].state


@pytest.mark.parametrize("result", [None, [], "text", {"other": 1}])
def test_an_answer_without_the_five_maps_is_an_error(result: object) -> None:
    """Nothing is guessed from an answer that is no batch's."""
    with pytest.raises(BatchError):
        unpack(result, [Command("a", "m")])
