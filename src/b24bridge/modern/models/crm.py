"""Records of CRM: one shape for ``crm.item.*`` and for the classic ``crm.deal.*`` families.

Attributes carry the names of ``crm.item.*`` in Python's spelling; where a classic family names the
same field otherwise (``DATE_CREATE`` for ``createdTime``) the synonym is read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from b24bridge.modern.models.fields import (
    Amount,
    Day,
    Flag,
    Ids,
    Link,
    Moment,
    Money,
    MultiValue,
    MultiValues,
    Text,
)
from b24bridge.modern.models.record import Record

__all__ = ["CLASSIC_NAMES", "Category", "Company", "Contact", "Deal", "Item", "Lead", "SmartType", "Status"]

# Classic name -> name in crm.item.* (vendor pages "Get Deal by Id" and "Get Item by Id").
CLASSIC_NAMES = {
    "date_create": "created_time",
    "date_modify": "updated_time",
    "created_by_id": "created_by",
    "modify_by_id": "updated_by",
    "moved_by_id": "moved_by",
}


class Item(Record):
    """An item of ``crm.item.*``: a smart process, or any CRM type by its universal methods."""

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(CLASSIC_NAMES)

    id: int = 0
    entity_type_id: int | None = None
    title: Text | None = None
    xml_id: Text | None = None
    category_id: int | None = None
    stage_id: Text | None = None
    previous_stage_id: Text | None = None
    stage_semantic_id: Text | None = None
    assigned_by_id: Link = None
    created_by: Link = None
    updated_by: Link = None
    moved_by: Link = None
    last_activity_by: Link = None
    created_time: Moment | None = None
    updated_time: Moment | None = None
    moved_time: Moment | None = None
    last_activity_time: Moment | None = None
    last_communication_time: Moment | None = None
    begindate: Moment | None = None
    closedate: Moment | None = None
    opened: Flag | None = None
    closed: Flag | None = None
    opportunity: Amount | None = None
    tax_value: Amount | None = None
    currency_id: Text | None = None
    is_manual_opportunity: Flag | None = None
    company_id: Link = None
    contact_id: Link = None
    contact_ids: Ids | None = None
    mycompany_id: Link = None
    lead_id: Link = None
    quote_id: Link = None
    observers: Ids | None = None
    source_id: Text | None = None
    source_description: Text | None = None
    comments: Text | None = None
    utm_source: Text | None = None
    utm_medium: Text | None = None
    utm_campaign: Text | None = None
    utm_content: Text | None = None
    utm_term: Text | None = None
    phone: MultiValues | None = None
    email: MultiValues | None = None
    web: MultiValues | None = None
    im: MultiValues | None = None
    fm: MultiValues | None = None

    @property
    def money(self) -> Money | None:
        """The amount with its currency, None when the amount is empty."""
        if self.opportunity is None:
            return None
        return Money(amount=self.opportunity, currency=self.__dict__.get("currency_id"))

    @property
    def parents(self) -> dict[int, int]:
        """Links to items of smart processes: entity type id -> item id."""
        found: dict[int, int] = {}
        for key, value in self.to_wire().items():
            number = key.removeprefix("parentId").removeprefix("PARENT_ID_")
            if number != key and number.isdigit() and value not in (None, "", 0, "0"):
                found[int(number)] = int(value)
        return found

    @property
    def phones(self) -> list[MultiValue]:
        """All phones; the portal leaves the key out when there are none."""
        return self._multi("phone", "PHONE")

    @property
    def emails(self) -> list[MultiValue]:
        """All e-mail addresses; the portal leaves the key out when there are none."""
        return self._multi("email", "EMAIL")

    def _multi(self, attribute: str, type_id: str) -> list[MultiValue]:
        common: Any = self.__dict__.get("fm")
        if isinstance(common, list):
            return [entry for entry in common if entry.type_id == type_id]
        own: Any = self.__dict__.get(attribute)
        return own if isinstance(own, list) else []


class Deal(Item):
    """A deal, from ``crm.deal.*`` or ``crm.item.*``."""

    type_id: Text | None = None
    probability: int | None = None
    is_new: Flag | None = None
    is_recurring: Flag | None = None
    is_return_customer: Flag | None = None
    is_repeated_approach: Flag | None = None
    additional_info: Text | None = None
    location_id: Text | None = None
    originator_id: Text | None = None
    origin_id: Text | None = None


class _Person(Item):
    """What leads and contacts have in common."""

    honorific: Text | None = None
    name: Text | None = None
    second_name: Text | None = None
    last_name: Text | None = None
    post: Text | None = None
    birthdate: Day | None = None
    has_phone: Flag | None = None
    has_email: Flag | None = None
    has_imol: Flag | None = None
    address: Text | None = None
    originator_id: Text | None = None
    origin_id: Text | None = None


class Lead(_Person):
    """A lead, from ``crm.lead.*`` or ``crm.item.*``."""

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(
        CLASSIC_NAMES | {"status_id": "stage_id", "status_semantic_id": "stage_semantic_id"}
    )

    company_title: Text | None = None
    status_description: Text | None = None
    date_closed: Moment | None = None
    is_return_customer: Flag | None = None


class Contact(_Person):
    """A contact, from ``crm.contact.*`` or ``crm.item.*``."""

    type_id: Text | None = None
    export: Flag | None = None


class Company(Item):
    """A company, from ``crm.company.*`` or ``crm.item.*``."""

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(CLASSIC_NAMES | {"company_type": "type_id"})

    type_id: Text | None = None
    industry: Text | None = None
    employees: Text | None = None
    revenue: Amount | None = None
    banking_details: Text | None = None
    address: Text | None = None
    is_my_company: Flag | None = None
    has_phone: Flag | None = None
    has_email: Flag | None = None
    has_imol: Flag | None = None
    originator_id: Text | None = None
    origin_id: Text | None = None

    @property
    def money(self) -> Money | None:
        """The yearly revenue with its currency, None when it is empty."""
        return (
            None
            if self.revenue is None
            else Money(amount=self.revenue, currency=self.__dict__.get("currency_id"))
        )


class Status(Record):
    """An entry of a directory (``crm.status.list``): a stage, a source, a type."""

    id: int = 0
    entity_id: Text | None = None
    status_id: Text | None = None
    name: Text | None = None
    name_init: Text | None = None
    sort: int | None = None
    system: Flag | None = None
    category_id: int | None = None
    color: Text | None = None
    semantics: Text | None = None


class Category(Record):
    """A funnel of a CRM type (``crm.category.list``); funnel 0 of the deals is a real one."""

    id: int = 0
    name: Text | None = None
    sort: int | None = None
    entity_type_id: int | None = None
    is_default: Flag | None = None


class SmartType(Record):
    """A smart process (``crm.type.list``)."""

    id: int = 0
    title: Text | None = None
    code: Text | None = None
    entity_type_id: int = 0
    created_by: Link = None
    updated_by: Link = None
    created_time: Moment | None = None
    updated_time: Moment | None = None
    is_categories_enabled: Flag | None = None
    is_stages_enabled: Flag | None = None
    is_begin_close_dates_enabled: Flag | None = None
    is_client_enabled: Flag | None = None
    is_link_with_products_enabled: Flag | None = None
    is_mycompany_enabled: Flag | None = None
    is_source_enabled: Flag | None = None
    is_observers_enabled: Flag | None = None
