"""Reading records: one shape, three states, nothing lost."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from b24bridge.errors import DataError
from b24bridge.modern.models import (
    CalendarEvent,
    Company,
    Contact,
    Deal,
    DiskFile,
    ElapsedItem,
    Item,
    Lead,
    ListElement,
    MultiValue,
    NotSelected,
    Record,
    Status,
    Task,
    User,
    strict_reading,
)

CEST = timezone(timedelta(hours=2))
# Corpus crm.deal.get#1, shortened.
CLASSIC_DEAL = {
    "ID": "410",
    "TITLE": "New Deal #1",
    "STAGE_ID": "PREPARATION",
    "CURRENCY_ID": "EUR",
    "OPPORTUNITY": "1000000.00",
    "IS_MANUAL_OPPORTUNITY": "Y",
    "LEAD_ID": None,
    "COMPANY_ID": "9",
    "CONTACT_ID": "0",
    "DATE_CREATE": "2024-08-30T14:29:00+02:00",
    "CREATED_BY_ID": "1",
    "CATEGORY_ID": "0",
    "COMMENTS": "",
    "PARENT_ID_1220": "22",
    "UF_CRM_1721244482250": "Hello world!",
}
# The same deal by crm.item.get.
ITEM_DEAL = {
    "id": 410,
    "title": "New Deal #1",
    "stageId": "PREPARATION",
    "currencyId": "EUR",
    "opportunity": 1000000,
    "isManualOpportunity": "Y",
    "leadId": None,
    "companyId": 9,
    "contactId": 0,
    "createdTime": "2024-08-30T14:29:00+02:00",
    "createdBy": 1,
    "categoryId": 0,
    "comments": "",
    "parentId1220": 22,
    "ufCrm_1721244482250": "Hello world!",
}


@pytest.mark.parametrize("wire", [CLASSIC_DEAL, ITEM_DEAL], ids=["classic", "item"])
def test_both_families_give_one_shape(wire: dict[str, Any]) -> None:
    """A deal reads the same from crm.deal.get and from crm.item.get."""
    deal = Deal.from_wire(wire)

    assert (410, "New Deal #1", "PREPARATION", 0) == (deal.id, deal.title, deal.stage_id, deal.category_id)
    assert datetime(2024, 8, 30, 14, 29, tzinfo=CEST) == deal.created_time
    assert (Decimal(1000000), "EUR") == (deal.opportunity, deal.currency_id)
    assert (True, 9, None, None, 1) == (
        deal.is_manual_opportunity,
        deal.company_id,
        deal.contact_id,
        deal.lead_id,
        deal.created_by,
    )
    assert {1220: 22} == deal.parents
    assert "Hello world!" == deal.uf["UF_CRM_1721244482250"] == deal.uf["ufCrm_1721244482250"]
    assert () == deal.issues


def test_three_states_stay_apart() -> None:
    """A value, None for empty, and an error for a field that was not selected."""
    deal = Deal.from_wire({"ID": "1", "TITLE": "x", "COMMENTS": ""})

    assert ("x", None) == (deal.title, deal.comments)
    assert ("COMMENTS" in deal, "STAGE_ID" in deal) == (True, False)
    with pytest.raises(NotSelected, match=r"Deal\.stage_id is not in this answer.*id, title, comments"):
        _ = deal.stage_id
    assert "?" == getattr(deal, "stage_id", "?")


def test_bad_field_keeps_its_raw_value_and_is_listed() -> None:
    """A date that lost its value comes as {} (corpus user.get#1); the rest of the record is read."""
    user = User.from_wire(
        {"ID": "1", "NAME": "Анна", "TIMESTAMP_X": {}, "LAST_LOGIN": "2024-07-25T13:06:54+00:00"}
    )

    assert ({}, "Анна") == (user.timestamp_x, user.name)
    assert datetime(2024, 7, 25, 13, 6, 54, tzinfo=UTC) == user.last_login
    assert [("timestamp_x", {})] == [(issue.field, issue.raw) for issue in user.issues]


def test_time_without_zone_is_an_issue() -> None:
    """A time in the portal's display format is not guessed."""
    user = User.from_wire({"ID": "3", "LAST_ACTIVITY_DATE": "2024-07-23 08:08:50"})

    assert "2024-07-23 08:08:50" == user.last_activity_date
    assert ["last_activity_date"] == [issue.field for issue in user.issues]


def test_strict_reading_makes_issues_errors() -> None:
    """Contract tests want to hear of every field that is not as declared."""
    with strict_reading(), pytest.raises(DataError, match=r"User cannot be read as declared: timestamp_x"):
        User.from_wire({"ID": "1", "TIMESTAMP_X": {}})

    assert 1 == len(User.from_wire({"ID": "1", "TIMESTAMP_X": {}}).issues)


def test_record_can_be_copied_stored_and_dumped() -> None:
    """A record with an issue and fields that were not selected travels like any value."""
    deal = Deal.from_wire({"ID": "1", "TITLE": "x", "UF_CRM_1": "z", "DATE_CREATE": {}})

    restored = pickle.loads(pickle.dumps(deal))
    copied = copy.deepcopy(deal)

    assert deal == restored == copied
    assert ({"UF_CRM_1": "z"}, 1) == (dict(restored.uf), len(restored.issues))
    assert {"id": 1, "title": "x", "created_time": {}} == deal.model_dump()
    assert '{"id":1,"title":"x","created_time":{}}' == deal.model_dump_json()


def test_record_is_read_only() -> None:
    """Changing a read record would not change the portal, so it is refused."""
    deal = Deal.from_wire(CLASSIC_DEAL)

    with pytest.raises(ValueError, match="frozen"):
        deal.title = "y"  # type: ignore[misc]  # what a newcomer tries


def test_raw_access_by_any_spelling() -> None:
    """``record["TITLE"]`` is the value as it came, also by the name of the other family."""
    deal = Deal.from_wire(CLASSIC_DEAL)

    assert ("410", "2024-08-30T14:29:00+02:00", "22") == (
        deal["id"],
        deal["createdTime"],
        deal["parentId1220"],
    )
    with pytest.raises(KeyError, match="NOTHING is not in this answer"):
        _ = deal["NOTHING"]


def test_nothing_is_lost() -> None:
    """The answer itself stays available, unknown fields included."""
    wire = {**CLASSIC_DEAL, "NEW_FIELD_OF_2027": [1, {"a": None}]}

    assert wire == Deal.from_wire(wire).to_wire()


def test_stage_of_a_lead_is_its_status() -> None:
    """crm.lead says STATUS_ID where crm.item says stageId."""
    classic = Lead.from_wire({"ID": "1", "STATUS_ID": "NEW", "STATUS_SEMANTIC_ID": "P"})
    item = Lead.from_wire({"id": 1, "stageId": "NEW", "stageSemanticId": "P"})

    assert (
        ("NEW", "P")
        == (classic.stage_id, classic.stage_semantic_id)
        == (item.stage_id, item.stage_semantic_id)
    )


def test_phones_of_both_families_are_typed() -> None:
    """Classic lists one key per kind, crm.item one common list; the id survives for later changes."""
    phone = {"ID": "156", "VALUE_TYPE": "WORK", "VALUE": "+13333333555", "TYPE_ID": "PHONE"}
    classic = Contact.from_wire({"ID": "43", "PHONE": [phone]})
    item = Contact.from_wire(
        {
            "id": 43,
            "phone": "+13333333555",
            "fm": [
                {"id": 156, "valueType": "WORK", "value": "+13333333555", "typeId": "PHONE"},
                {"id": 157, "valueType": "WORK", "value": "a@example.com", "typeId": "EMAIL"},
            ],
        }
    )

    expected = [MultiValue(id=156, value="+13333333555", value_type="WORK", type_id="PHONE")]
    assert expected == classic.phones == item.phones
    assert ["a@example.com"] == [entry.value for entry in item.emails]
    assert ([], ()) == (classic.emails, item.issues)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2001-11-11", date(2001, 11, 11)),
        ("2001-11-11T00:00:00+03:00", date(2001, 11, 11)),
        ("2001-11-11T02:00:00+02:00", date(2001, 11, 11)),
        ("2001-11-10T19:00:00-05:00", date(2001, 11, 11)),
    ],
)
def test_day_is_the_calendar_day_that_was_meant(text: str, day: date) -> None:
    """A day comes as date, as midnight there, or as midnight UTC in the server's zone (crm.contact.get#1)."""
    contact = Contact.from_wire({"ID": "1", "BIRTHDATE": text})

    assert day == contact.birthdate


