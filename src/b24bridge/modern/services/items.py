"""Items of any type by the universal methods, their product rows and stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from b24bridge.modern._binding import M, Runner, Service, listing, method
from b24bridge.modern.dialects import HISTORY, ITEM
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, by_ids, listed
from b24bridge.modern.many import many
from b24bridge.modern.models.crm import Item
from b24bridge.modern.models.sales import (
    ProductRow,
    StageChange,
)
from b24bridge.modern.reading import done, field_map, one
from b24bridge.modern.writing import encode_fields
from b24bridge.wire.call import Call

__all__ = ["Items", "ProductRows", "StageHistory"]

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

    @many
    def add_many(self, records: Iterable[Fields]) -> Mapping[int, Call[Item]]:
        """Create many items, 50 to a request, and return what became of each, by position.

        Args:
            records: Fields of each.
        """
        return {at: type(self).add(self, fields) for at, fields in enumerate(records)}

    @method
    def update(self, id: int, fields: Fields) -> Call[Item]:
        """Change an item and return it (``crm.item.update``)."""
        params = {"entityTypeId": self._entity_type_id, "id": id, "fields": encode_fields(ITEM, fields)}
        return Call("crm.item.update", params, one(Item.from_wire, "crm.item.update", id, "item"))

    @many
    def update_many(self, changes: Mapping[int, Fields]) -> Mapping[int, Call[Item]]:
        """Change many items, 50 to a request, and return what became of each.

        Args:
            changes: Fields by id.
        """
        return {number: type(self).update(self, number, fields) for number, fields in changes.items()}

    @method
    def delete(self, id: int) -> Call[None]:
        """Delete an item (``crm.item.delete``)."""
        return Call("crm.item.delete", {"entityTypeId": self._entity_type_id, "id": id}, done)

    @many
    def delete_many(self, ids: Iterable[int]) -> Mapping[int, Call[None]]:
        """Delete many items, 50 to a request, and return what became of each."""
        return {number: type(self).delete(self, number) for number in ids}

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

    @listing
    def get_many(self, ids: Iterable[int], select: Sequence[str] | None = None) -> ListCall[Item]:
        """Return the items of these ids, 50 to a command and 2,500 to a request (``crm.item.list``).

        Args:
            ids: Ids; those that do not exist give no item.
            select: Fields in any spelling; without it all of them.
        """
        params = {"entityTypeId": self._entity_type_id, "select": ITEM.names(select), "order": {"id": "ASC"}}
        return by_ids(listed("crm.item.list", params, Item.from_wire, "items"), "@id", ids)


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
