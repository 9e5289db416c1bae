"""CRM as one tree: groups in the plural give models, the others raw data."""

from __future__ import annotations

from b24bridge.modern._binding import M
from b24bridge.modern._generated import crm as generated
from b24bridge.modern.services.classic import (
    Activities,
    Comments,
    Companies,
    Contacts,
    Deals,
    Leads,
    Quotes,
    Requisites,
)
from b24bridge.modern.services.directories import Categories, Currencies, SmartTypes, Statuses
from b24bridge.modern.services.items import Items, ProductRows, StageHistory

__all__ = ["Crm"]


class Crm(generated.Crm[M]):
    """``crm.*``: groups in the plural give models, the others are the vendor's methods as they are."""

    def items(self, entity_type_id: int) -> Items[M]:
        """Return ``crm.item.*`` for one type of items."""
        return Items(self._runner, entity_type_id)

    def categories(self, entity_type_id: int) -> Categories[M]:
        """Return ``crm.category.*`` for one type of items."""
        return Categories(self._runner, entity_type_id)

    @property
    def deals(self) -> Deals[M]:
        """``crm.deal.*``."""
        return Deals(self._runner)

    @property
    def leads(self) -> Leads[M]:
        """``crm.lead.*``."""
        return Leads(self._runner)

    @property
    def contacts(self) -> Contacts[M]:
        """``crm.contact.*``."""
        return Contacts(self._runner)

    @property
    def companies(self) -> Companies[M]:
        """``crm.company.*``."""
        return Companies(self._runner)

    @property
    def statuses(self) -> Statuses[M]:
        """``crm.status.*``."""
        return Statuses(self._runner)

    @property
    def types(self) -> SmartTypes[M]:
        """``crm.type.*``."""
        return SmartTypes(self._runner)

    @property
    def quotes(self) -> Quotes[M]:
        """``crm.quote.*``."""
        return Quotes(self._runner)

    @property
    def activities(self) -> Activities[M]:
        """``crm.activity.*``."""
        return Activities(self._runner)

    @property
    def requisites(self) -> Requisites[M]:
        """``crm.requisite.*``."""
        return Requisites(self._runner)

    @property
    def comments(self) -> Comments[M]:
        """``crm.timeline.comment.*``."""
        return Comments(self._runner)

    @property
    def currencies(self) -> Currencies[M]:
        """``crm.currency.*``."""
        return Currencies(self._runner)

    def stage_history(self, entity_type_id: int) -> StageHistory[M]:
        """Return ``crm.stagehistory.*`` for one type of records."""
        return StageHistory(self._runner, entity_type_id)

    def product_rows(self, owner_type: str, owner_id: int) -> ProductRows[M]:
        """Return ``crm.item.productrow.*`` for one record; a deal is ``D``, smart process 140 is ``T8c``."""
        return ProductRows(self._runner, owner_type, owner_id)
