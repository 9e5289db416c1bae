"""Strict writing."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from b24bridge import calls
from b24bridge.errors import DataError
from b24bridge.modern.dialects import CLASSIC, ITEM, TASKS
from b24bridge.modern.models import Money, MultiValue
from b24bridge.modern.writing import encode_fields

MOSCOW = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (True, "Y"),
        (False, "N"),
        (None, ""),
        (5, 5),
        ("x", "x"),
        (Decimal("10.50"), "10.50"),
        (0.1, "0.1"),
        (date(2025, 1, 2), "2025-01-02"),
        (datetime(2025, 1, 2, 3, 4, 5, tzinfo=MOSCOW), "2025-01-02T03:04:05+03:00"),
        ([1, True], [1, "Y"]),
        ({"id": 5}, {"id": 5}),
    ],
)
def test_value_has_a_form_that_the_portal_reads(value: Any, wire: Any) -> None:
    """crm.item reads 1 as no, drops times that it cannot parse, and forgets null on a form."""
    assert {"ufCrm7X": wire} == encode_fields(ITEM, {"UF_CRM_7_X": value})


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (datetime(2025, 1, 2), "time zone"),
        (float("nan"), "no number"),
        (object(), "no form"),
        (b"x", "no form"),
    ],
)
def test_value_without_a_safe_form_is_refused(value: Any, word: str) -> None:
    """Nothing is sent that the portal would read otherwise than it was meant."""
    with pytest.raises(DataError, match=word):
        encode_fields(ITEM, {"title": value})


def test_names_are_spelled_for_the_family() -> None:
    """The same fields go out under the names of each family."""
    fields = {"stage_id": "NEW", "createdTime": "x"}

    assert {"stageId": "NEW", "createdTime": "x"} == encode_fields(ITEM, fields)
    assert {"STAGE_ID": "NEW", "DATE_CREATE": "x"} == encode_fields(CLASSIC, fields)


def test_one_field_under_two_names_is_refused() -> None:
    """One of the two would be lost."""
    with pytest.raises(DataError, match="given twice"):
        encode_fields(TASKS, {"title": "a", "TITLE": "b"})


def test_phone_goes_out_with_its_id() -> None:
    """Without the id the portal adds another phone."""
    phone = MultiValue(id=156, value="+1", value_type="WORK")

    assert {"PHONE": [{"ID": 156, "VALUE": "+1", "VALUE_TYPE": "WORK"}]} == encode_fields(
        CLASSIC, {"phone": [phone]}
    )
    assert {"fm": [{"id": 156, "value": "+1", "valueType": "WORK"}]} == encode_fields(ITEM, {"fm": [phone]})


def test_money_of_a_user_field_carries_its_currency() -> None:
    """The form is documented for user fields; other amounts have their currency in a field of its own."""
    price = Money.parse("100.50|USD")

    assert (Decimal("100.50"), "USD") == (price.amount, price.currency)
    assert {"ufCrm7Price": "100.50|USD"} == encode_fields(ITEM, {"UF_CRM_7_PRICE": price})
    with pytest.raises(DataError, match="currency apart"):
        encode_fields(ITEM, {"opportunity": price})
    with pytest.raises(DataError, match=r"100\|USD"):
        Money.parse("a lot")


def test_file_goes_out_as_name_and_content(tmp_path: Path) -> None:
    """A path becomes the pair that the portal takes."""
    path = tmp_path / "счёт.txt"
    path.write_bytes(b"hello")

    assert {"ufCrm7File": ["счёт.txt", "aGVsbG8="]} == encode_fields(ITEM, {"ufCrm7File": path})


def test_task_without_title_is_refused_before_sending() -> None:
    """The portal's own answer to it is a line of HTML."""
    with pytest.raises(DataError, match="TITLE"):
        calls.tasks.add({"RESPONSIBLE_ID": 1})
