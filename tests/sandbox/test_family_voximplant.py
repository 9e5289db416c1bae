"""Lines, people and statistics of telephony (documentation section "Built-in Telephony")."""

from __future__ import annotations

from doors import Door

LINE = {"SERVER": "sip.example.com", "LOGIN": "user", "PASSWORD": "x", "TITLE": "Линия"}


def test_line_is_added_chosen_and_removed(door: Door) -> None:
    """A cloud line is called by its registration, an office line by its own number."""
    cloud = door.call("voximplant.sip.add", LINE).result
    office = door.call("voximplant.sip.add", {**LINE, "TYPE": "office", "TITLE": "Офис"}).result
    chosen = door.call("voximplant.line.outgoing.sip.set", {"CONFIG_ID": office["CONFIG_ID"]}).result
    outgoing = door.call("voximplant.line.outgoing.get").result
    lines = door.call("voximplant.line.get").result
    removed = door.call("voximplant.sip.delete", {"CONFIG_ID": cloud["CONFIG_ID"]}).result
    left = door.call("voximplant.sip.get").result

    assert (1, "sip2", 1) == (chosen, outgoing, removed)
    assert {"reg150001": "Линия", "sip2": "Офис"} == lines
    assert ["office"] == [row["TYPE"] for row in left]
    assert "REG_ID" not in left[0]


def test_line_needs_a_server(door: Door) -> None:
    """What is missing is named."""
    answer = door.call("voximplant.sip.add", {"LOGIN": "user"})

    assert "Server address not specified" == answer.json["error_description"]


def test_finished_call_is_in_the_statistics(door: Door) -> None:
    """A call counts when it is finished; its type is a text."""
    token = door.portal.tokens()["access"]
    call = {
        "USER_ID": 1,
        "PHONE_NUMBER": "+79001234567",
        "TYPE": 1,
        "CALL_START_DATE": "2026-03-10T11:00:00+03:00",
    }
    number = door.call("telephony.externalCall.register", call).result["CALL_ID"]
    before = door.call("voximplant.statistic.get").json
    door.token("telephony.externalCall.finish", token, {"CALL_ID": number, "USER_ID": 1, "DURATION": 95})

    after = door.call("voximplant.statistic.get", {"FILTER": {"CALL_TYPE": 1}, "SORT": "ID"}).json

    assert ([], 1) == (before["result"], after["total"])
    row = after["result"][0]
    assert ("1", "95", "2026-03-10T11:00:00+03:00") == (
        row["CALL_TYPE"],
        row["CALL_DURATION"],
        row["CALL_START_DATE"],
    )


def test_phone_settings_wait_for_the_administrator(door: Door) -> None:
    """Applications do not see them before somebody has allowed it."""
    answer = door.token("voximplant.user.get", door.portal.tokens()["access"], {"USER_ID": 1})

    assert (401, "METHOD_CONFIRM_WAITING") == (answer.status, answer.json["error"])