@pytest.mark.parametrize(
    ("wire", "amount"),
    [("899.10", "899.10"), (899.1, "899.1"), (19000, "19000"), ("1.0000", "1.0000")],
)
def test_money_is_exact(wire: Any, amount: str) -> None:
    """Money is a Decimal of the digits that came, never a float."""
    deal = Deal.from_wire({"ID": "1", "OPPORTUNITY": wire})

    assert amount == str(deal.opportunity)


@pytest.mark.parametrize("empty", [False, None, "", []])
def test_empty_department_list_is_empty(empty: Any) -> None:
    """People without department: the field is false, null, empty text or an empty list."""
    user = User.from_wire({"ID": "1", "UF_DEPARTMENT": empty})

    assert [] == user.department_ids


def test_flags_of_both_kinds() -> None:
    """Y/N and JSON booleans meet in one answer (corpus user.get#1)."""
    user = User.from_wire({"ID": "1", "ACTIVE": False, "IS_ONLINE": "Y"})

    assert (False, True) == (user.active, user.is_online)


def test_task_of_both_generations() -> None:
    """REST 2 and REST 3.0 name and type the fields of a task differently."""
    second = Task.from_wire({"id": "8017", "createdDate": "2025-06-04T16:15:55+02:00", "ufCrmTask": ["D_1"]})
    third = Task.from_wire({"id": 8017, "created": "2025-06-04T16:15:55+02:00", "crmItemIds": ["D_1"]})

    assert (8017, ["D_1"]) == (second.id, second.crm_bindings) == (third.id, third.crm_bindings)
    assert second.created_date == third.created_date


