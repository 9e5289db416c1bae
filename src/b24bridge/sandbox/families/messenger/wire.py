"""Methods of ``im.*``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Handler, Method
from b24bridge.sandbox.plain import prepare, reserve_first

from . import chats, messages, notices, people, recent
from .records import CHATS, MEMBERS, MESSAGES, NOTICES

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_HANDLERS: dict[str, Handler] = {
    "chat.add": chats.add,
    "chat.get": chats.get,
    "chat.leave": chats.leave,
    "chat.mute": chats.mute,
    "chat.setOwner": chats.set_owner,
    "chat.updateAvatar": chats.set_avatar,
    "chat.updateColor": chats.set_color,
    "chat.updateTitle": chats.set_title,
    "chat.user.add": chats.add_users,
    "chat.user.delete": chats.remove_user,
    "chat.user.list": chats.members,
    "counters.get": recent.counters,
    "department.colleagues.list": people.colleagues,
    "department.employees.get": people.department_people(""),
    "department.get": people.departments,
    "department.managers.get": people.department_people("UF_HEAD"),
    "dialog.get": chats.show,
    "dialog.messages.get": messages.listed,
    "dialog.messages.search": messages.search,
    "dialog.read": messages.read,
    "dialog.read.all": messages.read_all,
    "dialog.unread": messages.unread,
    "dialog.users.list": messages.people,
    "dialog.writing": messages.writing,
    "disk.folder.get": messages.folder,
    "message.add": messages.add,
    "message.command": messages.command,
    "message.delete": messages.delete,
    "message.like": messages.like,
    "message.share": messages.share,
    "message.update": messages.update,
    "notify": notices.put(),
    "notify.answer": notices.answer,
    "notify.confirm": notices.confirm,
    "notify.delete": notices.delete,
    "notify.get": notices.get,
    "notify.history.search": notices.search,
    "notify.personal.add": notices.put("USER"),
    "notify.read": notices.read,
    "notify.read.all": notices.read_all,
    "notify.read.list": notices.read_list,
    "notify.schema.get": notices.schema,
    "notify.system.add": notices.put("SYSTEM"),
    "recent.get": recent.get,
    "recent.hide": recent.put("HIDDEN", ""),
    "recent.list": recent.listed,
    "recent.pin": recent.put("PINNED", "PIN"),
    "recent.unread": recent.put("UNREAD", "ACTION"),
    "revision.get": recent.revision,
    "search.chat.list": recent.search,
    "search.department.list": people.search_departments,
    "search.last.add": recent.remember,
    "search.last.delete": recent.forget,
    "search.last.get": recent.searched,
    "search.user.list": people.search_users,
    "user.get": people.get,
    "user.list.get": people.get_many,
    "user.status.get": people.status,
    "user.status.idle.end": people.end_idle,
    "user.status.idle.start": people.start_idle,
    "user.status.set": people.put_status,
}


def _prepare(portal: Portal) -> None:
    prepare(portal, CHATS, MEMBERS, MESSAGES, NOTICES)
    # Every portal begins with a general chat and a word of welcome.
    reserve_first(portal, CHATS.table)
    reserve_first(portal, MESSAGES.table)


FAMILY = Family(
    "messenger",
    [Method(f"im.{name}", handler, "im") for name, handler in _HANDLERS.items()],
    prepare=_prepare,
)
