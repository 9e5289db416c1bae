"""Fields and methods of recurring deals (documentation pages ``crm.deal.recurring.*``)."""

from __future__ import annotations

from functools import partial
from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.plain import Classic, describe, prepare
from b24bridge.sandbox.records import Field, Record, parse_fields

from . import rules

__all__ = ["FAMILY"]

_RECORD = Record(
    "crm_recurring_deals",
    parse_fields(
        """
        ID integer o id
        DEAL_ID integer ri id of the recurring deal
        BASED_ID integer o Created based on
        ACTIVE char:Y . Active
        NEXT_EXECUTION datetime o Next execution date
        LAST_EXECUTION datetime o Last execution date
        COUNTER_REPEAT integer o Number of executions
        START_DATE date . Start date for calculation
        CATEGORY_ID string:0 . Category of the new deal
        IS_LIMIT string:N . Type of execution limits
        LIMIT_REPEAT integer . Limit on the number of executions
        LIMIT_DATE date . Limit by date
        PARAMS object . Parameters
        """
    ),
)
_CLASSIC = Classic(_RECORD, rules.missing, bad_id="id is not defined or invalid.")
_CHARS = ("CATEGORY_ID", "IS_LIMIT")


def _fields(_: Context, __: Params) -> Any:
    """``fields``."""
    found = {item.name: describe(item) for item in _RECORD.fields.values()}
    for name in _CHARS:
        found[name]["type"] = "char"
    found["PARAMS"].update(
        type="recurring_params",
        definition={
            name: describe(Field(name, "string" if name.endswith(("TYPE", "MODE")) else "integer", name))
            for name in rules.PARAMS
        },
    )
    return found


FAMILY = Family(
    "crm_recurring",
    [
        *_CLASSIC.methods("crm.deal.recurring", "get list"),
        Method("crm.deal.recurring.fields", _fields, "crm"),
        *(
            Method(f"crm.deal.recurring.{verb}", partial(handler, _RECORD), "crm")
            for verb, handler in (
                ("add", rules.add),
                ("update", rules.update),
                ("delete", rules.delete),
                ("expose", rules.expose),
            )
        ),
    ],
    prepare=lambda portal: prepare(portal, _RECORD),
)
