"""PHP's rules that the service desk leans on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from examples.service_desk.dates import BadDate, parse_date
from examples.service_desk.moments import four_weeks, iso_week
from examples.service_desk.rules import as_php_array, is_true, php_round, php_sum, php_text, to_int

VECTORS = Path(__file__).parents[2] / "vectors" / "service_desk" / "php_round.json"
ROUNDINGS = json.loads(VECTORS.read_text("utf-8"))["cases"]
NOW = datetime(2025, 12, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize("case", ROUNDINGS, ids=lambda case: str(case["value"]))
def test_rounding_is_that_of_php(case: dict[str, Any]) -> None:
    """Ties go away from zero after the value was taken to 15 digits."""
    rounded = php_round(case["value"], case["places"])

    assert case["rounded"] == rounded


def test_all_roundings_of_php_are_checked() -> None:
    """The vectors are complete."""
    assert len(ROUNDINGS) == 312


@pytest.mark.parametrize("value", [None, False, 0, 0.0, "", "0", [], {}])
def test_falsehood_is_that_of_php(value: Any) -> None:
    """What is empty in PHP is false, the text of zero included."""
    assert not is_true(value)


@pytest.mark.parametrize("value", [True, 1, "0.0", "00", " ", "false", [0]])
def test_truth_is_that_of_php(value: Any) -> None:
    """Everything else is true, also texts that look like nothing."""
    assert is_true(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("71005", 71005), ("5abc", 5), ("abc", 0), (" 7", 7), ("+5", 5), ("1e3", 1000), ("1.5e3abc", 1500),
        ("1e", 1), (".5", 0), ("0x1A", 0), ("٣", 0), ("99999999999999999999", 9223372036854775807),
        ("1e999", 9223372036854775807), (2.9, 2), (-1.5, -1), (float("inf"), 0), (True, 1), (None, 0),
        ([], 0), ([0], 1),
    ],
)  # fmt: skip
def test_integer_of_a_value_is_that_of_php(value: Any, number: int) -> None:
    """Leading digits count, a fraction is cut, everything else is zero."""
    assert number == to_int(value)


def test_empty_objects_become_lists_at_any_depth() -> None:
    """Decoded to arrays and encoded again, PHP cannot tell an empty object from a list."""
    assert {"a": [], "b": [{"c": []}], "d": []} == as_php_array({"a": {}, "b": [{"c": {}}], "d": []})


def test_objects_whose_names_count_from_zero_become_lists() -> None:
    """PHP prints an array with the keys 0, 1, … as a list, any other as an object."""
    assert [["x"], {"1": "y"}] == as_php_array({"0": {"0": "x"}, "1": {"1": "y"}})


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (False, ""), (True, "1"), (5, "5"), (2.0, "2"), (0.1, "0.1"), ([1], "Array"), ("x", "x")],
)
def test_text_of_a_value_is_that_of_php(value: Any, text: str) -> None:
    """False and null print as nothing, a whole float without its fraction."""
    assert text == php_text(value)


def test_hours_are_added_in_order_without_mending() -> None:
    """Ten times 0.1 is a little less than 1, as in PHP (IEEE 754); a compensated sum would give 1."""
    assert 0.9999999999999999 == php_sum([0.1] * 10)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-12-08T00:00:00Z", "2025-12-08T00:00:00+00:00"),
        ("2025-12-08T00:00:00+03:00", "2025-12-08T00:00:00+03:00"),
        ("2025-12-08T00:00:00.000Z", "2025-12-08T00:00:00+00:00"),
        ("2025-12-08 00:00", "2025-12-08T00:00:00+00:00"),
        ("2025-12-8", "2025-12-08T00:00:00+00:00"),
        ("20251208", "2025-12-08T00:00:00+00:00"),
        ("20251208T101500Z", "2025-12-08T10:15:00+00:00"),
        ("08.12.2025", "2025-12-08T00:00:00+00:00"),
        ("12/08/2025", "2025-12-08T00:00:00+00:00"),
        ("2025/12/08", "2025-12-08T00:00:00+00:00"),
        ("2025-W50", "2025-12-08T00:00:00+00:00"),
        ("2025-W50-3", "2025-12-10T00:00:00+00:00"),
        ("2025-12", "2025-12-01T00:00:00+00:00"),
        ("2025-12-00", "2025-11-30T00:00:00+00:00"),
        ("@1765152000", "2025-12-08T00:00:00+00:00"),
        ("2025-12-08T10:00:00 UTC", "2025-12-08T10:00:00+00:00"),
        ("2025-12-08T00:00:00+3", "2025-12-08T00:00:00+03:00"),
        ("2025-12-08T00:00:00-0330", "2025-12-08T00:00:00-03:30"),
        ("2025-12-08T00:00:60Z", "2025-12-08T00:01:00+00:00"),
        ("2025-12-08T24:00:00Z", "2025-12-09T00:00:00+00:00"),
        ("2025-02-31", "2025-03-03T00:00:00+00:00"),
        ("yesterday", "2025-12-17T00:00:00+00:00"),
    ],
)
def test_dates_of_the_front_end_are_read_like_php(text: str, moment: str) -> None:
    """Texts without offset are UTC, and a day beyond the month runs over."""
    assert moment == parse_date(text, NOW).isoformat()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "yesterdayish",
            "Failed to parse time string (yesterdayish) at position 9 (i): "
            "The timezone could not be found in the database",
        ),
        (
            "nonsense",
            "Failed to parse time string (nonsense) at position 0 (n): "
            "The timezone could not be found in the database",
        ),
        (
            "2025-12-08 xyz",
            "Failed to parse time string (2025-12-08 xyz) at position 11 (x): "
            "The timezone could not be found in the database",
        ),
        ("12", "Failed to parse time string (12) at position 0 (1): Unexpected character"),
    ],
)
def test_unreadable_dates_are_refused_in_the_words_of_php(text: str, message: str) -> None:
    """The message names text, position and reason (checked with PHP 8.2.36)."""
    with pytest.raises(BadDate) as caught:
        parse_date(text, NOW)

    assert message == str(caught.value)


def test_four_weeks_end_with_the_week_of_the_start() -> None:
    """The weeks are whole ISO weeks, oldest first, in the offset of the start."""
    weeks = four_weeks(parse_date("2025-12-10T13:00:00+03:00", NOW))

    assert [47, 48, 49, 50] == [week.week_number for week in weeks]
    assert "2025-11-17T00:00:00+03:00" == weeks[0].start.isoformat()
    assert "2025-12-14T23:59:59+03:00" == weeks[-1].end.isoformat()


def test_a_week_number_beyond_the_year_runs_into_the_next() -> None:
    """2025 has 52 weeks, so its week 53 is week 1 of 2026."""
    assert iso_week(2026, 1) == iso_week(2025, 53)
