"""Dates that clients may send, against the ``strtotime`` of the PHP that is installed."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta, timezone

import pytest

from b24bridge.sandbox.dates import strtotime

NOW = 1_733_000_000
MOSCOW = timezone(timedelta(hours=3))
SCRIPT = (
    'date_default_timezone_set("Europe/Moscow");'
    "foreach (json_decode(stream_get_contents(STDIN)) as $text) $found[] = strtotime($text, %d);"
    "echo json_encode($found);"
)
TEXTS = [
    "2024-03-05",
    "2024-3-5",
    "2024-03-05T10:00",
    "2024-03-05 10:00",
    "2024-03-05T10:00:00+0300",
    "2024-03-05T10:00:00 03:00",
    "2024-03-05T10:00:00 +03:00",
    "2024-03-05T10:00:00+03",
    "2024-03-05T10:00:00.123456Z",
    "2024-03-05T10:00:00z",
    "20240305",
    "20240305T100000",
    "20240305100000",
    "2024/03/05",
    "2024/3/5 1:02",
    "5.3.2024",
    "05.03.24",
    "5.3.24 10:00:00",
    "05-03-2024",
    "05/03/2024",
    "13/05/2024",
    "3/5/24",
    "March 5, 2024",
    "5 March 2024",
    "Mar 5 2024",
    "5-Mar-2024",
    "05 Mar 2024 10:00:00 +0300",
    "Tue, 05 Mar 2024 10:00:00 +0300",
    "Tue, 05 Mar 2024 10:00:00 GMT",
    "now",
    "today",
    "tomorrow",
    "yesterday",
    "midnight",
    "noon",
    "today 10:00",
    "tomorrow noon",
    "+1 day",
    "-1 day",
    "+1 week",
    "-2 weeks",
    "1 month ago",
    "next month",
    "last month",
    "next week",
    "next monday",
    "monday",
    "last friday",
    "first day of next month",
    "last day of this month",
    "2024-02-30",
    "2024-02-31",
    "2024-02-32",
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2023-02-29",
    "2024-04-31",
    "31.04.2024",
    "2024-03-05 24:00:00",
    "2024-03-05 25:00:00",
    "2024-03-05 10:60:00",
    "10:00",
    "10:00:00",
    "10am",
    "2024",
    "202403",
    "2024-03",
    "2024-W10",
    "2024W10",
    "2024-065",
    " 2024-03-05 ",
    "2024-03-05\n",
    "@0",
    "@-1",
    "@1709632800.5",
    "@abc",
    "1709632800",
    "170963280",
    "null",
    "false",
    "0",
    "1",
    "-",
    "Y",
    "2024-03-05T",
    "2024-03-05X",
    "2024-03-05 MSK",
    "2024-03-05 10:00 UTC",
    "2024-03-05 10:00 Europe/Moscow",
    "2024-03-05T10:00:00+14:00",
    "2024-03-05T10:00:00-12:00",
    "2024-03-05T10:00:00+25:00",
    "2024-03-05 10:00:00 PM",
    "2024-03-05 10:00 pm",
    "12.03.2024 12:30 am",
    "1.1.1970",
    "1970-01-01",
    "1969-12-31",
    "9999-12-31",
    "+2 hours",
    "2 days",
    "-1 year",
    "yesterday 14:30",
    "12/31/2024 11:59 PM",
    "2024.03.05",
    "05.03",
    "05.03.2024 10:00:00.5",
    "Monday, March 4, 2024",
    "4th March 2024",
    "март 2024",
    "2024-03-05T10.00",
    "10.30",
    "24:00",
    "2024-03-05T10",
    "2024-03-05 10",
    "2024-03-05T1000",
    "2024-03-05T100000",
    "2024-03-05T10:00:00,5+03:00",
    "2024-03-05 +1 day",
    "2024-03-05 10:00 +1 day",
    "2024-03-05 +3 hours",
    "first monday of january 2025",
    "saturday this week",
    "2024-03-05T10:00:00Z+03:00",
    "2024-03-05T10:00:00.000Z",
    "2024-03-05T10:00:60",
    "1 Jan",
    "Jan 1",
    "Jan 2024",
    "January",
    "December 25",
    "2024-12",
    "00:00",
    "23:59:59",
    "2024-1-1T1:1:1",
    "05.03.2024T10:00:00",
    "2024-03-05t10:00:00",
    "last day of february 2024",
    "+1 month",
    "2024-01-31 +1 month",
]


@pytest.mark.php
def test_dates_are_read_as_the_installed_php_reads_them() -> None:
    """Absolute, relative, broken and odd texts are the same moment in both, or none."""
    done = subprocess.run(
        ["php", "-r", SCRIPT % NOW], input=json.dumps(TEXTS), capture_output=True, text=True, check=True
    )
    expected = {
        text: None if found is False else found
        for text, found in zip(TEXTS, json.loads(done.stdout), strict=True)
    }

    assert expected == {text: strtotime(text, NOW, MOSCOW) for text in TEXTS}
