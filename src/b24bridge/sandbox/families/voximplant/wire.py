"""``voximplant.*``: lines, people, statistics (section "Built-in Telephony")."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import prepare
from b24bridge.sandbox.refusals import Refusal, system

from . import lines, statistics

__all__ = ["FAMILY"]

_VOICES = {
    "auenglishfemale": "Australian English (Female) (Amazon)",
    "gbenglishfemale": "British English (Female) (Default)",
    "internalfemale": "Russian (Female) (Default)",
    "ruinternalmale": "Russian (Male) (Default)",
    "usenglishfemale": "US English (Female) (Default)",
    "usenglishmale": "US English (Male) (Default)",
}


def _users(context: Context, params: Params) -> Any:
    """``voximplant.user.get``: passwords are shown only after an administrator allowed it."""
    given = pick(params, "USER_ID")
    numbers = given if isinstance(given, list) else [given]
    wanted = [php_int(number) for number in numbers if php_int(number) > 0]
    if not wanted:
        raise Refusal("", "Parameter USER_ID is not set")
    if context.caller.kind == "token":
        raise Refusal("METHOD_CONFIRM_WAITING", "Waiting for confirmation", 401)
    marks = ",".join("?" * len(wanted))
    sql = f"SELECT ID, UF_PHONE_INNER FROM users WHERE ID IN ({marks}) ORDER BY ID"  # noqa: S608  # only marks
    return [
        {
            "ID": str(number),
            "DEFAULT_LINE": None,
            "PHONE_ENABLED": context.store.setting(f"phone_{number}", "N"),
            "SIP_SERVER": lines.HOST,
            "SIP_LOGIN": f"phone{number}",
            "SIP_PASSWORD": None,
            "INNER_NUMBER": inner or None,
        }
        for number, inner in context.store.rows(sql, wanted)
    ]


def _phone(value: str) -> Any:
    def handler(context: Context, params: Params) -> Any:
        number = php_int(pick(params, "USER_ID"))
        if number <= 0:
            raise Refusal("", "Parameter USER_ID is not set")
        if not context.caller.is_admin:
            raise Refusal("", "You are not allowed to modify user's settings")
        context.store.keep(f"phone_{number}", value)
        return 1

    return handler


def _urls(context: Context, _: Params) -> Any:
    """``voximplant.url.get``: pages of the portal."""
    base = context.portal.base_url
    return {
        "detail_statistics": f"{base}/telephony/detail.php",
        "buy_connector": f"{base}/settings/license_phone_sip.php",
        "edit_config": f"{base}/telephony/edit.php?ID=#CONFIG_ID#",
        "lines": f"{base}/telephony/lines.php",
    }


def _infocall(context: Context, params: Params) -> Any:
    """``voximplant.infocall.*``: a call that only says or plays something."""
    if not context.caller.is_admin:
        raise system("administrator")
    line = str(pick(params, "FROM_LINE") or "")
    if line not in lines.names(context):
        raise Refusal("ERROR_CORE", f"Could not find config for number {line}")
    if not any(letter.isdigit() for letter in str(pick(params, "TO_NUMBER") or "")):
        raise Refusal("ERROR_CORE", "Phone number is not correct")
    return {"RESULT": True, "CALL_ID": f"infocall.{line}.{int(context.moment.now)}"}


_HANDLERS = {
    "infocall.startwithsound": _infocall,
    "infocall.startwithtext": _infocall,
    "line.get": lines.get,
    "line.outgoing.get": lines.outgoing,
    "line.outgoing.set": lines.choose,
    "line.outgoing.sip.set": lines.choose_sip,
    "sip.add": lines.add,
    "sip.connector.status": lines.connector,
    "sip.delete": lines.delete,
    "sip.get": lines.listed,
    "sip.status": lines.status,
    "sip.update": lines.update,
    "statistic.get": statistics.get,
    "tts.voices.get": lambda _, __: _VOICES,
    "url.get": _urls,
    "user.activatePhone": _phone("Y"),
    "user.deactivatePhone": _phone("N"),
    "user.get": _users,
}

FAMILY = Family(
    "voximplant",
    [Method(f"voximplant.{name}", handler, "telephony") for name, handler in _HANDLERS.items()],
    prepare=lambda portal: prepare(portal, lines.LINES),
)
