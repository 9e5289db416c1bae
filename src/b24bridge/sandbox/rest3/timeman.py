"""``timeman.record.*``: working days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.methods import Context, Method, Params

from .dto import Dto, properties
from .entity import Entity
from .errors import bad_request

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["METHODS", "RECORD", "prepare"]

_TABLE = "timeman_records"
_COLUMNS = {
    "USER_ID": "INTEGER",
    "START_TIME": "TEXT",
    "END_TIME": "TEXT",
    "DURATION": "INTEGER",
    "BREAK_LENGTH": "INTEGER",
    "STATE": "TEXT",
    "IS_APPROVED": "TEXT",
}

RECORD = Dto(
    "WorktimeRecordDto",
    _TABLE,
    properties(
        """
        id int s ID
        userId int fs USER_ID
        startTime datetime fs START_TIME
        endTime datetime s END_TIME
        duration int s DURATION = 0
        breakLength int . BREAK_LENGTH = 0
        state object . STATE
        isApproved bool . IS_APPROVED = false
        """
    ),
)
_RECORDS = Entity("timeman.record", RECORD)


def prepare(portal: Portal) -> None:
    """Create the table."""
    portal.store.ensure(_TABLE, _COLUMNS, ["USER_ID"])


def _listed(context: Context, params: Params) -> Any:
    """``timeman.record.list``: a filter must say whose; without any filter they are the caller's own."""
    wanted = params.get("filter")
    if not wanted:
        wanted = [["userId", context.caller.user_id]]
    elif not _names_user(wanted):
        raise bad_request(("filter.userId", 'Required field "filter.userId" is missing.'))
    return _RECORDS.listed(context, {**params, "filter": wanted})


def _names_user(wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return _names_user(wanted.get("conditions"))
    if not isinstance(wanted, list):
        return False
    return wanted[:1] == ["userId"] or any(
        _names_user(item) for item in wanted if isinstance(item, (dict, list))
    )


METHODS = [*_RECORDS.methods(""), Method("timeman.record.list", _listed, "timeman.record")]
