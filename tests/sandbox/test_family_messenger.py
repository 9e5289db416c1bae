"""Chats, messages, notifications (documentation section "Chats", methods ``im.*``)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def _chat(door: Door, **params: Any) -> int:
    number: int = door.call("im.chat.add", {"USERS": [2], "TITLE": "Отдел продаж", **params}).result
    return number


def test_chat_is_found_by_its_object(door: Door) -> None:
    """A chat belongs to an object of the portal; another object has none."""
    number = _chat(door, ENTITY_TYPE="CRM", ENTITY_ID="DEAL|5")

    found = door.call("im.chat.get", {"ENTITY_TYPE": "CRM", "ENTITY_ID": "DEAL|5"}).result
    nothing = door.call("im.chat.get", {"ENTITY_TYPE": "CRM", "ENTITY_ID": "DEAL|6"}).json

    assert {"ID": number} == found
    assert nothing["result"] is None


def test_messages_are_paged_by_id(door: Door) -> None:
    """The newest come first; ``LAST_ID`` goes back, ``FIRST_ID`` forth."""
    dialog = {"DIALOG_ID": f"chat{_chat(door)}"}
    ids = [door.call("im.message.add", {**dialog, "MESSAGE": f"Раз {n}"}).result for n in range(4)]

    newest = door.call("im.dialog.messages.get", {**dialog, "LIMIT": 2}).result["messages"]
    before = door.call("im.dialog.messages.get", {**dialog, "LIMIT": 2, "LAST_ID": ids[2]}).result["messages"]
    after = door.call("im.dialog.messages.get", {**dialog, "FIRST_ID": ids[1]}).result["messages"]

    assert [ids[3], ids[2]] == [row["id"] for row in newest]
    assert [ids[1], ids[0]] == [row["id"] for row in before]
    assert [ids[2], ids[3]] == [row["id"] for row in after]


def test_unread_messages_are_counted(door: Door) -> None:
    """A message of somebody else is unread until the dialog is read."""
    dialog = {"DIALOG_ID": f"chat{_chat(door)}"}
    first = door.call("im.message.add", {**dialog, "MESSAGE": "Раз"}).result
    door.call("im.message.add", {**dialog, "MESSAGE": "Два"})
    door.call("im.dialog.unread", {**dialog, "MESSAGE_ID": first})

    before = door.call("im.counters.get").result["TYPE"]["CHAT"]
    read = door.call("im.dialog.read", {**dialog, "MESSAGE_ID": first}).result
    door.call("im.dialog.read.all")
    after = door.call("im.counters.get").result["TYPE"]["CHAT"]

    assert (2, 1, 0) == (before, read["counter"], after)


def test_stranger_is_kept_out(door: Door) -> None:
    """Whoever left a chat can neither see it nor write into it."""
    number = _chat(door)
    left = door.call("im.chat.leave", {"CHAT_ID": number}).result

    shown = door.call("im.dialog.get", {"DIALOG_ID": f"chat{number}"}).json["error"]
    written = door.call("im.message.add", {"DIALOG_ID": f"chat{number}", "MESSAGE": "x"}).json["error"]

    assert (True, "ACCESS_ERROR", "CANCELED") == (left, shown, written)


def test_recent_dialogs_are_pinned_and_hidden(door: Door) -> None:
    """A pinned dialog comes first; a hidden one comes back with the next message."""
    old, new = _chat(door, MESSAGE="a"), _chat(door, MESSAGE="b")
    door.call("im.recent.pin", {"DIALOG_ID": f"chat{old}", "PIN": "Y"})
    pinned = [row["chat_id"] for row in door.call("im.recent.list").result["items"]]
    door.call("im.recent.hide", {"DIALOG_ID": f"chat{new}"})
    hidden = [row["chat_id"] for row in door.call("im.recent.list").result["items"]]
    door.call("im.message.add", {"DIALOG_ID": f"chat{new}", "MESSAGE": "c"})
    back = [row["chat_id"] for row in door.call("im.recent.list").result["items"]]

    assert ([old, new], [old], [old, new]) == (pinned, hidden, back)


def test_notification_with_the_same_tag_replaces_its_predecessor(door: Door) -> None:
    """One tag, one notification; all are read at once."""
    note = {"USER_ID": 1, "MESSAGE": "Счёт", "TAG": "INVOICE"}
    for method in ("im.notify.personal.add", "im.notify.system.add"):
        number = door.call(method, note).result

    found = door.call("im.notify.get").result
    door.call("im.notify.read.all")

    assert [(number, 4, "N")] == [
        (r["id"], r["notify_type"], r["notify_read"]) for r in found["notifications"]
    ]
    assert 0 == door.call("im.notify.get").result["total_unread_count"]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("im.chat.updateTitle", {}, "CHAT_ID_EMPTY"),
        ("im.dialog.get", {}, "DIALOG_ID_EMPTY"),
        ("im.message.add", {"DIALOG_ID": "1"}, "MESSAGE_EMPTY"),
        ("im.message.update", {}, "MESSAGE_ID_ERROR"),
        ("im.notify", {"MESSAGE": "x"}, "USER_ID_EMPTY"),
        ("im.notify.get", {"LAST_ID": 5}, "LAST_ID_AND_LAST_TYPE"),
        ("im.search.user.list", {"FIND": "ab"}, "FIND_SHORT"),
        ("im.user.status.set", {"STATUS": "asleep"}, "STATUS_ERROR"),
    ],
)
def test_refusal_says_what_is_missing(door: Door, method: str, params: dict[str, Any], code: str) -> None:
    """Each missing or bad parameter has its code."""
    answer = door.call(method, params)

    assert (400, code) == (answer.status, answer.json["error"])


def test_search_prints_messages_in_both_spellings(door: Door) -> None:
    """The newer search names people in camelCase; a chat must be named."""
    chat = _chat(door)
    door.call("im.message.add", {"DIALOG_ID": f"chat{chat}", "MESSAGE": "Счёт готов"})

    found = door.call("im.dialog.messages.search", {"CHAT_ID": chat, "SEARCH_MESSAGE": "счёт"}).result
    nowhere = door.call("im.dialog.messages.search", {"SEARCH_MESSAGE": "счёт"}).json["error"]

    (message,) = found["messages"]
    assert (chat, chat, "Счёт готов") == (message["chatId"], message["chat_id"], message["text"])
    assert [1] == [row["id"] for row in found["users"] if "firstName" in row]
    assert "CHAT_ID_EMPTY" == nowhere
