"""``humanresources.node.*`` and ``humanresources.employee.*``: the structure of the company, read only.

Nodes are the departments that ``department.*`` changes.
"""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.filters import ALL, Where
from b24bridge.sandbox.methods import Context, Method, Params

from .dto import Dto, Row, properties
from .entity import Entity, fields_of, record_id
from .errors import bad_request, needs_type
from .query import order, pagination, selection

__all__ = ["EMPLOYEE", "METHODS", "NODE"]

_HEAD, _EMPLOYEE = "MEMBER_HEAD", "MEMBER_EMPLOYEE"
_TYPES = ("DEPARTMENT", "TEAM")
# The structure has no dates of its own on a portal of plain departments.
_SINCE = "2025-01-01T00:00:00+00:00"

_MEMBER = """
    userId int .
    name string .
    workPosition string .
    avatar string .
    url string .
"""
EMPLOYEE = Dto("EmployeeDto", "users", properties(_MEMBER))
_NODE_MEMBER = Dto("NodeMemberDto", "users", properties(f"{_MEMBER}\n role string ."))


def _person(row: Row) -> dict[str, Any]:
    name = " ".join(filter(None, (row["NAME"], row["LAST_NAME"])))
    return {
        "userId": row["ID"],
        "name": name,
        "workPosition": row["WORK_POSITION"] or "",
        "avatar": None,
        "url": f"/company/personal/user/{row['ID']}/",
    }


def _staff(context: Context, node: int) -> list[Row]:
    sql = (
        "SELECT * FROM users WHERE ACTIVE='Y' AND EXISTS"
        " (SELECT 1 FROM json_each(users.UF_DEPARTMENT) WHERE value=?) ORDER BY ID"
    )
    return list(context.store.maps(sql, (node,)))


def _members(context: Context, row: Row) -> list[Any]:
    people = []
    for person in _staff(context, row["ID"]):
        role = _HEAD if person["ID"] == row["UF_HEAD"] else _EMPLOYEE
        people.append({**_person(person), "role": role})
    return people


NODE = Dto(
    "NodeDto",
    "departments",
    properties(
        """
        id int fs ID
        name string s NAME
        type string f = DEPARTMENT
        structureId int f = 1
        parentId int f PARENT
        description string . = null
        accessCode string .
        userCount int .
        colorName string . = null
        xmlId string . = null
        createdAt string s
        updatedAt string .
        members array h
        """
    ),
    rules={
        "accessCode": lambda _, row: f"DR{row['ID']}",
        "userCount": lambda context, row: len(_staff(context, row["ID"])),
        "createdAt": lambda _, __: _SINCE,
        "updatedAt": lambda _, __: _SINCE,
        "members": _members,
        "parentId": lambda _, row: row["PARENT"] or None,
    },
)
_NODES = Entity("humanresources.node", NODE)


def _listed(condition: Where, context: Context, params: Params) -> Any:
    kind = params.get("type")
    if kind is not None and kind not in _TYPES:
        raise bad_request(("type", f"Invalid type. Allowed: {', '.join(_TYPES)}."))
    chosen = selection(NODE, params.get("select"))
    sort = order(NODE, params.get("order"))
    window = pagination(params.get("pagination"))
    # Departments are the only nodes here; teams are none of them.
    return {"items": [] if kind == "TEAM" else _NODES.rows(context, chosen, condition, sort, window)}


def _list(context: Context, params: Params) -> Any:
    """``humanresources.node.list``."""
    return _listed(ALL, context, params)


def _children(context: Context, params: Params) -> Any:
    """``humanresources.node.children``."""
    return _listed(Where("PARENT=?", (record_id(params),)), context, params)


def _search(context: Context, params: Params) -> Any:
    """``humanresources.node.search``: by a part of the name, below a node."""
    parts = ["fold(NAME) LIKE fold(?) ESCAPE '\\'"]
    found: list[Any] = [f"%{_like(params.get('name'))}%"]
    if params.get("parentId") is not None:
        parts.append("PARENT=?")
        found.append(record_id({"id": params["parentId"]}))
    return _listed(Where(" AND ".join(parts), tuple(found)), context, params)


def _like(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise needs_type("name", "string")
    return (value or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _count(context: Context, _: Params) -> Any:
    """``humanresources.node.count``."""
    return {"departments": context.store.count("departments", ""), "teams": 0}


def _employee_count(context: Context, _: Params) -> Any:
    """``humanresources.employee.count``."""
    return {"total": context.store.count("users", " WHERE ACTIVE='Y' AND UF_DEPARTMENT NOT IN ('','[]')")}


def _departments(context: Context) -> dict[int, Row]:
    rows = context.store.maps("SELECT * FROM departments ORDER BY ID", ())
    return {row["ID"]: row for row in rows}


def _multidepartment(context: Context, _: Params) -> Any:
    """``humanresources.employee.multidepartment``: who works in more than one."""
    known = _departments(context)
    found = []
    for row in context.store.maps("SELECT * FROM users WHERE ACTIVE='Y' ORDER BY ID", ()):
        own = [int(number) for number in json.loads(row["UF_DEPARTMENT"] or "[]")]
        if len(own) > 1:
            person = {name: _person(row)[name] for name in ("userId", "name", "workPosition")}
            places = [{"id": number, "name": known[number]["NAME"]} for number in own if number in known]
            found.append({**person, "departments": places})
    return {"employees": found, "total": len(found)}


def _subordinates(context: Context, params: Params) -> Any:
    """``humanresources.employee.subordinates``: the departments that somebody heads."""
    user = record_id(params)
    places = [
        {
            "nodeId": row["ID"],
            "name": row["NAME"],
            "role": "HEAD",
            "subordinatesCount": sum(person["ID"] != user for person in _staff(context, row["ID"])),
        }
        for row in _departments(context).values()
        if row["UF_HEAD"] == user
    ]
    return {"userId": user, "departments": places}


METHODS = [
    *_NODES.methods("get"),
    *fields_of("humanresources.node.member", _NODE_MEMBER),
    *fields_of("humanresources.employee", EMPLOYEE),
    Method("humanresources.node.list", _list, "humanresources.node"),
    Method("humanresources.node.children", _children, "humanresources.node"),
    Method("humanresources.node.search", _search, "humanresources.node"),
    Method("humanresources.node.count", _count, "humanresources.node"),
    Method("humanresources.employee.count", _employee_count, "humanresources.employee"),
    Method("humanresources.employee.multidepartment", _multidepartment, "humanresources.employee"),
    Method("humanresources.employee.subordinates", _subordinates, "humanresources.employee"),
]
