"""Medians, spread and ratios."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.bench.stats import Ratio, Summary, ratio, summarise

FIGURES = st.lists(st.floats(0.001, 1000), min_size=1, max_size=12)


def test_summary_has_median_quartiles_and_ends() -> None:
    """Never a single number: the spread stands beside the median."""
    assert Summary(3, 2, 4, 1, 9, 5) == summarise([9, 1, 3, 2, 4])


def test_one_round_has_no_spread() -> None:
    """A single round is its own median and both quartiles."""
    assert Summary(2, 2, 2, 2, 2, 1) == summarise([2])


def test_ratio_of_constant_counts_is_exact() -> None:
    """Counts do not vary, so their interval is a point."""
    assert Ratio(38.2, 38.2, 38.2) == ratio([764] * 5, [20] * 5)


def test_ratio_says_when_the_gain_is_within_the_noise() -> None:
    """An interval around 1 is no gain."""
    found = ratio([1.0, 1.3, 0.8, 1.1], [1.1, 0.9, 1.0, 1.2])

    assert found is not None
    assert not found.is_certain


def test_ratio_without_anything_to_divide_by_is_none() -> None:
    """Zero limits hit, or no rounds, give no ratio."""
    assert ratio([35], [0]) is None
    assert ratio([], [1]) is None


def test_interval_is_repeatable() -> None:
    """The same rounds give the same interval on every machine."""
    assert ratio([1, 2, 3, 4], [1, 1, 2, 2]) == ratio([1, 2, 3, 4], [1, 1, 2, 2])


@given(FIGURES, FIGURES)
def test_interval_stays_inside_what_was_measured(old: list[float], new: list[float]) -> None:
    """No interval reaches beyond the extreme ratios of single rounds."""
    found = ratio(old, new)

    assert found is not None
    least, most = min(old) / max(new), max(old) / min(new)
    for value in (found.low, found.value, found.high):
        assert least <= value * (1 + 1e-9)
        assert value <= most * (1 + 1e-9)
    assert found.low <= found.high


@given(FIGURES)
def test_path_against_itself_is_one(figures: list[float]) -> None:
    """Paired rounds that are equal have the ratio 1 without spread."""
    found = ratio(figures, figures)

    assert found is not None
    assert (1, 1, 1) == pytest.approx((found.value, found.low, found.high))
