"""Gates open on enough good runs, and close on mismatches, errors and slowness."""

from __future__ import annotations

from dataclasses import replace

from b24bridge.router import Gates, ModuleState, Run, Stage
from b24bridge.router.gates import figures, percentile, reasons_against, reasons_to_demote

GOOD = Run(0.0, "m", "shadow", "legacy", "match", 0.2, 0.1)
SHADOW = ModuleState(stage=Stage.SHADOW, gates=Gates(min_runs=10))


def test_enough_equal_runs_open_the_gate() -> None:
    """Ten of ten runs are equal and none is slow."""
    assert [] == reasons_against(SHADOW, figures([GOOD] * 10))


def test_too_few_runs_keep_it_closed() -> None:
    """The reason tells how many are missing."""
    assert ["9 of 10 runs needed"] == reasons_against(SHADOW, figures([GOOD] * 9))


def test_one_mismatch_keeps_it_closed_by_default() -> None:
    """The default asks for no difference at all."""
    runs = [*[GOOD] * 10, replace(GOOD, outcome="mismatch")]

    assert ["1 of 11 compared runs differ"] == reasons_against(SHADOW, figures(runs))


def test_errors_of_the_new_path_keep_it_closed() -> None:
    """An error counts though the caller never saw it."""
    runs = [*[GOOD] * 10, replace(GOOD, modern_error="ServerError")]

    assert ["1 of 11 runs of the new path failed"] == reasons_against(SHADOW, figures(runs))


def test_a_slower_path_keeps_it_closed() -> None:
    """p95 may be one and a half times that of the old path."""
    runs = [replace(GOOD, modern_s=0.31)] * 10

    assert ["p95 is 0.310 s, of the old path 0.200 s (allowed 1.5 times that)"] == reasons_against(
        SHADOW, figures(runs)
    )


def test_runs_stopped_at_a_write_count_as_runs() -> None:
    """A module that writes can be promoted; its effects are verified elsewhere."""
    runs = [replace(GOOD, outcome="stopped")] * 10

    assert [] == reasons_against(SHADOW, figures(runs))


def test_the_first_stage_has_no_gate_and_the_last_no_next() -> None:
    """legacy may always go to shadow; done goes nowhere."""
    nothing = figures([])

    assert [] == reasons_against(ModuleState(), nothing)
    assert ["it is done"] == reasons_against(ModuleState(stage=Stage.DONE), nothing)


def test_a_single_failure_does_not_demote() -> None:
    """Three do, if they are more than the allowed share."""
    failed = replace(GOOD, modern_error="ServerError")

    assert [] == reasons_to_demote(Gates(), figures([failed] * 2))
    assert ["3 of 3 runs of the new path failed"] == reasons_to_demote(Gates(), figures([failed] * 3))
    assert [] == reasons_to_demote(Gates(), figures([*[failed] * 3, *[GOOD] * 400]))


def test_percentiles_of_little_are_defined() -> None:
    """Nothing has none, one value is all of them."""
    assert percentile([], 95) is None
    assert 3.0 == percentile([3.0], 95)
    assert 2.0 == percentile([1.0, 2.0, 3.0], 50)
