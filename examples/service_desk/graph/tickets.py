"""Tickets of the graph: reading, product filter, merging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from examples.service_desk.moments import moment
from examples.service_desk.rules import (
    CLOSING_STAGES,
    NO_TITLE,
    OPEN_STAGES,
    PRODUCT,
    Json,
    coalesce,
    is_true,
)

__all__ = ["SELECT", "Ticket", "merge", "of_product"]

SELECT = [
    "id",
    "title",
    "stageId",
    "assignedById",
    "createdTime",
    "updatedTime",
    "movedTime",
    "ufCrm7TypeProduct",
]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with the facts that every figure asks for, read once.

    Attributes:
        raw: The row as the portal sent it.
        stage: Id of the stage in capitals.
        created: Moment of creation.
        moved: Moment of the last change of stage, else of the last change.
        is_open: Whether it is in an open stage now.
        is_closed: Whether it is in a closing stage now.
    """

    raw: Mapping[str, Json]
    stage: str
    created: datetime | None
    moved: datetime | None
    is_open: bool
    is_closed: bool

    @classmethod
    def read(cls, row: Mapping[str, Json]) -> Ticket:
        """Return the ticket of a row."""
        stage = str(coalesce(row.get("stageId"), "")).upper()
        created, moved = row.get("createdTime"), coalesce(row.get("movedTime"), row.get("updatedTime"))
        return cls(
            raw=row,
            stage=stage,
            created=moment(created) if created else None,
            moved=moment(moved) if moved else None,
            is_open=stage in OPEN_STAGES,
            is_closed=stage in CLOSING_STAGES,
        )

    @property
    def person(self) -> int | None:
        """Id of the person in charge; None for nobody, which the portal writes null or 0."""
        number: Json = self.raw.get("assignedById")
        return int(number) if is_true(number) else None

    def brief(self) -> dict[str, Json]:
        """Return the ticket as lists of new and carried-over tickets print it."""
        return {
            "id": self.raw["id"],
            "title": coalesce(self.raw.get("title"), NO_TITLE),
            "createdAt": self.raw.get("createdTime"),
            "stageId": self.stage,
            "assignedById": self.person,
        }

    def closed_brief(self) -> dict[str, Json]:
        """Return the ticket as lists of closed tickets print it."""
        moved = coalesce(self.raw.get("movedTime"), self.raw.get("updatedTime"))
        return {**self.brief(), "movedTime": moved}


def merge(rows: Iterable[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """Return the rows each once by id; a later copy replaces the earlier in its place."""
    return list({row["id"]: row for row in rows}.values())


def of_product(rows: Iterable[Mapping[str, Json]], product: str) -> list[Ticket]:
    """Return the tickets that the wanted product leaves.

    Any product but ``1C`` switches the filter off (SD-GRA-06).
    """
    if product.upper() != PRODUCT:
        return [Ticket.read(row) for row in rows]
    return [Ticket.read(row) for row in rows if PRODUCT in _tags(row.get("ufCrm7TypeProduct"))]


def _tags(value: Json) -> set[str]:
    if value is None:
        return set()
    texts = value if isinstance(value, list) else str(value).split(",")
    # Replaced before capitals are made, so a small Cyrillic letter stays unknown (SD-GRA-07).
    return {str(text).strip(" \t\n\r\0\v").replace("С", "C").upper() for text in texts}
