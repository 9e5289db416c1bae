"""``humanresources.node.*`` that change the structure of the company: nodes, their people, their chats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.methods import Context, Method, Params

from .entity import record_id
from .errors import Refusal3, bad_request, missing, needs_type, not_found
from .people import EMPLOYEE_ROLE, HEAD_ROLE, NODES, ROLES, TYPES, role_of

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["METHODS", "prepare"]

_ALLOWED = (HEAD_ROLE, "MEMBER_DEPUTY_HEAD", EMPLOYEE_ROLE)
_TEXTS = ("DESCRIPTION", "COLOR_NAME", "XML_ID", "CREATED_AT", "UPDATED_AT")
_COMMUNICATIONS = "hr_communications"
# Kind of a communication, the key of its list, and its title where it was made for the node.
_KINDS = {
    "CHANNEL": ("channels", "Private channel", "Department channel"),
    "CHAT": ("chats", "Private chat", "Department chat"),
    "COLLAB": ("collabs", "Collab", "Department collab"),
}


def prepare(portal: Portal) -> None:
    """Create the tables, and what departments have only here."""
    store = portal.store
    store.ensure("departments", dict.fromkeys(_TEXTS, "TEXT"))
    store.ensure(ROLES, {"NODE_ID": "INTEGER", "USER_ID": "INTEGER", "ROLE": "TEXT"}, ["NODE_ID"])
    store.ensure(_COMMUNICATIONS, {"NODE_ID": "INTEGER", "KIND": "TEXT", "CHAT_ID": "INTEGER"}, ["NODE_ID"])


# -- nodes ----------------------------------------------------------------------------------------------


def _shown(context: Context, number: int, *, with_members: bool = False) -> dict[str, Any]:
    names = [*NODES.dto.properties] if with_members else None
    shown: dict[str, Any] = NODES.get(context, {"id": number, "select": names})["item"]
    return shown


def _node(context: Context, number: int) -> int:
    if context.store.one("SELECT 1 FROM departments WHERE ID=?", (number,)) is None:
        raise not_found(number)
    return number


def _add(context: Context, params: Params) -> Any:
    """``humanresources.node.add``: answers the node with its people."""
    absent = [name for name in ("type", "name", "parentId") if params.get(name) in (None, "")]
    if absent:
        raise missing(*absent)
    if params["type"] not in TYPES:
        raise bad_request(("type", f"Invalid type. Allowed: {', '.join(TYPES)}."))
    if params["type"] != "DEPARTMENT":
        raise Refusal3("LICENSE", "This feature is not supported by the active license.", 403)
    people = _people(context, params.get("userIds") or {})
    now = context.moment.text
    number = context.store.insert(
        "departments",
        {
            **_texts(params),
            "PARENT": _node(context, record_id({"id": params["parentId"]})),
            "SORT": 500,
            "CREATED_AT": now,
            "UPDATED_AT": now,
        },
    )
    for user, role in people.items():
        _join(context, number, user, role, alone=params.get("moveUsersToNode") is True)
    return _shown(context, number, with_members=True)


def _edit(context: Context, params: Params) -> Any:
    """``humanresources.node.edit``."""
    number = _node(context, record_id(params))
    values = _texts(params)
    if not values:
        text = "At least one of the following fields must be provided: name, description, colorName."
        raise bad_request(("name", text))
    context.store.update("departments", number, {**values, "UPDATED_AT": context.moment.text})
    return _shown(context, number)


def _texts(params: Params) -> dict[str, Any]:
    columns = {"name": "NAME", "description": "DESCRIPTION", "colorName": "COLOR_NAME"}
    given = {name: params[name] for name in columns if params.get(name) is not None}
    for name, value in given.items():
        if not isinstance(value, str):
            raise needs_type(name, "string")
    return {columns[name]: value for name, value in given.items()}


def _move(context: Context, params: Params) -> Any:
    """``humanresources.node.move``: below another node, which is none of its own."""
    if params.get("parentId") is None:
        raise missing("parentId")
    number = _node(context, record_id(params))
    parent = _node(context, record_id({"id": params["parentId"]}))
    step: int | None = parent
    while step:
        if step == number:
            raise bad_request(("parentId", "A node cannot be moved below itself."))
        row = context.store.one("SELECT PARENT FROM departments WHERE ID=?", (step,))
        step = row[0] if row else None
    context.store.update("departments", number, {"PARENT": parent, "UPDATED_AT": context.moment.text})
    return _shown(context, number)


# -- people ---------------------------------------------------------------------------------------------


def _people(context: Context, given: Any) -> dict[int, str]:
    """Return the role of each user in a map from roles to users."""
    if not isinstance(given, Mapping) and given != []:
        raise needs_type("userIds", "array")
    wrong = [str(role) for role in given or () if role not in _ALLOWED]
    if wrong:
        text = f"Invalid roles: {', '.join(wrong)}. Allowed: {', '.join(_ALLOWED)}."
        raise bad_request(("userIds", text))
    found: dict[int, str] = {}
    for role, users in given.items() if given else ():
        found.update(dict.fromkeys(_users(context, users), role))
    return found


def _users(context: Context, given: Any) -> list[int]:
    if not isinstance(given, list) or not given:
        text = 'Parameter "userIds" is required and must be a non-empty array.'
        raise bad_request(("userIds", text))
    numbers = [record_id({"id": value}) for value in given]
    for number in numbers:
        if context.store.one("SELECT 1 FROM users WHERE ID=?", (number,)) is None:
            raise not_found(number)
    return numbers


def _node_of(context: Context, params: Params) -> int:
    value = params.get("nodeId")
    if value is None:
        raise bad_request(("nodeId", 'Parameter "nodeId" is required and must be a positive integer.'))
    return _node(context, record_id({"id": value}))


def _role(params: Params, default: str = "") -> str:
    role = params.get("role") or default
    if not role:
        raise bad_request(("role", 'Parameter "role" is required.'))
    if role not in _ALLOWED:
        raise bad_request(("role", f"Invalid role. Allowed: {', '.join(_ALLOWED)}."))
    return str(role)


def _member_add(context: Context, params: Params) -> Any:
    """``humanresources.node.member.add``: besides the nodes where people already are."""
    role, node = _role(params), _node_of(context, params)
    for user in _users(context, params.get("userIds")):
        _join(context, node, user, role)
    return {"success": True}


def _member_move(context: Context, params: Params) -> Any:
    """``humanresources.node.member.move``: out of all other nodes."""
    node = _node_of(context, params)
    role = _role(params, EMPLOYEE_ROLE)
    for user in _users(context, params.get("userIds")):
        _join(context, node, user, role, alone=True)
    return {"success": True}


def _member_set(context: Context, params: Params) -> Any:
    """``humanresources.node.member.set``: who has a named role afterwards is exactly who was named."""
    node = _node_of(context, params)
    given = params.get("userIds")
    if not given:
        raise bad_request(("userIds", 'Parameter "userIds" is required and must be a non-empty array.'))
    people = _people(context, given)
    for user in _staff(context, node):
        if user not in people and role_of(context, node, user) in given:
            _leave(context, node, user)
    for user, role in people.items():
        _join(context, node, user, role)
    return {"success": True}


def _member_remove(context: Context, params: Params) -> Any:
    """``humanresources.node.member.remove``: says who was not there."""
    node = _node_of(context, params)
    users, staff = _users(context, params.get("userIds")), _staff(context, node)
    for user in users:
        if user in staff:
            _leave(context, node, user)
    missed = [user for user in users if user not in staff]
    return {
        "removed": [user for user in users if user in staff],
        "failed": [{"userId": user, "reason": "Not found in this node"} for user in missed],
    }


def _staff(context: Context, node: int) -> list[int]:
    sql = (
        "SELECT ID FROM users WHERE EXISTS (SELECT 1 FROM json_each(UF_DEPARTMENT) WHERE value=?) ORDER BY ID"
    )
    return [row[0] for row in context.store.rows(sql, (node,))]


def _departments(context: Context, user: int) -> list[int]:
    row = context.store.one("SELECT UF_DEPARTMENT FROM users WHERE ID=?", (user,))
    return [int(number) for number in json.loads(row[0] or "[]")]


def _join(context: Context, node: int, user: int, role: str, *, alone: bool = False) -> None:
    own = _departments(context, user)
    for other in own if alone else ():
        if other != node:
            _forget_role(context, other, user)
    own = [node] if alone else own if node in own else [*own, node]
    _forget_role(context, node, user)
    if role == HEAD_ROLE:
        context.store.update("departments", node, {"UF_HEAD": user})
    if role != EMPLOYEE_ROLE:
        context.store.insert(ROLES, {"NODE_ID": node, "USER_ID": user, "ROLE": role})
    context.store.update("users", user, {"UF_DEPARTMENT": json.dumps(own)})


def _leave(context: Context, node: int, user: int) -> None:
    """Take somebody out of a node; who belongs nowhere else is in the head department."""
    _forget_role(context, node, user)
    own = [number for number in _departments(context, user) if number != node]
    head = context.store.one("SELECT min(ID) FROM departments WHERE ifnull(PARENT,0)=0")
    context.store.update("users", user, {"UF_DEPARTMENT": json.dumps(own or [head[0] or node])})


def _forget_role(context: Context, node: int, user: int) -> None:
    context.store.run("DELETE FROM hr_roles WHERE NODE_ID=? AND USER_ID=?", (node, user))
    row = context.store.one("SELECT UF_HEAD FROM departments WHERE ID=?", (node,))
    if row is not None and row[0] == user:
        other = context.store.one(
            "SELECT USER_ID FROM hr_roles WHERE NODE_ID=? AND ROLE=? ORDER BY ID DESC", (node, HEAD_ROLE)
        )
        context.store.update("departments", node, {"UF_HEAD": other[0] if other else None})


# -- chats ----------------------------------------------------------------------------------------------


def _communications(context: Context, params: Params) -> Any:
    """``humanresources.node.communication.list``."""
    node = _node(context, record_id(params))
    sql = "SELECT KIND, CHAT_ID FROM hr_communications WHERE NODE_ID=? ORDER BY ID"
    found: dict[str, Any] = {}
    for kind, (key, subtitle, title) in _KINDS.items():
        chats = [chat for name, chat in context.store.rows(sql, (node,)) if name == kind]
        found[key] = [_communication(kind, chat, subtitle, title) for chat in chats]
        found[f"{key}NoAccess"] = 0
    return found


def _communication(kind: str, chat: int, subtitle: str, title: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "dialogId": f"chat{chat}",
        "hasAccess": True,
        "id": chat,
        "originalNodeId": None,
        "subtitle": subtitle,
        "title": title,
    }
    if kind == "COLLAB":
        return {"avatar": None, **shown, "type": kind}
    return {"avatar": "", "color": "#1eb4aa", **shown, "isExtranet": False, "type": kind}


def _communicate(context: Context, params: Params) -> Any:
    """``humanresources.node.communication.edit``: binds chats to a node, and lets them go."""
    node, kind = _node_of(context, params), params.get("communicationType")
    if not kind:
        text = 'Parameter "communicationType" is required.'
        raise bad_request(("communicationType", text))
    if not isinstance(kind, str) or kind not in _KINDS:
        raise bad_request(("communicationType", f"Invalid type. Allowed: {', '.join(_KINDS)}."))
    chats = _numbers(params, "ids")
    if params.get("createDefault") is True:
        chats.append(1 + context.store.one("SELECT ifnull(max(CHAT_ID),0) FROM hr_communications")[0])
    for chat in (*_numbers(params, "removeIds"), *chats):
        context.store.run("DELETE FROM hr_communications WHERE NODE_ID=? AND CHAT_ID=?", (node, chat))
    for chat in chats:
        context.store.insert(_COMMUNICATIONS, {"NODE_ID": node, "KIND": kind, "CHAT_ID": chat})
    return {"success": True}


def _numbers(params: Params, name: str) -> list[int]:
    value = params.get(name) or []
    if not isinstance(value, list):
        raise needs_type(name, "array")
    return [record_id({"id": item}) for item in value]


def _methods(prefix: str, handlers: Mapping[str, Any]) -> Iterable[Method]:
    return (Method(f"{prefix}.{verb}", handler, "humanresources.node") for verb, handler in handlers.items())


METHODS = [
    *_methods("humanresources.node", {"add": _add, "edit": _edit, "move": _move}),
    *_methods(
        "humanresources.node.member",
        {"add": _member_add, "move": _member_move, "set": _member_set, "remove": _member_remove},
    ),
    *_methods("humanresources.node.communication", {"list": _communications, "edit": _communicate}),
]
