"""PHP's casts, rounding and dates as the service desk copies them, against the real PHP."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from examples.service_desk.dates import BadDate, parse_date
from examples.service_desk.rules import is_true, php_round, to_int

pytestmark = pytest.mark.php

SCRIPT = r"""
ini_set('serialize_precision', '-1');
date_default_timezone_set('UTC');
$asked = json_decode(stream_get_contents(STDIN), true);
$date = function ($text) {
    try {
        return (new DateTimeImmutable($text, new DateTimeZone('UTC')))->format('c');
    } catch (Exception $error) {
        return strstr($error->getMessage(), 'Failed');
    }
};
echo json_encode([
    'rounded' => array_map(fn($value) => round($value, 2), $asked['hours']),
    'integers' => array_map(fn($value) => (int) $value, $asked['values']),
    'truths' => array_map(fn($value) => (bool) $value, $asked['values']),
    'dates' => array_map($date, $asked['dates']),
]);
"""
VALUES: list[Any] = [
    None, True, False, 0, 1, -5, 2.9, -1.5, 0.0, "", "0", "00", "0.0", " 7", "\t8", "7 ", "+5", "-0", "5abc",
    "abc", "1e3", "1e", "5.9", ".5", "9e-1", "1.5e3abc", "0x1A", "٣", "9" * 20, "1e30", [], [0],
]  # fmt: skip
DATES = [
    "2025-12-08", "2025-12-08T00:00", "2025-12-08 9:05:07", "2025-12-08T00:00:00.123Z", "20251208",
    "20251208T101500Z", "08.12.2025", "12/08/2025", "2025/12/08", "2025-W50", "2025W503", "2025-W50-0", "2025-12",
    "2025-2-31", "2025-12-00", "@1765152000", "@-1", "2025-12-08T10:00:00 UTC", "2025-12-08T00:00:00z",
    "2025-12-08T00:00:00+3", "2025-12-08T00:00:00-0330", "2025-12-08T00:00:60Z", "2025-12-08T24:00:00Z",
    "yesterdayish", "not a date", "undefined", "12", "0", "2025-12-32", "2025-12-08 xyz",
]  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> dict[str, list[Any]]:
    """Values of the kinds that the modules meet; hours are sums of logged seconds."""
    random = Random(8)
    hours = [
        sum(random.choice((random.randrange(1, 20000), 18, 9)) / 3600 for _ in range(random.randrange(1, 40)))
        for _ in range(2000)
    ]
    return {"hours": hours, "values": VALUES, "dates": DATES}


@pytest.fixture(scope="module")
def php(asked: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What PHP makes of the values."""
    done = subprocess.run(
        ["php", "-n", "-r", SCRIPT],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def test_hours_are_rounded_like_php(asked: dict[str, list[Any]], php: dict[str, list[Any]]) -> None:
    """Every sum of hours gets the same two digits."""
    rounded = [php_round(value) for value in asked["hours"]]

    assert php["rounded"] == rounded


def test_casts_are_those_of_php(php: dict[str, list[Any]]) -> None:
    """Integers and truth of every kind of value."""
    assert php["integers"] == [to_int(value) for value in VALUES]
    assert php["truths"] == [is_true(value) for value in VALUES]


def test_dates_are_read_or_refused_like_php(php: dict[str, list[Any]]) -> None:
    """The same moments, and the same words for texts that are none."""

    def read(text: str) -> str:
        try:
            return parse_date(text, datetime(2025, 12, 18, 9, tzinfo=UTC)).isoformat(timespec="seconds")
        except BadDate as error:
            return str(error)

    assert php["dates"] == [read(text) for text in DATES]
