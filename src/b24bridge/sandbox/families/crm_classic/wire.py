"""Leads, deals, contacts, companies and quotes, and their classic methods (4.1, 5.2)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from b24bridge.sandbox.bindings import Bindings
from b24bridge.sandbox.crmfiles import prepare_files
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.multifields import Multifields
from b24bridge.sandbox.records import Field, Record, parse_fields
from b24bridge.sandbox.stages import HISTORY, LEAD_HISTORY

from . import rules, tables, writes

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

# entityTypeId, name, fields, whether it has pipelines, whether it has phones and mail addresses
_KINDS = (
    (1, "LEAD", tables.LEAD, False, True),
    (2, "DEAL", tables.DEAL, True, False),
    (3, "CONTACT", tables.CONTACT, True, True),
    (4, "COMPANY", tables.COMPANY, True, True),
    (7, "QUOTE", tables.QUOTE, False, False),
)
# A link to a record of one of these kinds names it in ``settings``.
_LINKS = {"crm_lead": 1, "crm_deal": 2, "crm_company": 4, "crm_quote": 7}


def _entity(type_id: int, name: str, text: str, categories: bool, multifields: bool) -> Entity:
    indexes = ("STAGE_ID",) if "STAGE_ID" in text else ()
    fields = [_link(item, type_id) for item in parse_fields(text)]
    record = Record(f"crm_{type_id}", fields, indexes)
    return Entity(
        type_id,
        record.view("controller"),
        f"CRM_{name}",
        name,
        has_categories=categories,
        classic=record.view("classic"),
        has_multifields=multifields,
    )


def _link(item: Field, type_id: int) -> Field:
    """Return a link with what its description says: its kind, or that a list has taken its place."""
    if item.name == "CONTACT_ID" or (item.name == "COMPANY_ID" and type_id == 3):
        return replace(item, facts={"isDeprecated": True})
    if item.is_link:
        return replace(item, facts={"settings": {"parentEntityTypeId": _LINKS[item.type]}})
    return item


def _prepare(portal: Portal) -> None:
    Multifields.prepare(portal.store)
    Bindings.prepare(portal.store)
    prepare_files(portal)
    for record in (HISTORY, LEAD_HISTORY):
        portal.store.ensure(record.table, record.columns(), record.indexes)
    for kind in _KINDS:
        portal.entities.declare(kind[0], partial(_entity, *kind))


FAMILY = Family(
    "crm_classic",
    [
        Method(f"crm.{name.lower()}.{verb}", partial(handler, type_id), "crm")
        for type_id, name, *_ in _KINDS
        for verb, handler in (
            ("add", writes.add),
            ("get", rules.get),
            ("list", rules.listed),
            ("update", writes.update),
            ("delete", writes.delete),
            ("fields", rules.fields),
        )
    ],
    prepare=_prepare,
)
