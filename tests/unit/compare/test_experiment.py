"""Control and candidate side by side."""

from __future__ import annotations

from datetime import date

import pytest

from b24bridge.compare.experiment import WRITE_REFUSED, Observation, Outcome, WriteWatch, conclude
from b24bridge.compare.rules import RuleSet, parse_rules
from b24bridge.errors import AccessError

TODAY = date(2026, 1, 1)


def judged(control: Observation, candidate: Observation, rules: RuleSet | None = None) -> Outcome:
    """Compare two observations."""
    return conclude(control, candidate, rules or RuleSet(), today=TODAY)


def test_different_values_mismatch_with_their_places() -> None:
    """Each place with both values."""
    outcome = judged(Observation({"n": 1}), Observation({"n": 2}))

    assert outcome.mismatched
    assert ["n: 1 -> 2"] == [str(one) for one in outcome.judgement.open]


@pytest.mark.parametrize(
    ("control", "candidate", "mismatched"),
    [
        (None, RuntimeError("new"), True),
        (RuntimeError("old"), None, True),
        (RuntimeError("old"), RuntimeError("new"), False),
        (RuntimeError("old"), ValueError("new"), True),
    ],
)
def test_errors_are_compared_by_their_class(
    control: Exception | None, candidate: Exception | None, mismatched: bool
) -> None:
    """Only the same kind of failure is the same end."""
    outcome = judged(Observation(error=control), Observation(error=candidate))

    assert mismatched is outcome.mismatched


def test_an_accepted_difference_is_no_mismatch() -> None:
    """What the rules accept is not told as a mismatch."""
    rules = parse_rules({"accepted": [{"path": "n", "reason": "repaired", "defect": "SD-SEC-01"}]})

    outcome = judged(Observation({"n": 1}), Observation({"n": 2}), rules)

    assert not outcome.mismatched
    assert ("SD-SEC-01",) == outcome.judgement.defects


def test_a_watch_keeps_writes_and_lets_reads_pass() -> None:
    """For a control everything passes; a batch counts by its commands."""
    watch = WriteWatch(refuse=False)

    watch.check("crm.item.list", {})
    assert not watch.wrote
    watch.check("batch", {"cmd": {"a": "user.get", "b": "crm.item.add?entityTypeId=140"}})

    assert watch.wrote
    assert ["crm.item.add"] == [sent.method for sent in watch.effects.writes]


def test_a_candidates_write_is_refused_and_kept() -> None:
    """It counts among the effects although it was not sent."""
    watch = WriteWatch(refuse=True)
    watch.check("crm.item.list", {})

    with pytest.raises(AccessError) as caught:
        watch.check("batch", {"cmd": {"a": "user.get", "b": "crm.item.add?entityTypeId=140"}})

    assert WRITE_REFUSED == caught.value.code
    assert ["crm.item.add"] == [sent.method for sent in watch.effects.writes]
    assert not watch.wrote


def test_a_run_that_was_given_up_can_send_nothing_more() -> None:
    """Not even a read."""
    watch = WriteWatch(refuse=False)
    watch.end()

    with pytest.raises(AccessError):
        watch.check("user.get", {})


def stopped(method: str) -> Observation:
    """A candidate that ended at a write."""
    watch = WriteWatch(refuse=True)
    with pytest.raises(AccessError) as caught:
        watch.check(method, {"id": 1})
    return Observation(error=caught.value, effects=watch.effects)


def test_a_candidate_stopped_at_a_write_is_judged_by_that_write() -> None:
    """The control sent the same write: nothing to look at. It did not: somebody must look."""
    watch = WriteWatch(refuse=False)
    watch.check("crm.item.update", {"id": 1})
    watch.check("crm.timeline.comment.add", {"id": 2})
    control = Observation("done", effects=watch.effects)

    same = judged(control, stopped("crm.item.update"))
    other = judged(control, stopped("crm.item.delete"))

    assert (False, True) == (same.mismatched, other.mismatched)
    assert same.candidate.stopped_at_write
    assert ["crm.item.delete"] == [sent.method for sent in other.effects.only_new]


def test_the_same_values_with_other_writes_mismatch() -> None:
    """Two paths that answer alike and change different things are not the same."""
    watch = WriteWatch(refuse=False)
    watch.check("crm.item.update", {"id": 1})

    assert judged(Observation(1, effects=watch.effects), Observation(1)).mismatched
