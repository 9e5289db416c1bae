"""CRM: items of any type, deals, leads, contacts, companies, and their directories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from b24bridge.modern._binding import M, Runner, Service, listing, method
from b24bridge.modern._generated import crm as generated
from b24bridge.modern.dialects import CLASSIC, HISTORY, ITEM, Dialect
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, listed
from b24bridge.modern.models.crm import Category, Company, Contact, Deal, Item, Lead, SmartType, Status
from b24bridge.modern.models.record import Record
from b24bridge.modern.models.sales import (
    Activity,
    Currency,
    ProductRow,
    Quote,
    Requisite,
    StageChange,
    TimelineComment,
)
from b24bridge.modern.reading import done, field_map, new_id, one
from b24bridge.modern.writing import encode_fields
from b24bridge.wire.call import Call

__all__ = ["Categories", "Companies", "Contacts", "Crm", "Deals", "Items", "Leads", "SmartTypes", "Statuses"]

R = TypeVar("R", bound=Record)
Fields = Mapping[str, Any]


class Items(Service[M]):
    """``crm.item.*`` of one type: a smart process, or deals (2), leads (1), contacts (3), companies (4)."""

    def __init__(self, runner: Runner, entity_type_id: int) -> None:
        super().__init__(runner)
        self._entity_type_id = entity_type_id

    @method
    def get(self, id: int) -> Call[Item]:
        """Return one item (``crm.item.get``).

        Raises:
            NotFoundError: There is no such item.
        """
        read = one(Item.from_wire, "crm.item.get", id, "item")
        return Call("crm.item.get", {"entityTypeId": self._entity_type_id, "id": id}, read)

    @method
    def add(self, fields: Fields) -> Call[Item]:
        """Create an item and return it (``crm.item.add``); names may be in any spelling."""
        params = {"entityTypeId": self._entity_type_id, "fields": encode_fields(ITEM, fields)}
        return Call("crm.item.add", params, one(Item.from_wire, "crm.item.add", "", "item"))

    @method
    def update(self, id: int, fields: Fields) -> Call[Item]:
        """Change an item and return it (``crm.item.update``)."""
        params = {"entityTypeId": self._entity_type_id, "id": id, "fields": encode_fields(ITEM, fields)}
        return Call("crm.item.update", params, one(Item.from_wire, "crm.item.update", id, "item"))

    @method
    def delete(self, id: int) -> Call[None]:
        """Delete an item (``crm.item.delete``)."""
        return Call("crm.item.delete", {"entityTypeId": self._entity_type_id, "id": id}, done)

    @method
    def fields(self) -> Call[dict[str, dict[str, Any]]]:
        """Return the fields of the type: name -> type, title, whether required (``crm.item.fields``)."""
        return Call("crm.item.fields", {"entityTypeId": self._entity_type_id}, field_map("fields"))

    @listing
    def list(
        self,
        filter: Filter = None,
        order: Mapping[str, str] | None = None,
        select: Sequence[str] | None = None,
        *,
        use_original_uf_names: bool = False,
        raw: bool = False,
    ) -> ListCall[Item]:
        """Return all items that match, page by page as they are read (``crm.item.list``).

        Args:
            filter: ``F.stageId == "..."``, or the portal's own form.
            order: Field -> ``ASC`` or ``DESC``.
            select: Fields in any spelling; without it all of them.
            use_original_uf_names: User fields come as ``UF_CRM_...``.
            raw: Rows are dictionaries as the portal sent them; ``.raw()`` tells it to type checkers.
        """
        names = select if use_original_uf_names else ITEM.names(select)
        params = {
            "entityTypeId": self._entity_type_id,
            "filter": ITEM.filter(filter),
            "order": ITEM.order(order),
            "select": names,
            "useOriginalUfNames": "Y" if use_original_uf_names else None,
        }
        return listed("crm.item.list", params, Item.from_wire, "items", raw=raw)


class Classic(Service[M], Generic[M, R]):
    """What the classic families ``crm.deal.*``, ``crm.lead.*``, ... have in common."""

    prefix: ClassVar[str]
    model: ClassVar[type[Any]]
    dialect: ClassVar[Dialect] = CLASSIC

    @method
    def get(self, id: int) -> Call[R]:
        """Return one record.

        Raises:
            NotFoundError: There is no such record.
        """
        name = f"{self.prefix}.get"
        return Call(name, {"id": id}, one(self.model.from_wire, name, id))

    @method
    def add(self, fields: Fields, params: Mapping[str, Any] | None = None) -> Call[int]:
        """Create a record and return its id; names may be in any spelling."""
        given = {"fields": encode_fields(self.dialect, fields)} | ({"params": params} if params else {})
        return Call(f"{self.prefix}.add", given, new_id)

    @method
    def update(self, id: int, fields: Fields, params: Mapping[str, Any] | None = None) -> Call[None]:
        """Change a record.

        A phone or e-mail without its id is added beside the others (vendor page on multiple fields).
        """
        given = {"id": id, "fields": encode_fields(self.dialect, fields)} | (
            {"params": params} if params else {}
        )
        return Call(f"{self.prefix}.update", given, done)

    @method
    def delete(self, id: int) -> Call[None]:
        """Delete a record."""
        return Call(f"{self.prefix}.delete", {"id": id}, done)

    @method
    def fields(self) -> Call[dict[str, dict[str, Any]]]:
        """Return the fields: name -> type, title, whether required."""
        return Call(f"{self.prefix}.fields", {}, field_map())

    @listing
    def list(
        self,
        filter: Filter = None,
        order: Mapping[str, str] | None = None,
        select: Sequence[str] | None = None,
        *,
        raw: bool = False,
    ) -> ListCall[R]:
        """Return all records that match, page by page as they are read.

        Args:
            filter: ``F.stageId == "NEW"``, or the portal's own form. These lists know no OR, and
                drop unknown names in silence.
            order: Field -> ``ASC`` or ``DESC``.
            select: Fields in any spelling; user fields and phones come only when named.
            raw: Rows are dictionaries as the portal sent them; ``.raw()`` tells it to type checkers.
        """
        params = {
            "filter": self.dialect.filter(filter),
            "order": self.dialect.order(order),
            "select": self.dialect.names(select),
        }
        return listed(f"{self.prefix}.list", params, self.model.from_wire, raw=raw)


class Deals(Classic[M, Deal]):
    """``crm.deal.*``."""

    prefix = "crm.deal"
    model = Deal


class Leads(Classic[M, Lead]):
    """``crm.lead.*``; the stage of a lead is its ``STATUS_ID``."""

    prefix = "crm.lead"
    model = Lead
    dialect = CLASSIC.with_synonyms(STAGE_ID="STATUS_ID", STAGE_SEMANTIC_ID="STATUS_SEMANTIC_ID")


class Contacts(Classic[M, Contact]):
    """``crm.contact.*``."""

    prefix = "crm.contact"
    model = Contact


class Companies(Classic[M, Company]):
    """``crm.company.*``."""

    prefix = "crm.company"
    model = Company


class Quotes(Classic[M, Quote]):
    """``crm.quote.*``; the stage of a quote is its ``STATUS_ID``."""

    prefix = "crm.quote"
    model = Quote
    dialect = CLASSIC.with_synonyms(STAGE_ID="STATUS_ID")


class Activities(Classic[M, Activity]):
    """``crm.activity.*``."""

    prefix = "crm.activity"
    model = Activity


class Requisites(Classic[M, Requisite]):
    """``crm.requisite.*``."""

    prefix = "crm.requisite"
    model = Requisite


class Comments(Classic[M, TimelineComment]):
    """``crm.timeline.comment.*``; the list needs ``ENTITY_ID`` and ``ENTITY_TYPE`` in its filter."""

    prefix = "crm.timeline.comment"
    model = TimelineComment


class Currencies(Service[M]):
    """``crm.currency.*``."""

    @listing
    def list(self, order: Mapping[str, str] | None = None) -> ListCall[Currency]:
        """Return the currencies (``crm.currency.list``)."""
        return listed("crm.currency.list", {"order": CLASSIC.order(order)}, Currency.from_wire)


class StageHistory(Service[M]):
    """``crm.stagehistory.*`` of one type of records."""

    def __init__(self, runner: Runner, entity_type_id: int) -> None:
        super().__init__(runner)
        self._entity_type_id = entity_type_id

    @listing
    def list(
        self,
        filter: Filter = None,
        order: Mapping[str, str] | None = None,
        select: Sequence[str] | None = None,
    ) -> ListCall[StageChange]:
        """Return the changes of stages (``crm.stagehistory.list``)."""
        params = {
            "entityTypeId": self._entity_type_id,
            "filter": HISTORY.filter(filter),
            "order": HISTORY.order(order),
            "select": HISTORY.names(select),
        }
        return listed("crm.stagehistory.list", params, StageChange.from_wire, "items")


class ProductRows(Service[M]):
    """``crm.item.productrow.*`` of one record.

    Args:
        runner: What the service is bound to.
        owner_type: ``D`` for a deal, ``L`` for a lead, ``T8c`` for smart process 140.
        owner_id: Id of the record.
    """

    def __init__(self, runner: Runner, owner_type: str, owner_id: int) -> None:
        super().__init__(runner)
        self._owner = {"ownerType": owner_type, "ownerId": owner_id}

    @listing
    def list(self) -> ListCall[ProductRow]:
        """Return the product rows (``crm.item.productrow.list``)."""
        wanted = {"=ownerType": self._owner["ownerType"], "=ownerId": self._owner["ownerId"]}
        return listed("crm.item.productrow.list", {"filter": wanted}, ProductRow.from_wire, "productRows")

    @method
    def set(self, rows: Sequence[Fields]) -> Call[None]:
        """Replace all product rows of the record (``crm.item.productrow.set``)."""
        params = {**self._owner, "productRows": [encode_fields(ITEM, row) for row in rows]}
        return Call("crm.item.productrow.set", params, done)


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
