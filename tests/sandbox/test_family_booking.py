"""Online booking (documentation section "Online Booking")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

PERIOD = {
    "from": {"timestamp": 1723446900, "timezone": "Europe/Berlin"},
    "to": {"timestamp": 1723447800, "timezone": "Europe/Berlin"},
}


@pytest.fixture
def desk() -> Iterator[Door]:
    """A portal with one kind of resource and two resources."""
    with Portal(webhook_code="code") as portal:
        door = Door(portal)
        door.call("booking.v1.resourceType.add", {"fields": {"name": "Машины", "code": "car"}})
        for name in ("Седан", "Фургон"):
            door.call("booking.v1.resource.add", {"fields": {"name": name, "typeId": 1, "infoDelay": 60}})
        yield door


def _book(door: Door, **fields: Any) -> int:
    number: int = door.call(
        "booking.v1.booking.add", {"fields": {"resourceIds": [1], "datePeriod": PERIOD, **fields}}
    ).result["id"]
    return number


def test_notices_are_written_and_printed_by_other_names(desk: Door) -> None:
    """``infoDelay`` comes back as ``infoNotificationDelay``, as on a portal."""
    resource = desk.call("booking.v1.resource.get", {"id": 1}).result["resource"]

    assert (60, "Y", "Седан") == (resource["infoNotificationDelay"], resource["isMain"], resource["name"])


def test_bookings_are_found_by_the_time_that_they_touch(desk: Door) -> None:
    """``within`` takes what overlaps with it."""
    number = _book(desk, name="Поездка")
    inside = {"filter": {"within": {"dateFrom": 1723447000, "dateTo": 1723447001}}}
    outside = {"filter": {"within": {"dateFrom": 1723447800, "dateTo": 1723448000}}}

    found = desk.call("booking.v1.booking.list", inside).result["booking"]
    nothing = desk.call("booking.v1.booking.list", outside).result["booking"]

    assert [(number, PERIOD, [1])] == [(row["id"], row["datePeriod"], row["resourceIds"]) for row in found]
    assert [] == nothing


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("booking.add", {"fields": {"resourceIds": [1], "datePeriod": {}}}, "422"),
        ("booking.add", {"fields": {"resourceIds": [9], "datePeriod": PERIOD}}, "1018"),
        ("booking.add", {"fields": {"datePeriod": PERIOD}}, "0"),
        ("booking.get", {"id": 9}, "1021"),
        ("booking.update", {"id": 9, "fields": {}}, "1019"),
        ("resource.add", {"fields": {"name": "x", "typeId": 17}}, "1013"),
        ("resource.slots.list", {"resourceId": 9}, "1009"),
        ("resourceType.add", {"fields": {"name": "x", "code": "car"}}, "1010"),
        ("resourceType.update", {"id": 9, "fields": {}}, "1007"),
        ("waitlist.list", {"filter": {"createdWithin": {"from": "?", "to": "?"}}}, "422"),
    ],
)
def test_booking_refuses_as_documented(desk: Door, method: str, params: dict[str, Any], code: str) -> None:
    """Codes are those of the documentation's tables of errors."""
    assert code == desk.call(f"booking.v1.{method}", params).json["error"]


def test_clients_follow_from_the_booking_to_the_waiting_list(desk: Door) -> None:
    """An entry takes the place of a booking, with its clients, and back."""
    number = _book(desk)
    clients = [{"id": "5", "type": {"module": "crm", "code": "CONTACT"}}]
    desk.call("booking.v1.booking.client.set", {"bookingId": number, "clients": clients})

    waiting = desk.call("booking.v1.waitlist.createfrombooking", {"bookingId": number}).result
    gone = desk.call("booking.v1.booking.get", {"id": number}).json["error"]
    fields = {"resourceIds": [2], "datePeriod": PERIOD}
    params = {"waitListId": waiting, "fields": fields}
    again = desk.call("booking.v1.booking.createfromwaitlist", params).result
    kept = desk.call("booking.v1.booking.client.list", {"bookingId": again}).result["bookingClient"]

    assert ("1021", [{**clients[0], "id": 5}]) == (gone, kept)
