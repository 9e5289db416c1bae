"""Events of the CRM families, fetched from the offline queue; payloads of the documentation's examples."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

FIELD = {"FIELD_NAME": "A", "USER_TYPE_ID": "string"}
CURRENCY = {"CURRENCY": "CHE", "AMOUNT": 1, "AMOUNT_CNT": 1}


@pytest.mark.parametrize(
    ("event", "method", "fields", "payload"),
    [
        ("ONCRMQUOTEADD", "crm.quote.add", {"TITLE": "x"}, {"ID": 1}),
        ("ONCRMPRODUCTADD", "crm.product.add", {"NAME": "x"}, {"ID": 2}),
        ("ONCRMCURRENCYADD", "crm.currency.add", CURRENCY, {"ID": "CHE"}),
        (
            "ONCRMDEALUSERFIELDADD",
            "crm.deal.userfield.add",
            FIELD,
            {"ENTITY_ID": "CRM_DEAL", "FIELD_NAME": "UF_CRM_A"},
        ),
    ],
)
def test_write_is_announced(
    door: Door, event: str, method: str, fields: dict[str, Any], payload: dict[str, Any]
) -> None:
    """A bound application finds the event with the fields that the page of the event shows."""
    token = door.portal.tokens()["access"]
    bound = door.token("event.bind", token, {"event": event, "event_type": "offline"})

    door.call(method, {"fields": fields})

    (found,) = door.token("event.offline.get", token).result["events"]
    assert True is bound.result
    assert event == found["EVENT_NAME"]
    sent = found["EVENT_DATA"]["FIELDS"]
    assert {name: str(value) for name, value in payload.items()} == {
        name: str(sent[name]) for name in payload
    }
