"""Who belongs to a group: owner ``A``, moderators ``E``, members ``K``, invited or asking ``Z``."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int

from .errors import refused
from .rules import group_id

__all__ = ["add", "delete", "get", "groups", "invite", "request", "update"]


def get(context: Context, params: Params) -> Any:
    """``sonet_group.user.get``."""
    number = php_int(params.get("ID", params.get("id", params.get("GROUP_ID"))))
    if number <= 0:
        raise refused("Wrong socialnetwork group ID")
    if context.store.one("SELECT 1 FROM sonet_groups WHERE ID=?", (number,)) is None:
        raise refused("Socialnetwork group not found")
    rows = context.store.rows(
        "SELECT USER_ID, ROLE FROM sonet_members WHERE GROUP_ID=? AND ROLE!='Z' ORDER BY ID", (number,)
    )
    return [{"USER_ID": str(user), "ROLE": role} for user, role in rows]


def groups(context: Context, _: Params) -> Any:
    """``sonet_group.user.groups``: the caller's groups."""
    rows = context.store.rows(
        "SELECT g.ID, g.NAME, m.ROLE, g.IMAGE_ID FROM sonet_members m JOIN sonet_groups g ON g.ID=m.GROUP_ID "
        "WHERE m.USER_ID=? AND m.ROLE!='Z' ORDER BY g.ID",
        (context.caller.user_id,),
    )
    return [
        {
            "GROUP_ID": str(number),
            "GROUP_NAME": name,
            "ROLE": role,
            "GROUP_IMAGE_ID": None if image is None else str(image),
            "GROUP_IMAGE": "",
        }
        for number, name, role, image in rows
    ]


def add(context: Context, params: Params) -> Any:
    """``sonet_group.user.add``: answers who is a member now and was none before, as texts."""
    return _join(context, params, "K")


def invite(context: Context, params: Params) -> Any:
    """``sonet_group.user.invite``."""
    return _join(context, params, "Z")


def request(context: Context, params: Params) -> Any:
    """``sonet_group.user.request``: the caller asks to belong to a group; an open one takes in at once."""
    number, user = group_id(context, params), context.caller.user_id
    if _role(context, number, user) is None:
        opened = context.store.one("SELECT OPENED FROM sonet_groups WHERE ID=?", (number,))[0]
        context.store.insert(
            "sonet_members", {"GROUP_ID": number, "USER_ID": user, "ROLE": "K" if opened == "Y" else "Z"}
        )
        _count(context, number)
    return True


def update(context: Context, params: Params) -> Any:
    """``sonet_group.user.update``: moderator ``E`` or member ``K``; the owner stays what he is."""
    number = group_id(context, params)
    upper = {str(key).upper(): value for key, value in params.items()}
    role = str(upper.get("ROLE", "")).upper()
    if role not in ("E", "K"):
        raise refused("Incorrect role code")
    changed = []
    for user in _users(context, params):
        if _role(context, number, user) in ("E", "K"):
            context.store.run(
                "UPDATE sonet_members SET ROLE=? WHERE GROUP_ID=? AND USER_ID=?", (role, number, user)
            )
            changed.append(str(user))
    return changed


def delete(context: Context, params: Params) -> Any:
    """``sonet_group.user.delete``."""
    number = group_id(context, params)
    gone = []
    for user in _users(context, params):
        if _role(context, number, user) not in (None, "A"):
            context.store.run("DELETE FROM sonet_members WHERE GROUP_ID=? AND USER_ID=?", (number, user))
            gone.append(str(user))
    _count(context, number)
    return gone


def _join(context: Context, params: Params, role: str) -> list[str]:
    number = group_id(context, params)
    joined = []
    for user in _users(context, params):
        known = _role(context, number, user)
        if known is None:
            context.store.insert("sonet_members", {"GROUP_ID": number, "USER_ID": user, "ROLE": role})
        elif known == "Z" and role == "K":
            context.store.run(
                "UPDATE sonet_members SET ROLE='K' WHERE GROUP_ID=? AND USER_ID=?", (number, user)
            )
        else:
            continue
        joined.append(str(user))
    _count(context, number)
    return joined


def _users(context: Context, params: Params) -> list[int]:
    """Return the people of ``USER_ID`` that the portal knows.

    Raises:
        Refusal: It knows none of them.
    """
    wanted = {str(key).upper(): value for key, value in params.items()}.get("USER_ID")
    values = list(wanted.values()) if isinstance(wanted, dict) else wanted
    numbers = [php_int(value) for value in (values if isinstance(values, list) else [values])]
    known = [user for user in numbers if context.store.one("SELECT 1 FROM users WHERE ID=?", (user,))]
    if not known:
        raise refused("Wrong user IDs")
    return known


def _role(context: Context, group: int, user: int) -> str | None:
    sql = "SELECT ROLE FROM sonet_members WHERE GROUP_ID=? AND USER_ID=?"
    row = context.store.one(sql, (group, user))
    return row[0] if row else None


def _count(context: Context, group: int) -> None:
    context.store.run(
        "UPDATE sonet_groups SET NUMBER_OF_MEMBERS="
        "(SELECT count(*) FROM sonet_members WHERE GROUP_ID=? AND ROLE!='Z') WHERE ID=?",
        (group, group),
    )
