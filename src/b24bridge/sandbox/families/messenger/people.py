"""Users and departments as the messenger shows them (pages ``im.user.*``, ``im.department.*``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from .records import COLORS

__all__ = [
    "colleagues",
    "department_people",
    "departments",
    "end_idle",
    "get",
    "get_many",
    "is_yes",
    "numbers",
    "put_status",
    "search_departments",
    "search_users",
    "start_idle",
    "status",
    "users",
]

_STATUSES = ("online", "dnd", "away", "break")
_PAGE = 50


def is_yes(value: Any) -> bool:
    """Whether a flag of these methods is set."""
    return value is True or str(value).upper() in ("Y", "1", "TRUE")


def numbers(given: Any) -> list[int]:
    """Return ids from a list, a map or a JSON text."""
    if isinstance(given, str) and given.startswith("["):
        try:
            given = json.loads(given)
        except ValueError:
            return []
    values = given.values() if isinstance(given, dict) else given if isinstance(given, list) else [given]
    return [php_int(value) for value in values if php_int(value) > 0]


def users(context: Context, wanted: Iterable[int]) -> list[dict[str, Any]]:
    """Return people as the messenger shows them, in order of their ids."""
    ids = sorted(set(wanted))
    marks = ",".join("?" * len(ids))
    sql = f"SELECT * FROM users WHERE ID IN ({marks}) ORDER BY ID"  # noqa: S608  # only marks
    return [_shown(context, row) for row in context.store.maps(sql, ids)]


def _shown(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    colors = list(COLORS.values())
    inner = {
        "work_phone": "WORK_PHONE",
        "personal_mobile": "PERSONAL_MOBILE",
        "inner_phone": "UF_PHONE_INNER",
    }
    phones = {name: row[column] for name, column in inner.items() if row[column]}
    birthday = row["PERSONAL_BIRTHDAY"] or ""
    return {
        "id": row["ID"],
        "active": row["ACTIVE"] == "Y",
        "name": f"{row['NAME'] or ''} {row['LAST_NAME'] or ''}".strip(),
        "first_name": row["NAME"] or "",
        "last_name": row["LAST_NAME"] or "",
        "work_position": row["WORK_POSITION"] or "",
        "color": colors[row["ID"] % len(colors)],
        "avatar": "",
        "avatar_hr": "",
        "gender": row["PERSONAL_GENDER"] or "M",
        "birthday": f"{birthday[8:10]}-{birthday[5:7]}" if birthday else "",
        "extranet": row["USER_TYPE"] == "extranet",
        "network": False,
        "bot": False,
        "connector": False,
        "external_auth_id": "default",
        "status": context.store.setting(f"im_status_{row['ID']}", "online"),
        "idle": context.store.setting(f"im_idle_{row['ID']}", False),
        "last_activity_date": row["LAST_ACTIVITY_DATE"] or row["LAST_LOGIN"] or False,
        "mobile_last_date": False,
        "desktop_last_date": False,
        "absent": False,
        "departments": json.loads(row["UF_DEPARTMENT"] or "[]"),
        "phones": phones or False,
        "bot_data": None,
        "type": "user",
        "website": row["PERSONAL_WWW"] or "",
        "email": row["EMAIL"] or "",
    }


def get(context: Context, params: Params) -> Any:
    """``im.user.get``: without an id the caller."""
    given = pick(params, "ID")
    number = context.caller.user_id if given is None else php_int(given)
    if number <= 0:
        raise Refusal("ID_EMPTY", "User ID can't be empty")
    found = users(context, [number])
    if not found:
        raise Refusal("USER_NOT_EXISTS", "User does not exist")
    return found[0]


def get_many(context: Context, params: Params) -> Any:
    """``im.user.list.get``: a map by id, unknown ones are null; with ``RESULT_TYPE=array`` a list."""
    given = pick(params, "ID")
    wanted = numbers(given)
    if not wanted:
        raise Refusal("INVALID_FORMAT", "A wrong format for the ID field is passed")
    found = {row["id"]: row for row in users(context, wanted)}
    if str(pick(params, "RESULT_TYPE", "")).lower() == "array":
        return list(found.values())
    return {str(number): found.get(number) for number in wanted}


def status(context: Context, _: Params) -> Any:
    """``im.user.status.get``."""
    return context.store.setting(f"im_status_{context.caller.user_id}", "online")


def put_status(context: Context, params: Params) -> Any:
    """``im.user.status.set``."""
    wanted = str(pick(params, "STATUS", ""))
    if wanted not in _STATUSES:
        raise Refusal("STATUS_ERROR", "Status is not available")
    context.store.keep(f"im_status_{context.caller.user_id}", wanted)
    return True


def start_idle(context: Context, _: Params) -> Any:
    """``im.user.status.idle.start``."""
    context.store.keep(f"im_idle_{context.caller.user_id}", context.moment.text)
    return True


def end_idle(context: Context, _: Params) -> Any:
    """``im.user.status.idle.end``."""
    context.store.keep(f"im_idle_{context.caller.user_id}", False)
    return True


def departments(context: Context, params: Params) -> Any:
    """``im.department.get``."""
    wanted = numbers(pick(params, "ID"))
    if not wanted:
        raise Refusal("INVALID_FORMAT", "A wrong format for the ID field is passed")
    return [row for row in _departments(context, params) if row["id"] in wanted]


def _departments(context: Context, params: Params) -> list[dict[str, Any]]:
    rows = context.store.rows("SELECT ID, NAME, PARENT, UF_HEAD FROM departments ORDER BY ID")
    names = {number: (name, parent) for number, name, parent, _ in rows}
    found = []
    for number, name, parent, head in rows:
        path, above = [name], parent
        while above in names and len(path) <= len(names):
            path.append(names[above][0])
            above = names[above][1]
        row: dict[str, Any] = {
            "id": number,
            "name": name,
            "full_name": " / ".join(path),
            "manager_user_id": head or 0,
        }
        if is_yes(pick(params, "USER_DATA")):
            row["manager_user_data"] = next(iter(users(context, [head or 0])), None)
        found.append(row)
    return found


def department_people(column: str) -> Any:
    """Return the handler of ``im.department.employees.get`` or ``managers.get``."""

    def handler(context: Context, params: Params) -> Any:
        wanted = numbers(pick(params, "ID"))
        if not wanted:
            raise Refusal("ID_EMPTY", "Department ID can't be empty")
        result: dict[str, list[Any]] = {}
        for number in wanted:
            if context.store.one("SELECT 1 FROM departments WHERE ID=?", (number,)) is None:
                continue
            found = _heads(context, number) if column == "UF_HEAD" else _staff(context, [number])
            result[str(number)] = _people(context, params, found)
        return result

    return handler


def _heads(context: Context, number: int) -> list[int]:
    rows = context.store.rows("SELECT UF_HEAD FROM departments WHERE ID=? AND UF_HEAD>0", (number,))
    return [row[0] for row in rows]


def _staff(context: Context, wanted: list[int]) -> list[int]:
    marks = ",".join("?" * len(wanted))
    inside = f"EXISTS (SELECT 1 FROM json_each(UF_DEPARTMENT) WHERE value IN ({marks}))"  # noqa: S608  # only marks
    sql = f"SELECT ID FROM users WHERE ACTIVE='Y' AND UF_DEPARTMENT<>'' AND {inside} ORDER BY ID"  # noqa: S608
    return [row[0] for row in context.store.rows(sql, wanted)]


def _people(context: Context, params: Params, found: list[int]) -> list[Any]:
    return list(users(context, found)) if is_yes(pick(params, "USER_DATA")) else list(found)


def colleagues(context: Context, params: Params) -> Any:
    """``im.department.colleagues.list``: people of the caller's departments."""
    row = context.store.one("SELECT UF_DEPARTMENT FROM users WHERE ID=?", (context.caller.user_id,))
    mine = json.loads(row[0] or "[]") if row else []
    found = [number for number in _staff(context, mine) if number != context.caller.user_id] if mine else []
    return _page(params, _people(context, params, found))


def _page(params: Params, found: list[Any]) -> Answer:
    start, limit = php_int(pick(params, "OFFSET")), php_int(pick(params, "LIMIT")) or 10
    end = start + min(limit, _PAGE)
    return Answer(found[start:end], len(found), end if end < len(found) else None)


def _sought(params: Params) -> str:
    text = str(pick(params, "FIND") or "").strip()
    if len(text) < 3:
        raise Refusal("FIND_SHORT", "Too short a search phrase.")
    return text.casefold()


def search_departments(context: Context, params: Params) -> Any:
    """``im.search.department.list``."""
    text = _sought(params)
    return _page(params, [row for row in _departments(context, params) if text in row["name"].casefold()])


def search_users(context: Context, params: Params) -> Any:
    """``im.search.user.list``: words of a name or position."""
    text = _sought(params)
    ids = [row[0] for row in context.store.rows("SELECT ID FROM users WHERE ACTIVE='Y'")]
    found = [row for row in users(context, ids) if text in f"{row['name']} {row['work_position']}".casefold()]
    return _page(params, found)
