"""Directories of CRM: funnels, stages and sources, smart processes, currencies."""

from __future__ import annotations

from collections.abc import Mapping

from b24bridge.modern._binding import M, Runner, Service, listing
from b24bridge.modern.dialects import CLASSIC, ITEM
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, listed
from b24bridge.modern.models.crm import Category, SmartType, Status
from b24bridge.modern.models.sales import (
    Currency,
)

__all__ = ["Categories", "Currencies", "SmartTypes", "Statuses"]


class Categories(Service[M]):
    """``crm.category.*`` of one type: its funnels."""

    def __init__(self, runner: Runner, entity_type_id: int) -> None:
        super().__init__(runner)
        self._entity_type_id = entity_type_id

    @listing
    def list(self) -> ListCall[Category]:
        """Return the funnels (``crm.category.list``)."""
        params = {"entityTypeId": self._entity_type_id}
        return listed("crm.category.list", params, Category.from_wire, "categories")


class Statuses(Service[M]):
    """``crm.status.*``: stages, sources and other directories."""

    @listing
    def list(self, filter: Filter = None, order: Mapping[str, str] | None = None) -> ListCall[Status]:
        """Return the entries of directories (``crm.status.list``).

        Args:
            filter: By ``ENTITY_ID`` (``DEAL_STAGE``, ``DYNAMIC_140_STAGE_12``), ``STATUS_ID``, ``SORT``.
            order: Field -> ``ASC`` or ``DESC``; by ``SORT`` without it.
        """
        params = {"filter": CLASSIC.filter(filter), "order": CLASSIC.order(order)}
        return listed("crm.status.list", params, Status.from_wire)


class SmartTypes(Service[M]):
    """``crm.type.*``: smart processes."""

    @listing
    def list(self, filter: Filter = None, order: Mapping[str, str] | None = None) -> ListCall[SmartType]:
        """Return the smart processes (``crm.type.list``)."""
        params = {"filter": ITEM.filter(filter), "order": ITEM.order(order)}
        return listed("crm.type.list", params, SmartType.from_wire, "types")


class Currencies(Service[M]):
    """``crm.currency.*``."""

    @listing
    def list(self, order: Mapping[str, str] | None = None) -> ListCall[Currency]:
        """Return the currencies (``crm.currency.list``)."""
        return listed("crm.currency.list", {"order": CLASSIC.order(order)}, Currency.from_wire)
