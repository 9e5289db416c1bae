"""``humanresources.node.*`` and ``humanresources.employee.*``: what there is to read of the structure.

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

__all__ = ["EMPLOYEE", "EMPLOYEE_ROLE", "HEAD_ROLE", "METHODS", "NODE", "NODES", "ROLES", "TYPES", "role_of"]

HEAD_ROLE, EMPLOYEE_ROLE = "MEMBER_HEAD", "MEMBER_EMPLOYEE"
ROLES = "hr_roles"
TYPES = ("DEPARTMENT", "TEAM")
# Departments that were not added here have no dates of their own.
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
        people.append({**_person(person), "role": role_of(context, row["ID"], person["ID"])})
    return people


def role_of(context: Context, node: int, user: int) -> str:
    """Return what somebody is in a node; whom ``department.*`` names as its head is that here, too."""
    row = context.store.one("SELECT UF_HEAD FROM departments WHERE ID=?", (node,))
    if row is not None and row[0] == user:
        return HEAD_ROLE
    known = context.store.one("SELECT ROLE FROM hr_roles WHERE NODE_ID=? AND USER_ID=?", (node, user))
    return str(known[0]) if known else EMPLOYEE_ROLE


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
        description string . DESCRIPTION
        accessCode string .
        userCount int .
        colorName string . COLOR_NAME
        xmlId string . XML_ID
        createdAt string s CREATED_AT
        updatedAt string . UPDATED_AT
        members array h
        """
    ),
    rules={
        "accessCode": lambda _, row: f"DR{row['ID']}",
        "userCount": lambda context, row: len(_staff(context, row["ID"])),
        "createdAt": lambda _, row: row["CREATED_AT"] or _SINCE,
        "updatedAt": lambda _, row: row["UPDATED_AT"] or _SINCE,
        "members": _members,
        "parentId": lambda _, row: row["PARENT"] or None,
    },
)
NODES = Entity("humanresources.node", NODE)


def _listed(condition: Where, context: Context, params: Params) -> Any:
    kind = params.get("type")
    if kind is not None and kind not in TYPES:
        raise bad_request(("type", f"Invalid type. Allowed: {', '.join(TYPES)}."))
    chosen = selection(NODE, params.get("select"))
    sort = order(NODE, params.get("order"))
    window = pagination(params.get("pagination"))
    # Departments are the only nodes here; teams are none of them.
    return {"items": [] if kind == "TEAM" else NODES.rows(context, chosen, condition, sort, window)}


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


def _employees(context: Context, params: Params) -> Any:
    """``humanresources.employee.search``: by a part of the name, in one node or everywhere."""
    name = params.get("name")
    if not name:
        raise bad_request(("name", 'Parameter "name" is required.'))
    node = None if params.get("nodeId") is None else record_id({"id": params["nodeId"]})
    wanted, known = f"%{_like(name)}%", _departments(context)
    sql = (
        "SELECT * FROM users WHERE ACTIVE='Y' AND fold(ifnull(NAME,'')||' '||ifnull(LAST_NAME,'')) "
        "LIKE fold(?) ESCAPE '\\' ORDER BY ID"
    )
    found = []
    for row in context.store.maps(sql, (wanted,)):
        own = [int(number) for number in json.loads(row["UF_DEPARTMENT"] or "[]")]
        if node is None or node in own:
            places = [{"id": number, "name": known[number]["NAME"]} for number in own if number in known]
            found.append({**_person(row), "departments": places, "teams": []})
    return {"items": found}


METHODS = [
    *NODES.methods("get"),
    *fields_of("humanresources.node.member", _NODE_MEMBER),
    *fields_of("humanresources.employee", EMPLOYEE),
    Method("humanresources.node.list", _list, "humanresources.node"),
    Method("humanresources.node.children", _children, "humanresources.node"),
    Method("humanresources.node.search", _search, "humanresources.node"),
    Method("humanresources.node.count", _count, "humanresources.node"),
    Method("humanresources.employee.search", _employees, "humanresources.employee"),
    Method("humanresources.employee.count", _employee_count, "humanresources.employee"),
    Method("humanresources.employee.multidepartment", _multidepartment, "humanresources.employee"),
    Method("humanresources.employee.subordinates", _subordinates, "humanresources.employee"),
]
