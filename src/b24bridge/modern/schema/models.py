"""Typed models of one portal, as the text of a Python module."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping

from b24bridge.modern.models.crm import Company, Contact, Deal, Item, Lead
from b24bridge.modern.names import to_snake
from b24bridge.modern.schema.snapshot import BUILT_IN, Entity, FieldFacts, Snapshot

__all__ = ["models_of"]

# Vendor's types of crm.item.fields -> our types of one value ("Types of user fields", "Data Types").
_TYPES = {
    "boolean": "Flag",
    "char": "Flag",
    "crm": "Text",
    "crm_category": "int",
    "crm_company": "int",
    "crm_contact": "int",
    "crm_currency": "Text",
    "crm_deal": "int",
    "crm_entity": "int",
    "crm_lead": "int",
    "crm_quote": "int",
    "crm_status": "Text",
    "date": "Day",
    "datetime": "Moment",
    "double": "Amount",
    "employee": "int",
    "enumeration": "int",
    "iblock_element": "int",
    "iblock_section": "int",
    "integer": "int",
    "location": "Text",
    "money": "Text",
    "string": "Text",
    "text": "Text",
    "url": "Text",
    "user": "int",
}
_BASES: Mapping[str, type[Item]] = {"Company": Company, "Contact": Contact, "Deal": Deal, "Lead": Lead}


def models_of(snapshot: Snapshot) -> str:
    """Return the text of a module: a model for each kind of record, an enum for each directory.

    Models add the portal's own fields to those of ``b24bridge.modern.models``; reading stays lenient.
    """
    classes = [_model(entity) for entity in snapshot.entities.values()]
    enums = [_enum(name, statuses) for name, statuses in snapshot.directories.items() if statuses]
    bases = sorted({_base(entity) for entity in snapshot.entities.values()})
    used = sorted(
        {
            name
            for name in (*_TYPES.values(), "Any")
            if any(re.search(rf"\b{name}\b", text) for text in classes)
        }
        - {"int", "Any"}
    )
    head = [
        '"""Records and directories of this portal; written by `b24bridge schema pull`, do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "from enum import StrEnum",
        *(["from typing import Any"] if any("Any" in text for text in classes) else []),
        "",
        *([f"from b24bridge.modern.models.crm import {', '.join(bases)}"] if bases else []),
        *([f"from b24bridge.modern.models.fields import {', '.join(used)}"] if used else []),
    ]
    return "\n".join(head) + "\n\n\n" + "\n\n\n".join([*classes, *enums]) + "\n"


def _base(entity: Entity) -> str:
    return entity.name if entity.name in _BASES and entity.type_id in BUILT_IN else "Item"


def _model(entity: Entity) -> str:
    base = _base(entity)
    known = _BASES.get(base, Item).model_fields
    own = {
        name: facts
        for name, facts in entity.fields.items()
        if to_snake(name) not in known and to_snake(name).isidentifier()
    }
    name = f"Portal{entity.name}" if entity.type_id in BUILT_IN else f"Item{entity.type_id}"
    lines = [f"class {name}({base}):", f'    """{_one_line(entity.name)} (entityTypeId {entity.type_id})."""']
    lines += [""] if own else []
    lines += [line for key, facts in own.items() for line in _attribute(key, facts)]
    return "\n".join(lines)


def _attribute(name: str, facts: FieldFacts) -> Iterator[str]:
    kind = _TYPES.get(facts.type, "Any")
    kind = f"list[{kind}]" if facts.multiple else kind
    yield f"    {to_snake(name)}: {kind}{'' if kind == 'Any' else ' | None'} = None"
    if facts.title:
        yield f'    """{_one_line(facts.title)}"""'


def _enum(directory: str, statuses: Mapping[str, str]) -> str:
    lines = [f"class {_class_name(directory)}(StrEnum):", f'    """{directory}"""', ""]
    taken: set[str] = set()
    for status, title in statuses.items():
        member = _member(status, taken)
        lines += [f"    {member} = {status!r}".replace("'", '"'), f'    """{_one_line(title)}"""']
    return "\n".join(lines)


def _class_name(text: str) -> str:
    name = "".join(part.capitalize() for part in re.split(r"\W+|_", text) if part)
    return name if name.isidentifier() else f"D{name}"


def _member(status: str, taken: set[str]) -> str:
    """Return a member's name: the part after the pipeline's prefix, made unique."""
    name = re.sub(r"\W", "_", status.rpartition(":")[2]).upper() or "EMPTY"
    name = name if name.isidentifier() and not keyword.iskeyword(name.lower()) else f"S_{name}"
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _one_line(text: str) -> str:
    """Return a text that is safe inside triple quotes: titles are written by people."""
    cleaned = re.sub(r"\s+", " ", text.replace("\\", "/").replace('"', "'")).strip()
    return cleaned or "-"
