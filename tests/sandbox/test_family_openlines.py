"""Open channels, connectors and polls (documentation sections "Open Channels" and "Vote")."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

CONNECTOR = {
    "ID": "own",
    "NAME": "Свой",
    "ICON": {"DATA_IMAGE": "data:image/svg+xml,"},
    "PLACEMENT_HANDLER": "https://example.com/h",
}
CODE = "ab515f5d85a8b844d484f6ea75a2e494"
QUESTION = {"QUESTION": "Чай?", "ANSWERS": [{"MESSAGE": "Да"}, {"MESSAGE": "Нет"}]}


@pytest.fixture
def lines() -> Any:
    """A portal of its own, in the process."""
    with Portal(webhook_code="code") as portal:
        yield Door(portal)


def _token(door: Door, method: str, params: dict[str, Any]) -> Any:
    return door.token(method, door.portal.tokens()["access"], params)


def test_line_is_listed_with_its_queue(lines: Door) -> None:
    """The portal has a line from the beginning; queues come on demand."""
    lines.call("imopenlines.config.add", {"PARAMS": {"LINE_NAME": "Поддержка", "QUEUE": [1]}})
    query = {"select": ["ID", "LINE_NAME"], "filter": {"ACTIVE": "Y"}, "order": {"ID": "DESC"}, "limit": 1}

    params = {"PARAMS": query, "OPTIONS": {"CONFIG_QUEUE": "Y"}}
    rows = lines.call("imopenlines.config.list.get", params).result
    wrong = lines.call("imopenlines.config.list.get", {"PARAMS": {"select": ["X"]}}).json

    queue = [{"ENTITY_ID": "1", "ENTITY_TYPE": "user"}]
    assert [{"ID": "2", "LINE_NAME": "Поддержка", "CONFIG_QUEUE": queue}] == rows
    assert "An unknown field 'X' is passed in the PARAMS field 'select'" == wrong["error_description"]


def test_message_through_a_connector_opens_a_conversation(lines: Door) -> None:
    """The first message makes a chat that an operator can answer and finish."""
    _token(lines, "imconnector.register", CONNECTOR)
    message = {
        "user": {"id": "u", "name": "Анна"},
        "message": {"id": "m", "text": "Привет"},
        "chat": {"id": "c"},
    }
    params = {"CONNECTOR": "own", "LINE": 1, "MESSAGES": [message]}

    first = _token(lines, "imconnector.send.messages", params).result["DATA"]["RESULT"][0]
    second = _token(lines, "imconnector.send.messages", params).result["DATA"]["RESULT"][0]
    chat = int(first["session"]["CHAT_ID"])
    answered = lines.call("imopenlines.operator.answer", {"CHAT_ID": chat}).result
    opened = lines.call("imopenlines.session.open", {"USER_CODE": "own|1|c|u"}).result

    assert first["session"] == second["session"]
    assert (True, {"chatId": str(chat)}) == (answered, opened)


def test_connector_is_active_on_the_line_where_it_was_switched_on(lines: Door) -> None:
    """Status tells line by line; a webhook has no connectors."""
    _token(lines, "imconnector.register", CONNECTOR)
    _token(lines, "imconnector.activate", {"CONNECTOR": "own", "LINE": 1, "ACTIVE": "1"})

    states = [
        _token(lines, "imconnector.status", {"CONNECTOR": "own", "LINE": line}).result["STATUS"]
        for line in (1, 2)
    ]
    webhook = lines.call("imconnector.list").json["error"]

    assert ([True, False], "WRONG_AUTH_TYPE") == (states, webhook)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"LINE": 1, "MESSAGES": [{}]}, "ERROR_ARGUMENT"),
        ({"CONNECTOR": "own", "LINE": 1, "MESSAGES": [{}]}, "ERROR_ARGUMENT"),
        (
            {"CONNECTOR": "x", "LINE": 1, "MESSAGES": [{"user": {}, "message": {}, "chat": {}}]},
            "IMCONNECTOR_NO_CORRECT_PROVIDER",
        ),
        (
            {"CONNECTOR": "livechat", "LINE": 99, "MESSAGES": [{"user": {}, "message": {}, "chat": {}}]},
            "NOT_ACTIVE_LINE",
        ),
    ],
)
def test_messages_are_checked(lines: Door, params: dict[str, Any], code: str) -> None:
    """What is missing and what does not fit has its own code."""
    assert code == _token(lines, "imconnector.send.messages", params).json["error"]


def test_line_of_the_network_takes_a_message_a_week(lines: Door) -> None:
    """Each person gets one message a week; a code has 32 characters."""
    lines.portal.clock.freeze("2025-03-03T10:00:00+03:00")
    params = {"CODE": CODE, "USER_ID": 1, "MESSAGE": "Привет"}

    first = lines.call("imopenlines.network.message.add", params).result
    second = lines.call("imopenlines.network.message.add", params).json["error"]
    lines.portal.clock.advance(7 * 24 * 3600)
    third = lines.call("imopenlines.network.message.add", params).result
    wrong = lines.call("imopenlines.network.join", {"CODE": "x"}).json["error"]

    assert (True, "USER_MESSAGE_LIMIT", True, "CODE") == (first, second, third, wrong)


def test_vote_counts_and_is_taken_back(lines: Door) -> None:
    """A poll without a second vote keeps the first; a recall makes it as it was."""
    chat = lines.call("im.chat.add", {"TITLE": "Опрос"}).result
    data = {"QUESTIONS": [QUESTION], "OPTIONS": 0}
    sent = lines.call("vote.Integration.Im.send", {"chatId": chat, "IM_MESSAGE_VOTE_DATA": data}).result
    poll = {"attachId": sent["voteId"]}

    ballot = {**poll, "ballot": {str(sent["voteId"]): ["2"]}}
    attach = lines.call("vote.AttachedVote.vote", ballot).result["attach"]
    again = lines.call("vote.AttachedVote.vote", ballot).json["error"]
    voted = lines.call("vote.AttachedVote.getWithVoted", poll).result["voted"]
    recalled = lines.call("vote.AttachedVote.recall", poll).result["attach"]

    answers = attach["QUESTIONS"][str(sent["voteId"])]["ANSWERS"]
    assert [("Да", "0", 0), ("Нет", 1, 100)] == [
        (row["MESSAGE"], row["COUNTER"], row["PERCENT"]) for row in answers.values()
    ]
    assert ("400", ["2"]) == (again, list(voted))
    assert (0, True) == (recalled["COUNTER"], recalled["canVote"])


def test_stopped_poll_takes_no_votes(lines: Door) -> None:
    """A stopped poll refuses with the status 403; its results come as a file."""
    chat = lines.call("im.chat.add", {"TITLE": "Опрос"}).result
    data = {"QUESTIONS": [QUESTION]}
    poll = lines.call("vote.Integration.Im.send", {"chatId": chat, "IM_MESSAGE_VOTE_DATA": data}).result[
        "voteId"
    ]

    stopped = lines.call("vote.AttachedVote.stop", {"attachId": poll}).result
    refused = lines.call("vote.AttachedVote.vote", {"attachId": poll, "ballot": {str(poll): ["1"]}})
    file = lines.call("vote.AttachedVote.download", {"attachId": poll}).body

    assert ([], 403, "403") == (stopped, refused.status, refused.json["error"])
    assert "Чай?\nДа;0\nНет;0" == file.decode()
