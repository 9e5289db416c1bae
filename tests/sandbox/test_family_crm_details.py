"""``crm.*.details.configuration.*``: layouts of cards."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

# A part of the example of the page "crm.item.details.configuration.set".
SECTION = {
    "name": "section_1",
    "title": "Personal Data",
    "type": "section",
    "elements": [
        {"name": "NAME", "optionFlags": 1},
        {"name": "SECOND_NAME"},
        {"name": "PHONE", "optionFlags": 1, "options": {"defaultCountry": "GB"}},
    ],
}
SHOWN = {
    **SECTION,
    "elements": [
        {"name": "NAME", "optionFlags": "1"},
        {"name": "SECOND_NAME"},
        {"name": "PHONE", "optionFlags": "1", "options": {"defaultCountry": "GB"}},
    ],
}


@pytest.mark.parametrize("kind", ["lead", "deal", "contact", "company"])
def test_layout_is_kept_for_everybody(door: Door, kind: str) -> None:
    """A common layout comes back with its flags as texts, until it is reset."""
    method = f"crm.{kind}.details.configuration"
    done = door.call(f"{method}.set", {"scope": "C", "data": [SECTION]}).result
    found = door.call(f"{method}.get", {"scope": "C"}).result
    door.call(f"{method}.reset", {"scope": "C"})

    assert (True, [SHOWN]) == (done, found)
    assert None is door.call(f"{method}.get", {"scope": "C"}).result


def test_personal_layouts_belong_to_users(door: Door) -> None:
    """One user's layout is not another's, and forcing the common one removes both."""
    method = "crm.item.details.configuration"
    door.call(f"{method}.set", {"entityTypeId": 2, "userId": 1, "data": [SECTION]})

    mine = door.call(f"{method}.get", {"entityTypeId": 2, "userId": 1}).result
    others = door.call(f"{method}.get", {"entityTypeId": 2, "userId": 2}).result
    forced = door.call(f"{method}.forceCommonScopeForAll", {"entityTypeId": 2}).result

    assert ([SHOWN], None, True) == (mine, others, forced)
    assert None is door.call(f"{method}.get", {"entityTypeId": 2, "userId": 1}).result


def test_pipelines_have_layouts_of_their_own(door: Door) -> None:
    """``extras`` tell the pipeline; both families of methods mean the same card."""
    params = {"scope": "C", "extras": {"dealCategoryId": 9}}
    door.call("crm.deal.details.configuration.set", {**params, "data": [SECTION]})

    same = door.call("crm.item.details.configuration.get", {"entityTypeId": 2, **params}).result

    assert [SHOWN] == same
    assert None is door.call("crm.deal.details.configuration.get", {"scope": "C"}).result


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"data": [SECTION]}, "Parameter 'entityTypeId' is not defined"),
        ({"entityTypeId": 3}, "Parameter 'data' must be array."),
        ({"entityTypeId": 3, "data": []}, "There are no data to write."),
        ({"entityTypeId": 3, "data": {"a": SECTION}}, "The data must be indexed array."),
        (
            {"entityTypeId": 3, "data": [{**SECTION, "type": "x"}]},
            "Section at index 0 have type x. The expected type is 'section'.",
        ),
        ({"entityTypeId": 3, "data": [{**SECTION, "title": ""}]}, "Section at index 0 does not have title."),
        (
            {"entityTypeId": 3, "data": [SECTION, {**SECTION, "elements": [{}]}]},
            "Element at index 0 in section at index 1 does not have name.",
        ),
    ],
)
def test_layouts_refuse_with_the_documented_texts(door: Door, params: dict[str, Any], text: str) -> None:
    """Texts of the error table of the page."""
    answer = door.call("crm.item.details.configuration.set", params)

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)
