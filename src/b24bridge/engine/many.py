"""Many records by id: fifty ids in a list command (REST 3.0: a thousand), fifty commands in a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from b24bridge.engine.batches import batch
from b24bridge.engine.choosing import id_key_of
from b24bridge.engine.executor import Executor
from b24bridge.errors import DataError
from b24bridge.wire.batch import MAX_COMMANDS
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.paging import PAGE, param_name, refuse_twice, rows_of

__all__ = ["get_many"]

#: Rows that a list of REST 3.0 brings at most.
PAGE3 = 1000
#: Requests among which the commands are spread at least, as far as there are that many.
SPREAD = 8


async def get_many(
    executor: Executor,
    call: Call[Any],
    ids: Sequence[int | str],
    *,
    id_key: str | None = None,
    container: str | None = None,
    deadline_s: float | None = None,
) -> dict[int | str, Json]:
    """Return the rows of a list method with these ids, by id; ids without a row are left out.

    Args:
        executor: Carries out the requests.
        call: A list method that filters by ids; its own filter applies too.
        ids: Ids, in the order wanted.
        id_key: Name of the id in filter and rows; None for what is known of the method.
        container: Key inside ``result`` that holds the rows.
        deadline_s: Seconds for all of it.

    Raises:
        B24Error: A part could not be read.
    """
    refuse_twice(call)
    wanted = list(dict.fromkeys(ids))
    row_key = id_key or id_key_of(call)
    page = PAGE3 if call.api is Api.V3 else PAGE
    calls = {at: _part(call, row_key, wanted[at : at + page]) for at in range(0, len(wanted), page)}
    size = min(MAX_COMMANDS, max(1, ceil(len(calls) / SPREAD)))
    outcomes = await batch(executor, calls, size=size, deadline_s=deadline_s)
    found: dict[str, Json] = {}
    for outcome in outcomes.values():
        if outcome.error is not None:
            raise outcome.error
        for row in rows_of(outcome.value, container, method=call.method):
            if row_key not in row:
                raise DataError(
                    f"A row of {call.method} has no {row_key}, so nobody knows which it is.",
                    method=call.method,
                    remedy="Name the id in select, or its field as id_key.",
                )
            found[str(row[row_key])] = row
    return {key: found[str(key)] for key in wanted if str(key) in found}


def _part(call: Call[Any], row_key: str, ids: list[int | str]) -> Call[Any]:
    """Return the call for rows of a few ids."""
    params = call.params if isinstance(call.params, Mapping) else {}
    if call.api is Api.V3:
        given = params.get("filter") or []
        # A single condition may stand for the whole filter.
        conditions = [given] if given and isinstance(given[0], str) else list(given)
        asked = {"filter": [*conditions, [row_key, "in", ids]], "pagination": {"limit": len(ids)}}
        return replace(call, params={**params, **asked})
    name = param_name(params, "filter")
    # Tasks know no @, and drop what they do not know; a list of ids means any of them.
    key = "ID" if call.method.lower().startswith("tasks.task.") else f"@{row_key}"
    return replace(call, params={**params, name: {**(params.get(name) or {}), key: ids}, "start": -1})