def test_empty_bindings_of_a_task() -> None:
    """An empty user field of a task is false."""
    task = Task.from_wire({"id": "1", "ufCrmTask": False})

    assert [] == task.crm_bindings


def test_money_of_a_company_is_its_revenue() -> None:
    """crm.company has no amount but REVENUE (crm.company.get#1)."""
    company = Company.from_wire({"ID": "2909", "REVENUE": "10.00", "CURRENCY_ID": "EUR"})

    assert "10.00 EUR" == str(company.money)


def test_calendar_times_are_exact_in_their_zone() -> None:
    """The display format is left alone; the unix times beside it settle the moment (calendar.event.get#1)."""
    event = CalendarEvent.from_wire(
        {
            "ID": "1265",
            "DATE_FROM": "12/11/2024 05:59:00 pm",
            "DATE_FROM_TS_UTC": "1733932740",
            "TZ_FROM": "Europe/Riga",
        }
    )

    assert event.starts is not None
    assert ("12/11/2024 05:59:00 pm", "2024-12-11T17:59:00+02:00") == (
        event.date_from,
        event.starts.isoformat(),
    )
    assert event.ends is None


def test_link_with_a_token_is_in_no_representation() -> None:
    """A download link holds an access token."""
    file = DiskFile.from_wire({"ID": "9043", "NAME": "Test.docx", "DOWNLOAD_URL": "https://x/?auth=s3cret"})

    assert "s3cret" not in repr(file)
    assert "https://x/?auth=s3cret" == file.download_url


def test_list_properties_are_lists_of_values() -> None:
    """The portal keys property values by value id (lists.element.get#1)."""
    element = ListElement.from_wire(
        {"ID": "6783", "NAME": "rest files", "PROPERTY_1075": {"3693": "31219", "3697": "31221"}}
    )

    assert {1075: ["31219", "31221"]} == element.properties


@pytest.mark.parametrize("model", [Item, Company, Status, ElapsedItem])
@pytest.mark.parametrize("wrong", [None, [], "x", 5])
def test_what_is_no_object_is_refused(model: type[Record], wrong: Any) -> None:
    """A record cannot be read from something else."""
    with pytest.raises(DataError, match="expected an object"):
        model.from_wire(wrong)
