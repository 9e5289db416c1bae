"""Working days, office networks and time control (documentation pages ``timeman.*``)."""

from __future__ import annotations

import pytest
from doors import Door


def test_day_is_opened_paused_and_closed(door: Door) -> None:
    """A user without a day has a closed one; each step answers the state after it."""
    door.portal.clock.freeze("2025-03-03T10:00:00+03:00")

    states = [
        door.call(f"timeman.{name}", {"USER_ID": 1}).result["STATUS"]
        for name in ("status", "open", "pause", "open", "close")
    ]

    assert ["CLOSED", "OPENED", "PAUSED", "OPENED", "CLOSED"] == states


def test_day_of_nobody_is_refused(door: Door) -> None:
    """An unknown user has no day."""
    answer = door.call("timeman.open", {"USER_ID": 99999})

    assert (400, "", "User not found") == (
        answer.status,
        answer.json["error"],
        answer.json["error_description"],
    )


def test_day_opens_on_its_date_only(door: Door) -> None:
    """Another date than today's is refused."""
    answer = door.call("timeman.open", {"USER_ID": 1, "TIME": "2020-01-01T09:00:00+03:00"})

    assert "WRONG_DATETIME" == answer.json["error"]


def test_ranges_are_stored_as_one(door: Door) -> None:
    """A bad range is named and keeps all others from being stored."""
    good = {"ip_range": "10.1.0.0-10.1.0.255", "name": "Офис"}
    bad = {"ip_range": "a10.1.0.0-10.1.0.255", "name": "x"}

    refused = door.call("timeman.networkrange.set", {"RANGES": [good, bad]}).result
    stored = door.call("timeman.networkrange.set", {"RANGES": [good]}).result
    inside = door.call("timeman.networkrange.check", {"IP": "10.1.0.7"}).result
    outside = door.call("timeman.networkrange.check", {"IP": "10.2.0.7"}).result

    assert {"result": False, "error_ranges": [bad]} == refused
    assert {"result": True} == stored
    assert {"ip": "10.1.0.7", "range": "10.1.0.0-10.1.0.255", "name": "Офис"} == inside
    assert outside is False


def test_settings_of_time_control_keep_what_is_not_named(door: Door) -> None:
    """Only the named settings change."""
    door.call("timeman.timecontrol.settings.set", {"MINIMUM_IDLE_FOR_REPORT": "30"})

    settings = door.call("timeman.timecontrol.settings.get").result

    assert (30, True, "all") == (
        settings["minimum_idle_for_report"],
        settings["active"],
        settings["report_full_type"],
    )


@pytest.mark.parametrize(
    ("params", "code"),
    [({"TEXT": ""}, "TEXT_EMPTY"), ({"TEXT": "x", "REPORT_ID": 5}, "ACCESS_ERROR")],
)
def test_word_on_an_absence_needs_text_and_a_report(door: Door, params: dict[str, object], code: str) -> None:
    """An empty text and a report that is not there are refused."""
    assert code == door.call("timeman.timecontrol.report.add", params).json["error"]
