"""Records around a deal: quotes, activities, stages, comments, requisites, currencies, product rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from b24bridge.modern.models.crm import CLASSIC_NAMES, Item
from b24bridge.modern.models.fields import Amount, Day, Flag, Link, Moment, MultiValues, Text
from b24bridge.modern.models.record import Record

__all__ = [
    "Activity",
    "Currency",
    "ProductRow",
    "Quote",
    "Requisite",
    "StageChange",
    "TimelineComment",
]


class Quote(Item):
    """A quote, from ``crm.quote.*`` or ``crm.item.*``; its stage is ``STATUS_ID`` in the former."""

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(CLASSIC_NAMES | {"status_id": "stage_id"})

    deal_id: Link = None
    quote_number: Text | None = None
    content: Text | None = None
    terms: Text | None = None


class Activity(Record):
    """An activity (``crm.activity.*``); ``communications`` come only when selected."""

    id: int = 0
    owner_id: Link = None
    owner_type_id: int | None = None
    type_id: Text | None = None
    provider_id: Text | None = None
    provider_type_id: Text | None = None
    subject: Text | None = None
    description: Text | None = None
    description_type: Text | None = None
    direction: Text | None = None
    priority: Text | None = None
    status: Text | None = None
    completed: Flag | None = None
    responsible_id: Link = None
    author_id: Link = None
    editor_id: Link = None
    created: Moment | None = None
    last_updated: Moment | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    deadline: Moment | None = None
    location: Text | None = None
    communications: MultiValues | None = None


class StageChange(Record):
    """One entry of the stage history (``crm.stagehistory.list``)."""

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"status_id": "stage_id", "status_semantic_id": "stage_semantic_id"}
    )

    id: int = 0
    type_id: int | None = None
    owner_id: Link = None
    created_time: Moment | None = None
    category_id: int | None = None
    stage_id: Text | None = None
    stage_semantic_id: Text | None = None


class TimelineComment(Record):
    """A comment in the timeline of a CRM record (``crm.timeline.comment.*``)."""

    id: int = 0
    entity_id: Link = None
    entity_type: Text | None = None
    created: Moment | None = None
    author_id: Link = None
    comment: Text | None = None

    @property
    def files(self) -> list[dict[str, Any]]:
        """Attached files as the portal sent them; their links may hold an access token."""
        found = self.get("FILES")
        return list(found.values()) if isinstance(found, Mapping) else list(found or [])


class Requisite(Record):
    """Requisites of a company or contact (``crm.requisite.*``); ``RQ_*`` by ``record["RQ_INN"]``."""

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(CLASSIC_NAMES)

    id: int = 0
    entity_type_id: int | None = None
    entity_id: Link = None
    preset_id: Link = None
    name: Text | None = None
    code: Text | None = None
    xml_id: Text | None = None
    active: Flag | None = None
    sort: int | None = None
    created_time: Moment | None = None
    updated_time: Moment | None = None
    created_by: Link = None
    updated_by: Link = None


class Currency(Record):
    """A currency (``crm.currency.*``); its key is its code."""

    currency: str = ""
    amount: Amount | None = None
    amount_cnt: int | None = None
    base: Flag | None = None
    sort: int | None = None
    full_name: Text | None = None
    lid: Text | None = None
    format_string: Text | None = None
    decimals: int | None = None
    date_update: Moment | None = None


class ProductRow(Record):
    """A product row of a CRM record, from ``crm.item.productrow.*`` or ``crm.deal.productrows.get``."""

    id: int = 0
    owner_id: Link = None
    owner_type: Text | None = None
    product_id: Link = None
    product_name: Text | None = None
    price: Amount | None = None
    price_account: Amount | None = None
    price_exclusive: Amount | None = None
    price_netto: Amount | None = None
    price_brutto: Amount | None = None
    quantity: Amount | None = None
    discount_type_id: int | None = None
    discount_rate: Amount | None = None
    discount_sum: Amount | None = None
    tax_rate: Amount | None = None
    tax_included: Flag | None = None
    customized: Flag | None = None
    measure_code: int | None = None
    measure_name: Text | None = None
    sort: int | None = None
    xml_id: Text | None = None
    store_id: Link = None
    date_reserve_end: Day | None = None
