"""Open tickets by stage and employee, on the typed client: one list of tickets, one of people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from b24bridge import Client, F, calls
from b24bridge.errors import B24Error
from examples.service_desk.answers import Answer
from examples.service_desk.rules import ENTITY_TYPE_ID, OPEN_STAGES, PRODUCT, Json, chunks
from examples.service_desk.sector.board import SELECT, assignees, board, employee, failure
from examples.service_desk.typed import connect, rows_by_ids

__all__ = ["run"]

ALL_PAGES = "SD-SEC-01"
ALL_PEOPLE = "SD-SEC-02"
Rows = list[dict[str, Json]]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Collection[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request."""
    try:
        with connect(webhook_url, transport) as b24:
            rows = all_tickets(b24) if ALL_PAGES in fixes else first_pages(b24)
            tickets = [row for row in rows if PRODUCT in tags(row)]
            return board(tickets, employees(b24, assignees(tickets), found=everybody(fixes)))
    except B24Error as error:
        return failure(str(error))


def all_tickets(b24: Client) -> Rows:
    """Return all open tickets, stage by stage, oldest first."""
    rows = b24.crm.items(ENTITY_TYPE_ID).list(F.stageId.in_(OPEN_STAGES), select=SELECT).raw()
    return sorted(rows, key=lambda row: (OPEN_STAGES.index(row["stageId"]), row["id"]))


def first_pages(b24: Client) -> Rows:
    """Return what the original reads: at most 50 tickets of each stage."""
    items = calls.crm.items(ENTITY_TYPE_ID)
    pages = b24.batch(
        {stage: items.list(F.stageId == stage, select=SELECT, raw=True) for stage in OPEN_STAGES}
    )
    rows: list[Json] = [row for stage in OPEN_STAGES for row in pages[stage].value]
    return rows


def tags(row: Mapping[str, Json]) -> Sequence[str]:
    """Return the product tags, also of a field that holds one text (the original dies: SD-SEC-04)."""
    value = row["ufCrm7TypeProduct"]
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value or ()


def everybody(fixes: Collection[str]) -> int | None:
    """Return how many people of each 50 are found: the original's portal reads the first id only."""
    return None if ALL_PEOPLE in fixes else 1


def employees(b24: Client, ids: Sequence[Json], *, found: int | None) -> Rows:
    """Return the people in the order of the original: by 50 ids, within them by id."""
    parts = [sorted(part[:found]) for part in chunks(ids)]
    wanted = [number for part in parts for number in part]
    select = ["ID", "NAME", "LAST_NAME", "EMAIL"]
    users = rows_by_ids(b24, wanted, lambda part: calls.users.list(F.id.in_(part), select=select, raw=True))
    people = {int(user["ID"]): employee(user) for user in users}
    return [people[number] for number in wanted if number in people]
