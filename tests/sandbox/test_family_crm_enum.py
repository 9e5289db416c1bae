"""``crm.enum.*``: the fixed lists."""

from __future__ import annotations

from doors import Door


def test_directions_have_no_codes(door: Door) -> None:
    """The list is that of the page "Get Activity Directions"."""
    nothing = {"SYMBOL_CODE": None, "SYMBOL_CODE_SHORT": None}

    assert [
        {"ID": 0, "NAME": "", **nothing},
        {"ID": 1, "NAME": "Incoming", **nothing},
        {"ID": 2, "NAME": "Outgoing", **nothing},
    ] == door.call("crm.enum.activitydirection").result


def test_owner_types_have_the_smart_processes(door: Door) -> None:
    """The short code is T and the number in base sixteen."""
    types = {row["entityTypeId"]: row["title"] for row in door.call("crm.type.list").result["types"]}

    rows = {row["ID"]: row for row in door.call("crm.enum.ownertype").result}

    assert {"ID": 4, "NAME": "Company", "SYMBOL_CODE": "COMPANY", "SYMBOL_CODE_SHORT": "CO"} == rows[4]
    for number, title in types.items():
        expected = (title, f"DYNAMIC_{number}", f"T{number:x}")
        row = rows[number]
        assert expected == (row["NAME"], row["SYMBOL_CODE"], row["SYMBOL_CODE_SHORT"])


def test_order_owners_have_small_names(door: Door) -> None:
    """This list has keys of its own."""
    (row,) = door.call("crm.enum.getorderownertypes").result

    assert {"id", "name", "code", "attribute"} == set(row)


def test_fields_describe_the_lists(door: Door) -> None:
    """Four fields, as in every list."""
    fields = door.call("crm.enum.fields").result

    assert ["ID", "NAME", "SYMBOL_CODE", "SYMBOL_CODE_SHORT"] == list(fields)
