"""Many records by id: fifty ids in a list command, fifty commands in a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from b24bridge.engine.batches import batch
from b24bridge.engine.executor import Executor
from b24bridge.wire.batch import MAX_COMMANDS
from b24bridge.wire.call import Call, Json
from b24bridge.wire.paging import PAGE, param_name, rows_of

__all__ = ["get_many"]

#: Requests among which the commands are spread at least, as far as there are that many.
SPREAD = 8


async def get_many(
    executor: Executor,
    call: Call[Any],
    ids: Sequence[int | str],
    *,
    id_key: str = "ID",
    container: str | None = None,
    deadline_s: float | None = None,
) -> dict[int | str, Json]:
    """Return the rows of a list method with these ids, by id; ids without a row are left out.

    Args:
        executor: Carries out the requests.
        call: A list method that filters by ``@`` and the id; its own filter applies too.
        ids: Ids, in the order wanted.
        id_key: Name of the id in filter and rows.
        container: Key inside ``result`` that holds the rows.
        deadline_s: Seconds for all of it.

    Raises:
        B24Error: A part could not be read.
    """
    wanted = list(dict.fromkeys(ids))
    params = call.params if isinstance(call.params, Mapping) else {}
    name = param_name(params, "filter")
    calls = {
        at: replace(
            call,
            params={
                **params,
                name: {**(params.get(name) or {}), f"@{id_key}": wanted[at : at + PAGE]},
                "start": -1,
            },
        )
        for at in range(0, len(wanted), PAGE)
    }
    size = min(MAX_COMMANDS, max(1, ceil(len(calls) / SPREAD)))
    outcomes = await batch(executor, calls, size=size, deadline_s=deadline_s)
    found: dict[str, Json] = {}
    for outcome in outcomes.values():
        if outcome.error is not None:
            raise outcome.error
        for row in rows_of(outcome.value, container, method=call.method):
            found[str(row[id_key])] = row
    return {key: found[str(key)] for key in wanted if str(key) in found}
