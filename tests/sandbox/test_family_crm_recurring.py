"""``crm.deal.recurring.*``: deals that come again."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

# The example of the page "crm.deal.recurring.add".
SETTING = {
    "CATEGORY_ID": "0",
    "IS_LIMIT": "D",
    "LIMIT_DATE": "2027-03-04",
    "START_DATE": "2026-04-04",
    "PARAMS": {
        "MODE": "multiple",
        "MULTIPLE_TYPE": "month",
        "MULTIPLE_INTERVAL": 1,
        "OFFSET_BEGINDATE_TYPE": "day",
        "OFFSET_BEGINDATE_VALUE": 1,
    },
}


def _add(door: Door) -> tuple[int, int]:
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "base", "OPPORTUNITY": 5}}).result
    return deal, door.call("crm.deal.recurring.add", {"fields": {"DEAL_ID": deal, **SETTING}}).result


def test_setting_belongs_to_a_template_made_of_the_deal(door: Door) -> None:
    """``BASED_ID`` is the deal, ``DEAL_ID`` its copy, which lists of deals do not show."""
    deal, number = _add(door)

    setting = door.call("crm.deal.recurring.get", {"id": number}).result

    assert (str(number), str(deal), "Y", "0", "D") == tuple(
        setting[name] for name in ("ID", "BASED_ID", "ACTIVE", "CATEGORY_ID", "IS_LIMIT")
    )
    template = door.call("crm.deal.get", {"id": setting["DEAL_ID"]}).result
    assert ("base", "5.00", "Y") == (template["TITLE"], template["OPPORTUNITY"], template["IS_RECURRING"])
    assert [str(deal)] == [row["ID"] for row in door.call("crm.deal.list").result]


def test_parameters_have_all_keys(door: Door) -> None:
    """What a client did not say has the values of the documented answer."""
    _, number = _add(door)

    params = door.call("crm.deal.recurring.get", {"id": number}).result["PARAMS"]

    expected = {
        "MODE": "multiple",
        "SINGLE_BEFORE_START_DATE_TYPE": None,
        "SINGLE_BEFORE_START_DATE_VALUE": 0,
    }
    assert expected == {name: params[name] for name in expected}
    assert ("month", 1, "day", 1) == tuple(
        params[name]
        for name in ("MULTIPLE_TYPE", "MULTIPLE_INTERVAL", "OFFSET_BEGINDATE_TYPE", "OFFSET_BEGINDATE_VALUE")
    )


def test_exposed_deal_is_an_ordinary_one(door: Door) -> None:
    """``expose`` makes a deal now and counts it."""
    _, number = _add(door)

    exposed = door.call("crm.deal.recurring.expose", {"id": number}).result

    deal = door.call("crm.deal.get", {"id": exposed["DEAL_ID"]}).result
    assert ("base", "N", "NEW") == (deal["TITLE"], deal["IS_RECURRING"], deal["STAGE_ID"])
    assert "1" == door.call("crm.deal.recurring.get", {"id": number}).result["COUNTER_REPEAT"]


def test_setting_is_changed_listed_and_deleted(door: Door) -> None:
    """``update`` keeps parameters that it does not name."""
    _, number = _add(door)

    fields = {"CATEGORY_ID": "2", "PARAMS": {"MULTIPLE_INTERVAL": 2}}
    done = door.call("crm.deal.recurring.update", {"id": number, "fields": fields}).result
    (row,) = door.call("crm.deal.recurring.list", {"filter": {"ID": number}}).result

    assert (True, "2", 2, "month") == (
        done,
        row["CATEGORY_ID"],
        row["PARAMS"]["MULTIPLE_INTERVAL"],
        row["PARAMS"]["MULTIPLE_TYPE"],
    )
    assert True is door.call("crm.deal.recurring.delete", {"id": number}).result
    assert 0 == door.call("crm.deal.recurring.list").json["total"]


@pytest.mark.parametrize(
    ("verb", "params", "text"),
    [
        ("add", {"fields": {}}, "Deal id is empty."),
        ("get", {"id": 999}, "Recurring deal is not found."),
        ("update", {"id": 999, "fields": {}}, "Recurring deal is not found."),
        ("expose", {}, "id is not defined or invalid."),
    ],
)
def test_settings_refuse_with_the_documented_texts(
    door: Door, verb: str, params: dict[str, Any], text: str
) -> None:
    """Texts of the error examples of these pages."""
    answer = door.call(f"crm.deal.recurring.{verb}", params)

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)


def test_deal_has_one_setting(door: Door) -> None:
    """A second setting for the same deal is refused."""
    deal, _ = _add(door)

    answer = door.call("crm.deal.recurring.add", {"fields": {"DEAL_ID": deal}}).json

    assert {"error": "", "error_description": "Deal already has recurring settings."} == answer


def test_fields_of_a_setting(door: Door) -> None:
    """The parameters have a definition of their own."""
    fields = door.call("crm.deal.recurring.fields").result

    assert [True, True] == [fields["DEAL_ID"][flag] for flag in ("isRequired", "isImmutable")]
    assert ("recurring_params", "integer", "string") == (
        fields["PARAMS"]["type"],
        fields["PARAMS"]["definition"]["MULTIPLE_INTERVAL"]["type"],
        fields["PARAMS"]["definition"]["MODE"]["type"],
    )
