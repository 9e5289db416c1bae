"""Rounds, ratios and baselines, without processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from b24bridge.bench.baseline import load_baseline, slower
from b24bridge.bench.figures import as_data, figures_table, gain_table, gain_text
from b24bridge.bench.runner import Round, WorkloadResult, run_rounds
from b24bridge.bench.stats import Ratio
from b24bridge.errors import ConfigError

HOOK = "https://portal.example/rest/1/x/"


def a_round(path: str, *, cpu_s: float = 0.01, mark: str = "same") -> Round:
    """One run: the old path sends ten times as many requests."""
    requests = 40 if path == "legacy" else 4
    return Round(requests * 0.1, cpu_s, 50_000_000, 3, mark, requests, 40, 0, 1000, 2000)


def measured(*, cpu_s: float = 0.01, mark: str = "same") -> list[WorkloadResult]:
    """Two rounds of one workload."""

    def measure(order: Mapping[str, str]) -> Round:
        return a_round(order["path"], cpu_s=cpu_s, mark=mark if order["path"] == "modern" else "same")

    return run_rounds(["time"], HOOK, rounds=2, measure=measure)


def test_paths_take_turns_within_each_round() -> None:
    """No path always runs first, so that none profits from a warm portal."""
    order: list[str] = []

    def measure(wanted: Mapping[str, str]) -> Round:
        order.append(wanted["path"])
        return a_round(wanted["path"])

    run_rounds(["single"], HOOK, rounds=3, measure=measure)

    assert ["legacy", "modern", "async", "modern", "async", "legacy", "async", "legacy", "modern"] == order


def test_gain_is_told_with_its_interval_and_equal_results() -> None:
    """Ten times fewer requests, and the same result on both paths."""
    (result,) = measured()

    assert Ratio(10, 10, 10) == result.gain("requests")
    assert result.is_same
    assert "10.0 ×" in [row[2] for row in gain_table([result]).rows]


def test_other_result_on_one_path_is_seen() -> None:
    """A faster path with another result is no gain."""
    (result,) = measured(mark="other")

    assert not result.is_same
    assert "differs" == gain_table([result]).rows[0][-1].text  # type: ignore[union-attr]


def test_gain_that_the_interval_does_not_show_is_not_claimed() -> None:
    """An interval around 1 is told as no certain difference."""
    assert "no certain difference" == gain_text(Ratio(1.3, 0.8, 1.9))
    assert "1.3 × (1.1–1.9) less" == gain_text(Ratio(1.3, 1.1, 1.9))
    assert "2.0 × (1.6–4.0) more" == gain_text(Ratio(0.5, 0.25, 0.625))


def test_columns_that_say_nothing_are_left_out() -> None:
    """Without refusals there is no column of zeros."""
    titles = [column.title for column in figures_table(measured()).columns]

    assert "refused" not in titles
    assert "rows" in titles


@pytest.mark.parametrize(("cpu_s", "worse"), [(0.0109, []), (0.012, ["cpu_s", "cpu_s"])])
def test_run_is_held_against_a_baseline(tmp_path: Path, cpu_s: float, worse: list[str]) -> None:
    """Only what is more than the limit above the baseline counts as slower."""
    file = tmp_path / "bench.json"
    file.write_text(json.dumps({"measured": as_data(measured())}), encoding="utf-8")

    found = slower(measured(cpu_s=cpu_s), load_baseline(file), 1.10)

    assert worse == [one.figure for one in found]


def test_file_that_is_no_baseline_is_told(tmp_path: Path) -> None:
    """A wrong file is a set-up error, not a pass."""
    file = tmp_path / "x.json"
    file.write_text("[]", encoding="utf-8")

    with pytest.raises(ConfigError, match="holds no measurements"):
        load_baseline(file)


def test_unknown_names_list_what_there_is() -> None:
    """Wrong workloads, paths and rounds are told before anything runs."""
    with pytest.raises(ConfigError, match="There are: single, list"):
        run_rounds(["lists"], HOOK, rounds=1)
    with pytest.raises(ConfigError, match="There are: legacy, modern, async"):
        run_rounds(["list"], HOOK, rounds=1, paths=("new",))
    with pytest.raises(ConfigError, match="At least one round"):
        run_rounds(["list"], HOOK, rounds=0)
