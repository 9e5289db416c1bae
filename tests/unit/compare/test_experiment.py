"""Experiments: control and candidate side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count

import anyio
import pytest

from b24bridge.compare.experiment import Experiment, Outcome
from b24bridge.compare.rules import parse_rules
from b24bridge.engine.guard import check


def make(published: list[Outcome], **options: object) -> Experiment[object]:
    """An experiment on a clock that ticks one second at each look."""
    ticks = count(1.0)
    return Experiment(
        "sector",
        clock=lambda: next(ticks),
        today=lambda: date(2026, 1, 1),
        publish=published.append,
        **options,  # type: ignore[arg-type]
    )


def raiser(error: Exception) -> Callable[[], object]:
    """A path that raises."""

    def path() -> object:
        raise error

    return path


def test_caller_gets_the_control() -> None:
    """The value of the control is returned, whatever the candidate says."""
    published: list[Outcome] = []

    value = make(published).run(lambda: {"n": 1}, lambda: {"n": 2})

    assert {"n": 1} == value
    assert published[0].mismatched
    assert ["n: 1 -> 2"] == [str(one) for one in published[0].judgement.open]
    assert (1.0, 1.0) == (published[0].control.duration_s, published[0].candidate.duration_s)


def test_error_of_the_candidate_is_recorded_and_not_raised() -> None:
    """A broken candidate is a mismatch, not a failure of the caller."""
    published: list[Outcome] = []

    value = make(published).run(lambda: 1, raiser(RuntimeError("new")))

    assert 1 == value
    assert "new" == str(published[0].candidate.error)
    assert published[0].mismatched


def test_error_of_the_control_reaches_the_caller() -> None:
    """The control's own error is raised after the candidate ran."""
    published: list[Outcome] = []

    with pytest.raises(RuntimeError, match="old"):
        make(published).run(raiser(RuntimeError("old")), lambda: 1)

    assert published[0].mismatched


def test_both_failing_is_the_same_end() -> None:
    """A control and a candidate that both raise do not mismatch."""
    published: list[Outcome] = []

    with pytest.raises(RuntimeError):
        make(published).run(raiser(RuntimeError("old")), raiser(ValueError("new")))

    assert not published[0].mismatched


def test_write_of_the_candidate_is_refused_and_kept() -> None:
    """The candidate's write is not sent, but counts among the effects."""
    published: list[Outcome] = []
    sent: list[str] = []

    def path() -> str:
        check("crm.item.list", {})
        check("crm.item.add", {"entityTypeId": 140})
        sent.append("crm.item.add")
        return "done"

    value = make(published).run(path, path)

    assert "done" == value
    assert ["crm.item.add"] == sent
    assert published[0].stopped_at_write
    assert published[0].effects.passes
    assert not published[0].mismatched


def test_write_that_the_control_does_not_send_is_a_mismatch() -> None:
    """A candidate that wants to write something of its own is told, although nothing was sent."""
    published: list[Outcome] = []

    make(published).run(lambda: None, lambda: check("crm.item.delete", {"id": 1}))

    assert published[0].mismatched
    assert ["crm.item.delete"] == [sent.method for sent in published[0].effects.only_new]


def test_accepted_difference_is_no_mismatch() -> None:
    """What the rules accept is not told as a mismatch."""
    published: list[Outcome] = []
    rules = parse_rules({"accepted": [{"path": "n", "reason": "repaired", "defect": "SD-SEC-01"}]})

    make(published, rules=rules).run(lambda: {"n": 1}, lambda: {"n": 2})

    assert not published[0].mismatched
    assert ("SD-SEC-01",) == published[0].judgement.defects


def test_candidate_does_not_run_when_switched_off() -> None:
    """A run that is not enabled costs the control alone."""
    published: list[Outcome] = []

    value = make(published, enabled=lambda: False).run(lambda: 1, raiser(AssertionError()))

    assert 1 == value
    assert [] == published


@pytest.mark.parametrize("broken", ["enabled", "publish"])
def test_failure_of_the_experiment_itself_goes_to_its_hook(broken: str) -> None:
    """A broken switch or a broken ledger never reaches the caller."""
    failures: list[Exception] = []

    def breaks(*args: object) -> bool:
        raise OSError("disk full")

    options = {"publish": lambda outcome: None} | {broken: breaks, "failed": failures.append}
    experiment = Experiment("x", clock=lambda: 0.0, today=lambda: date(2026, 1, 1), **options)  # type: ignore[arg-type]

    assert 1 == experiment.run(lambda: 1, lambda: 1)
    assert ["disk full"] == [str(error) for error in failures]


def test_coroutines_are_compared_alike() -> None:
    """Asynchronous paths follow the same rules."""
    published: list[Outcome] = []

    async def old() -> int:
        return 1

    async def new() -> int:
        raise ValueError("new")

    assert 1 == anyio.run(make(published).arun, old, new)
    assert published[0].mismatched
