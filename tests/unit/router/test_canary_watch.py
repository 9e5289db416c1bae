"""The watch over canary in a program of many threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from b24bridge.router import MemoryTable, ModuleState, Run, Stage
from b24bridge.router.background import Background
from b24bridge.router.canary import CanaryWatch
from b24bridge.router.gates import Figures, figures

STATE = ModuleState(stage=Stage.CANARY, percent=100)


def run(error: str = "") -> Run:
    """A run of the new path."""
    return Run(1.0, "m", "canary", "modern", "single", None, 0.1, "", error)


def test_runs_that_come_while_the_figures_are_made_break_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller of a failed run must not get an error of the counting."""
    table = MemoryTable({"m": STATE})
    watch = CanaryWatch(table, None, Background(), lambda: 0.0)

    def busy(runs: Sequence[Run]) -> Figures:
        def one_by_one() -> Iterable[Run]:
            for kept in runs:
                # Another thread answers a call meanwhile.
                watch.note(run(), STATE)
                yield kept

        return figures(list(one_by_one()))

    monkeypatch.setattr("b24bridge.router.canary.figures", busy)
    for _ in range(3):
        watch.note(run("ServerError"), STATE)

    assert Stage.SHADOW is table.state("m").stage
