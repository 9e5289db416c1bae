"""Port of ``api/get-sector-data.php``: open tickets by stage and employee, the CRest way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from b24bridge import CRest
from examples.service_desk.answers import Answer, Crash, crashed
from examples.service_desk.crest_port import connect, error_of
from examples.service_desk.rules import ENTITY_TYPE_ID, OPEN_STAGES, PAGE, PRODUCT, Json, chunks, elements
from examples.service_desk.sector.board import SELECT, assignees, board, employee, failure

__all__ = ["run"]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Sequence[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request; ``useCache`` is read and never used (SD-SEC-07)."""
    portal = connect(webhook_url, cache_dir, transport)
    try:
        tickets = [ticket for stage in OPEN_STAGES for ticket in tickets_of(portal, stage)]
        return board(tickets, employees_of(portal, assignees(tickets)))
    except PortalError as error:
        return failure(str(error))
    except Crash:
        return crashed()


class PortalError(Exception):
    """The portal answered with an error."""


def call(portal: type[CRest], method: str, params: Mapping[str, Json]) -> dict[str, Json]:
    """Call the portal; an answer that is no JSON counts as an empty one (SD-SEC-05)."""
    reply = portal.call(method, params)
    message = error_of(reply)
    if message is not None:
        raise PortalError(message)
    return reply if isinstance(reply, dict) else {}


def tickets_of(portal: type[CRest], stage: str) -> list[dict[str, Json]]:
    """Return the 1C tickets of a stage."""
    found: list[dict[str, Json]] = []
    start = 0
    while True:
        filter_ = {"stageId": stage}
        reply = call(
            portal,
            "crm.item.list",
            {"entityTypeId": ENTITY_TYPE_ID, "filter": filter_, "select": SELECT, "start": start},
        )
        result = reply.get("result")
        result = result if isinstance(result, dict) else {}
        found += elements(result.get("items"))
        # The portal writes `next` beside `result`, so there never is a second page (SD-SEC-01).
        if not result.get("next"):
            break
        start += PAGE
    return [ticket for ticket in found if is_of_sector(ticket)]


def is_of_sector(ticket: Mapping[str, Json]) -> bool:
    """Return whether the product tag is exactly ``1C``."""
    tags = ticket.get("ufCrm7TypeProduct")
    if tags is None:
        return False
    if not isinstance(tags, list | dict):
        # in_array() of a text is a TypeError under PHP 8 (SD-SEC-04).
        raise Crash
    return PRODUCT in elements(tags)


def employees_of(portal: type[CRest], ids: Sequence[Json]) -> list[dict[str, Json]]:
    """Return the people with these ids, as far as the portal finds them."""
    found: list[dict[str, Json]] = []
    for part in chunks(ids):
        # The portal reads such a text as its first number (SD-SEC-02).
        reply = call(portal, "user.get", {"ID": ",".join(str(number) for number in part)})
        found += [employee(user) for user in elements(reply.get("result"))]
    return found
