"""``calendar.*``: calendars, events, resources, settings."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door

OWNER = {"type": "user", "ownerId": 1}


def call(door: Door, method: str, **params: Any) -> Answered:
    """Call a method of the calendar."""
    return door.call(f"calendar.{method}", params)


def section(door: Door) -> int:
    """Add a calendar."""
    return int(call(door, "section.add", **OWNER, name="Work").result)


def event(door: Door, where: int, **more: Any) -> int:
    """Add a meeting of an hour."""
    facts = {"from": "2026-06-14T17:59:00+03:00", "to": "2026-06-14T18:59:00+03:00", **more}
    return int(call(door, "event.add", **{**OWNER, "section": where, "name": "Встреча", **facts}).result)


def test_section_lives_and_dies(door: Door) -> None:
    """Adding and changing answer the id; deleting takes the events along."""
    number = section(door)
    meeting = event(door, number)

    assert number == call(door, "section.update", **OWNER, id=str(number), name="B").result

    (row,) = call(door, "section.get", **OWNER).result
    assert (str(number), "B", "user", "1") == tuple(
        row[name] for name in ("ID", "NAME", "CAL_TYPE", "OWNER_ID")
    )
    assert call(door, "section.delete", **OWNER, id=number).result is True
    assert [] == call(door, "section.get", **OWNER).result
    assert call(door, "event.getbyid", id=meeting).result is None


def test_event_is_printed_in_the_sites_format(door: Door) -> None:
    """Dates are of the site, seconds settle them (page "Get Event by Id")."""
    number = event(door, section(door), description="D", remind=[{"type": "min", "count": 50}])

    row = call(door, "event.getbyid", id=number).result

    expected = {
        "DATE_FROM": "06/14/2026 05:59:00 pm",
        "DATE_TO": "06/14/2026 06:59:00 pm",
        "DATE_FROM_TS_UTC": "1781449140",
        "DATE_TO_TS_UTC": "1781452740",
        "TZ_OFFSET_FROM": "10800",
        "DT_SKIP_TIME": "N",
        "DT_LENGTH": 3600,
        "DATE_FROM_FORMATTED": "Sun Jun 14 2026 17:59:00",
        "IS_MEETING": False,
        "REMIND": [{"type": "min", "count": 50}],
        "RRULE": None,
        "~DESCRIPTION": "D",
        "~USER_OFFSET_FROM": 10800,
    }
    assert expected == {name: row[name] for name in expected}
    assert "~RRULE_DESCRIPTION" not in row


def test_whole_day_counts_its_last_day(door: Door) -> None:
    """Two days are 172,800 seconds, as in the page "Get List of Bookings"."""
    days = {"from": "2026-12-20", "to": "2026-12-21", "skip_time": "Y"}

    row = call(door, "event.getbyid", id=event(door, section(door), **days)).result

    assert (172800, "Y", "Sun Dec 20 2026") == (
        row["DT_LENGTH"],
        row["DT_SKIP_TIME"],
        row["DATE_FROM_FORMATTED"],
    )


def test_series_describes_its_rule(door: Door) -> None:
    """Days are a map, the end is printed twice and as seconds."""
    rule = {"FREQ": "WEEKLY", "BYDAY": ["MO", "WE"], "INTERVAL": 1, "UNTIL": "2026-12-24"}

    row = call(door, "event.getbyid", id=event(door, section(door), rrule=rule)).result

    assert {
        "FREQ": "WEEKLY",
        "BYDAY": {"MO": "MO", "WE": "WE"},
        "INTERVAL": 1,
        "UNTIL": "12/24/2026",
        "~UNTIL": "12/24/2026",
        "UNTIL_TS": 1798059600,
    } == row["RRULE"]
    assert "every week on: Mon, Wed, from 06/14/2026 to 12/24/2026" == row["~RRULE_DESCRIPTION"]


def test_list_is_cut_by_time_and_section(door: Door) -> None:
    """Only what touches the stretch of time is there."""
    one, two = section(door), section(door)
    numbers = [event(door, one), event(door, two)]

    day = {"from": "2026-06-14", "to": "2026-06-14"}
    both = call(door, "event.get", **OWNER, **day).result
    first = call(door, "event.get", **OWNER, **day, section=[one]).result
    later = call(door, "event.get", **OWNER, **{"from": "2026-06-15", "to": "2026-07-01"}).result

    assert [str(number) for number in numbers] == [row["ID"] for row in both]
    assert [str(numbers[0])] == [row["ID"] for row in first]
    assert [] == later


def test_meeting_keeps_who_comes(door: Door) -> None:
    """The host has H, the others Q until they answer."""
    number = event(door, section(door), is_meeting="Y", attendees=[1, 113], host=113)
    assert "Q" == call(door, "meeting.status.get", eventId=number).result

    assert call(door, "meeting.status.set", eventId=number, status="N").result is True

    row = call(door, "event.getbyid", id=number).result
    entry = {"entryId": str(number)}
    assert [{"id": 1, **entry, "status": "N"}, {"id": 113, **entry, "status": "H"}] == row["ATTENDEE_LIST"]
    assert (True, "N", "113", ["U1", "U113"]) == tuple(
        row[name] for name in ("IS_MEETING", "MEETING_STATUS", "MEETING_HOST", "ATTENDEES_CODES")
    )


def test_busy_times_are_by_person(door: Door) -> None:
    """Everybody who was asked for has a list."""
    number = event(door, section(door), attendees=[113])

    taken = call(
        door, "accessibility.get", users=[1, 113, 288], **{"from": "2026-06-14", "to": "2026-06-14"}
    ).result

    assert {"1": [str(number)], "113": [str(number)], "288": []} == {
        user: [row["ID"] for row in rows] for user, rows in taken.items()
    }


def test_update_changes_what_is_named(door: Door) -> None:
    """The version counts up; the rest stays."""
    number = event(door, section(door), description="D")

    assert number == call(door, "event.update", **OWNER, id=number, name="B").result

    row = call(door, "event.getbyid", id=number).result
    assert ("B", "D", "2") == (row["NAME"], row["DESCRIPTION"], row["VERSION"])


def test_resource_lives_and_dies(door: Door) -> None:
    """Keys are those of the page "Get List of Resources"."""
    number = call(door, "resource.add", name="Room").result
    assert number == call(door, "resource.update", resourceId=number, name="Car").result

    assert [{"ID": str(number), "NAME": "Car", "CREATED_BY": "1"}] == call(door, "resource.list").result
    assert [] == call(door, "resource.booking.list", filter={"resourceTypeIdList": [number]}).result
    assert call(door, "resource.delete", resourceId=number).result is True
    assert [] == call(door, "resource.list").result


def test_settings_of_a_person_are_kept(door: Door) -> None:
    """What is not named stays as it was."""
    assert call(door, "user.settings.set", settings={"view": "week", "showTasks": "N"}).result is True

    found = call(door, "user.settings.get").result
    assert ("week", "N", "N", "Europe/Minsk") == tuple(
        found[name] for name in ("view", "showTasks", "showWeekNumbers", "timezoneName")
    )
    assert ["SA", "SU"] == call(door, "settings.get").result["week_holidays"]


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("event.add", OWNER, 'The required parameter "name" for the method "calendar.event.add" is not set'),
        (
            "event.add",
            {**OWNER, "name": "x", "from": "2026-01-01", "to": "2026-01-01", "section": 999},
            "You specified an invalid calendar section ID or the user does not have access to it",
        ),
        ("event.delete", {}, "Event id not specified"),
        (
            "event.getbyid",
            {},
            'The required parameter "id" for the method "calendar.event.getbyid" is not set',
        ),
        ("section.delete", OWNER, "Section ID is not set"),
        (
            "meeting.status.set",
            {"eventId": 1, "status": "X"},
            'Invalid value for the parameter "status"',
        ),
        (
            "resource.booking.list",
            {},
            "The required parameter \"filter['resourceTypeIdList']\" is not set for the method "
            '"calendar.resource.booking.list"',
        ),
    ],
)
def test_refusals_name_the_parameter(door: Door, method: str, params: dict[str, Any], text: str) -> None:
    """The code is an empty text."""
    answer = call(door, method, **params)

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)


def test_changes_are_told_to_handlers(door: Door) -> None:
    """The offline queue gets the id in small letters, as the page "On Event Add" shows."""
    token = door.portal.tokens()["access"]
    door.token("event.bind", token, {"event": "ONCALENDARENTRYADD", "event_type": "offline"})

    number = event(door, section(door))

    (told,) = door.token("event.offline.get", token).result["events"]
    assert ("ONCALENDARENTRYADD", str(number)) == (told["EVENT_NAME"], str(told["EVENT_DATA"]["id"]))
