"""``messageservice.sender.*``, ``bizproc.activity.*``, ``bizproc.robot.*``: handlers by code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Method, Params, in_capitals, pick
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal, system

__all__ = ["FAMILY"]

_RECORD = Record(
    "app_handlers",
    parse_fields("""
        ID integer o
        KIND string .
        CLIENT_ID string .
        CODE string .
        FACTS object .
    """),
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of handler and its words of refusal.

    Attributes:
        prefix: Beginning of the methods' names.
        scope: Their permission.
        noun: What its code belongs to, in refusals.
        code: Error code of a bad parameter.
        missing: Error code and text of an unknown one.
        exists: Error code and text when the code is taken.
    """

    prefix: str
    scope: str
    noun: str
    code: str
    missing: tuple[str, str]
    exists: tuple[str, str]

    def methods(self) -> list[Method]:
        handlers = {"add": self.add, "update": self.update, "delete": self.delete, "list": self.listed}
        return [Method(f"{self.prefix}.{verb}", handler, self.scope) for verb, handler in handlers.items()]

    def add(self, context: Context, params: Params) -> Any:
        code, table = self._code(context, params), Table(context, _RECORD)
        given = in_capitals(params)
        if not given.get("NAME"):
            raise Refusal(self.code, f"Empty {self.noun} NAME!")
        _check_handler(given.get("HANDLER"))
        if self._known(context, code) is not None:
            raise Refusal(*self.exists)
        table.add(
            {
                "KIND": self.prefix,
                "CLIENT_ID": context.caller.client_id,
                "CODE": code,
                "FACTS": json.dumps(given, ensure_ascii=False),
            }
        )
        return True

    def update(self, context: Context, params: Params) -> Any:
        known = self._found(context, params)
        if self.scope == "messageservice":
            given = {key: value for key, value in in_capitals(params).items() if key != "CODE"}
            if not given:
                raise Refusal(
                    "ERROR_SENDER_OTHER_PARAMS_REQUIRED", "At least one other parameter is required!"
                )
        else:
            given = in_capitals(pick(params, "FIELDS"))
            if not given:
                raise Refusal(self.code, "No fields to update")
        if "HANDLER" in given:
            _check_handler(given["HANDLER"])
        facts = json.dumps({**known["FACTS"], **given}, ensure_ascii=False)
        Table(context, _RECORD).change(int(known["ID"]), {"FACTS": facts})
        return True

    def delete(self, context: Context, params: Params) -> Any:
        return Table(context, _RECORD).remove(int(self._found(context, params)["ID"]))

    def listed(self, context: Context, _: Params) -> Any:
        _application(context)
        mine = Where("KIND=? AND CLIENT_ID=?", (self.prefix, context.caller.client_id))
        return [row["CODE"] for row in Table(context, _RECORD).many(mine)]

    def _code(self, context: Context, params: Params) -> str:
        _application(context)
        code = pick(params, "CODE")
        if not code:
            raise Refusal(self.code, f"Empty {self.noun} code!")
        if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z0-9._-]+", code):
            raise Refusal(self.code, f"Wrong {self.noun} code!")
        return code

    def _known(self, context: Context, code: str) -> Any:
        mine = Where("KIND=? AND CLIENT_ID=? AND CODE=?", (self.prefix, context.caller.client_id, code))
        return Table(context, _RECORD).one(mine)

    def _found(self, context: Context, params: Params) -> Any:
        known = self._known(context, self._code(context, params))
        if known is None:
            raise Refusal(*self.missing)
        return known


def _application(context: Context) -> None:
    if context.caller.kind != "token":
        raise system("application")
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied!", 403)


def _check_handler(address: Any) -> None:
    if urlsplit(str(address or "")).scheme not in ("http", "https"):
        raise Refusal("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported handler protocol")


_ACTION = (
    "ERROR_ACTIVITY_VALIDATION_FAILURE",
    ("ERROR_ACTIVITY_NOT_FOUND", "Activity or Automation rule not found!"),
)
_TAKEN = ("ERROR_ACTIVITY_ALREADY_INSTALLED", "Activity or Automation rule already installed!")
_KINDS = (
    _Kind("bizproc.activity", "bizproc", "activity", *_ACTION, _TAKEN),
    _Kind("bizproc.robot", "bizproc", "activity", *_ACTION, _TAKEN),
    _Kind(
        "messageservice.sender",
        "messageservice",
        "sender",
        "ERROR_SENDER_VALIDATION_FAILURE",
        ("ERROR_SENDER_NOT_FOUND", "Sender not found!"),
        ("ERROR_SENDER_ALREADY_INSTALLED", "Sender already installed!"),
    ),
)

FAMILY = Family(
    "app_handlers",
    [method for kind in _KINDS for method in kind.methods()],
    prepare=lambda portal: prepare(portal, _RECORD),
)
