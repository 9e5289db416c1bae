"""The classic families of CRM: deals, leads, contacts, companies and what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from b24bridge.modern._binding import M, Service, listing, method
from b24bridge.modern.dialects import CLASSIC, Dialect
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, by_ids, listed
from b24bridge.modern.many import many
from b24bridge.modern.models.crm import Company, Contact, Deal, Lead
from b24bridge.modern.models.record import Record
from b24bridge.modern.models.sales import (
    Activity,
    Quote,
    Requisite,
    TimelineComment,
)
from b24bridge.modern.reading import done, field_map, new_id, one
from b24bridge.modern.writing import encode_fields
from b24bridge.wire.call import Call

__all__ = [
    "Activities",
    "Classic",
    "Comments",
    "Companies",
    "Contacts",
    "Deals",
    "Leads",
    "Quotes",
    "Requisites",
]

R = TypeVar("R", bound=Record)
Fields = Mapping[str, Any]


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

    @many
    def add_many(
        self, records: Iterable[Fields], params: Mapping[str, Any] | None = None
    ) -> Mapping[int, Call[int]]:
        """Create many records, 50 to a request, and return what became of each, by position.

        Args:
            records: Fields of each.
            params: Sent with each.
        """
        return {at: type(self).add(self, fields, params) for at, fields in enumerate(records)}

    @method
    def update(self, id: int, fields: Fields, params: Mapping[str, Any] | None = None) -> Call[None]:
        """Change a record.

        A phone or e-mail without its id is added beside the others (vendor page on multiple fields).
        """
        given = {"id": id, "fields": encode_fields(self.dialect, fields)} | (
            {"params": params} if params else {}
        )
        return Call(f"{self.prefix}.update", given, done)

    @many
    def update_many(self, changes: Mapping[int, Fields]) -> Mapping[int, Call[None]]:
        """Change many records, 50 to a request, and return what became of each.

        Args:
            changes: Fields by id.
        """
        return {number: type(self).update(self, number, fields) for number, fields in changes.items()}

    @method
    def delete(self, id: int) -> Call[None]:
        """Delete a record."""
        return Call(f"{self.prefix}.delete", {"id": id}, done)

    @many
    def delete_many(self, ids: Iterable[int]) -> Mapping[int, Call[None]]:
        """Delete many records, 50 to a request, and return what became of each."""
        return {number: type(self).delete(self, number) for number in ids}

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

    @listing
    def get_many(self, ids: Iterable[int], select: Sequence[str] | None = None) -> ListCall[R]:
        """Return the records of these ids, 50 to a command and 2,500 to a request.

        Args:
            ids: Ids; those that do not exist give no record.
            select: Fields in any spelling; user fields and phones come only when named.
        """
        params = {"select": self.dialect.names(select), "order": {"ID": "ASC"}}
        return by_ids(listed(f"{self.prefix}.list", params, self.model.from_wire), "@ID", ids)


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
