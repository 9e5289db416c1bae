"""What changed between two snapshots of a portal, and whether that can break a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from b24bridge.modern.schema.snapshot import Entity, FieldFacts, Snapshot

__all__ = ["Change", "compare"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        place: Where: kind of record and field, or directory and status.
        text: What changed.
        breaking: Whether a program that worked before may fail or misread now.
    """

    place: str
    text: str
    breaking: bool


def compare(old: Snapshot, new: Snapshot) -> list[Change]:
    """Return all changes, the breaking ones first."""
    changes = [*_entities(old.entities, new.entities), *_directories(old.directories, new.directories)]
    return sorted(changes, key=lambda change: not change.breaking)


def _entities(old: Mapping[str, Entity], new: Mapping[str, Entity]) -> Iterator[Change]:
    for key, before in old.items():
        after = new.get(key)
        if after is None:
            yield Change(before.name, "the kind of record is gone", breaking=True)
            continue
        if before.name != after.name:
            yield Change(before.name, f"renamed to {after.name}", breaking=False)
        for name, facts in before.fields.items():
            yield from _field(f"{before.name}.{name}", facts, after.fields.get(name))
        for name, facts in after.fields.items():
            if name not in before.fields:
                yield Change(
                    f"{before.name}.{name}", f"new field of type {facts.type}", breaking=facts.required
                )
        yield from _names(f"{before.name} pipeline", before.categories, after.categories)
    for key, entity in new.items():
        if key not in old:
            yield Change(entity.name, "new kind of record", breaking=False)


def _field(place: str, old: FieldFacts, new: FieldFacts | None) -> Iterator[Change]:
    if new is None:
        yield Change(place, "the field is gone", breaking=True)
        return
    if old.type != new.type:
        yield Change(place, f"type {old.type} -> {new.type}", breaking=True)
    if old.multiple != new.multiple:
        yield Change(place, "now a list" if new.multiple else "no longer a list", breaking=True)
    if old.required != new.required:
        yield Change(place, "now required" if new.required else "no longer required", breaking=new.required)
    if old.read_only != new.read_only:
        yield Change(
            place, "now read-only" if new.read_only else "can be written now", breaking=new.read_only
        )
    if old.title != new.title:
        yield Change(place, f"title {old.title!r} -> {new.title!r}", breaking=False)
    yield from _names(f"{place} value", old.items, new.items)


def _directories(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        yield from _names(f"{name} status", old.get(name, {}), new.get(name, {}))


def _names(place: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for key, name in old.items():
        if key not in new:
            yield Change(f"{place} {key}", f"{name!r} is gone", breaking=True)
        elif new[key] != name:
            yield Change(f"{place} {key}", f"{name!r} is now {new[key]!r}", breaking=False)
    for key, name in new.items():
        if key not in old:
            yield Change(f"{place} {key}", f"new: {name!r}", breaking=False)
