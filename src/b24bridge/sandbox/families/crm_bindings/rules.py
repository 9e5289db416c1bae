"""Binding contacts and companies to records, from either side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.bindings import CONTACT, Binding, Bindings
from b24bridge.sandbox.crmrecords import bindings_of, place_of
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import describe
from b24bridge.sandbox.records import Field
from b24bridge.sandbox.refusals import Refusal

__all__ = ["Pair"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A kind of record and what can be bound to it.

    Attributes:
        owner: ``entityTypeId`` of the owner.
        target: ``entityTypeId`` of what is bound.
    """

    owner: int
    target: int

    @property
    def key(self) -> str:
        """Name of the bound record's id."""
        return "CONTACT_ID" if self.target == CONTACT else "COMPANY_ID"

    def fields(self, _: Context, __: Params) -> Any:
        """``*.fields``."""
        title = "Contact" if self.target == CONTACT else "Company"
        return {
            "SORT": describe(Field("SORT", "integer", "Sorting")),
            "IS_PRIMARY": describe(Field("IS_PRIMARY", "char", "Primary")),
            self.key: describe(Field(self.key, "integer", title, required=True)),
        }

    def get(self, context: Context, params: Params) -> Any:
        """``*.items.get``."""
        owner, number, bindings = self._owner(context, params, quotes="")
        return [
            {
                self.key: item.target,
                "SORT": item.sort,
                "ROLE_ID": 0,
                "IS_PRIMARY": "Y" if item.is_primary else "N",
            }
            for item in bindings.of(owner, number, self.target)
        ]

    def put(self, context: Context, params: Params) -> Any:
        """``*.items.set``: exactly these are bound afterwards."""
        items = pick(params, "items")
        if not isinstance(items, (list, dict)):
            raise Refusal("", "The parameter items must be array.")
        owner, number, bindings = self._owner(context, params, quotes="")
        rows = items.values() if isinstance(items, dict) else items
        bindings.put(owner, number, self.target, [self._binding(row) for row in rows])
        return True

    def clear(self, context: Context, params: Params) -> Any:
        """``*.items.delete``: nothing is bound afterwards."""
        owner, number, bindings = self._owner(context, params, quotes="")
        bindings.put(owner, number, self.target, ())
        return True

    def add(self, context: Context, params: Params) -> Any:
        """``*.add``: one more; a new primary one takes the place of the old."""
        wanted = self._one(params)
        owner, number, bindings = self._owner(context, params, quotes="'")
        others = [
            Binding(item.target, item.sort, item.is_primary and not wanted.is_primary)
            for item in bindings.of(owner, number, self.target)
            if item.target != wanted.target
        ]
        bindings.put(owner, number, self.target, [*others, wanted])
        return True

    def delete(self, context: Context, params: Params) -> Any:
        """``*.delete``: one less."""
        unwanted = self._one(params)
        owner, number, bindings = self._owner(context, params, quotes="'")
        before = bindings.of(owner, number, self.target)
        after = [item for item in before if item.target != unwanted.target]
        bindings.put(owner, number, self.target, after)
        return True

    def _owner(self, context: Context, params: Params, *, quotes: str) -> tuple[Entity, int, Bindings]:
        number = php_int(pick(params, "id"))
        if number <= 0:
            text = f"The parameter {quotes}ownerEntityID{quotes} is invalid or not defined."
            raise Refusal("", text)
        owner = context.portal.entities.get(self.owner)
        assert owner is not None
        if place_of(context, owner, number) is None:
            raise Refusal("NOT_FOUND" if self.owner == 1 else "", "Not found.")
        return owner, number, bindings_of(context)

    def _one(self, params: Params) -> Binding:
        fields = pick(params, "fields")
        if not isinstance(fields, (dict, list)):
            raise Refusal("", "The parameter 'fields' must be array.")
        binding = self._binding(fields)
        if binding.target <= 0:
            raise Refusal("", "The parameter 'fields' is not valid.")
        return binding

    def _binding(self, row: Any) -> Binding:
        if not isinstance(row, (Mapping, list)):
            return Binding(php_int(row))
        upper = in_capitals(row)
        primary = str(upper.get("IS_PRIMARY", "N")).upper() == "Y"
        return Binding(php_int(upper.get(self.key)), php_int(upper.get("SORT")), primary)
