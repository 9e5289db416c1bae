"""``voximplant.statistic.get``: finished calls, those of applications too."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer, fetch, page_plain
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick

__all__ = ["get"]

# What the portal's own telephony would add to a call; calls of applications have none of it.
_EMPTY = (
    "CALL_LOG",
    "REST_APP_ID",
    "REST_APP_NAME",
    "TRANSCRIPT_ID",
    "SESSION_ID",
    "REDIAL_ATTEMPT",
    "COMMENT",
    "RECORD_DURATION",
    "CALL_RECORD_URL",
)
_HIDDEN = frozenset({"FINISHED", "INCOMING", "TRANSCRIPT"})


def get(context: Context, params: Params) -> Any:
    """Return a page; ``SORT`` and ``ORDER`` are two scalars."""
    record = context.portal.records["telephony_calls"]
    query = ClassicQuery(record, context.moment)
    wanted = {_own(key): value for key, value in in_capitals(pick(params, "FILTER")).items()}
    where = both([Where("FINISHED='Y'"), query.where(wanted)])
    order = query.order({_own(str(pick(params, "SORT") or "ID")): str(pick(params, "ORDER") or "ASC")})
    page = page_plain(context.store, record, where, context.start, 0)
    fields = [item for item in record.fields.values() if item.name not in _HIDDEN - {"INCOMING"}]
    row = CLASSIC.row(record, fields)
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    return Answer([_shown(json.loads(text)) for text in rows], page.total, page.next)


def _own(name: str) -> str:
    return name.replace("CALL_TYPE", "INCOMING")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _HIDDEN}
    return {
        **kept,
        **dict.fromkeys(_EMPTY),
        "CALL_CATEGORY": "external",
        "TRANSCRIPT_PENDING": "N",
        "CALL_TYPE": row["INCOMING"],
    }
