"""How a poll is sent, voted in, taken back, stopped and shown."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.families.messenger.chats import find, tell
from b24bridge.sandbox.files import StoredFile
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.spoiling import Sent
from b24bridge.sandbox.transfers import sent

from .records import ANSWERS, BALLOTS, VOTES

__all__ = [
    "answer_voted",
    "download",
    "get",
    "get_many",
    "recall",
    "resume",
    "send",
    "shown",
    "stop",
    "vote",
    "with_voted",
]

Values = dict[str, Any]

_ENTITY = "Bitrix\\Vote\\Attachment\\ImMessageConnector"
_MOST_IDS, _LEAST_ANSWERS, _MOST_ANSWERS = 50, 2, 10


def _refused(status: int, text: str) -> Refusal:
    return Refusal(str(status), text, status)


def send(context: Context, params: Params) -> Any:
    """``vote.Integration.Im.send``: one question with two to ten answers."""
    chat = bound_int(params, "chatId")
    data = bound_array(params, "IM_MESSAGE_VOTE_DATA", required=True)
    found = find(context, {"CHAT_ID": chat})
    questions = _list(data.get("QUESTIONS") if isinstance(data, Mapping) else None)
    if not questions or not isinstance(questions[0], Mapping) or not questions[0].get("QUESTION"):
        raise _refused(400, "Please enter a question and answer options")
    if len(questions) > 1:
        raise _refused(400, "Maximum number of questions: 1")
    answers = [
        str(item.get("MESSAGE") or "")
        for item in _list(questions[0].get("ANSWERS"))
        if isinstance(item, Mapping)
    ]
    if len(answers) < _LEAST_ANSWERS or not all(answers):
        raise _refused(400, f"Minimum number of answers: {_LEAST_ANSWERS}")
    if len(answers) > _MOST_ANSWERS:
        raise _refused(400, f"Maximum number of answers: {_MOST_ANSWERS}")
    question = str(questions[0]["QUESTION"])
    message = tell(context, found["ID"], context.caller.user_id, question)
    values = {
        "ENTITY_ID": message,
        "AUTHOR_ID": context.caller.user_id,
        "QUESTION": question,
        "FIELD_TYPE": php_int(questions[0].get("FIELD_TYPE")),
        "ANONYMITY": php_int(data.get("ANONYMITY")),
        "OPTIONS": php_int(data.get("OPTIONS")),
        "ACTIVE": "Y",
        "TIMESTAMP_X": context.moment.text,
    }
    number = context.store.insert(VOTES.table, values)
    for sort, text in enumerate(answers, 1):
        context.store.insert(ANSWERS.table, {"VOTE_ID": number, "C_SORT": 10 * sort, "MESSAGE": text})
    return {"messageId": message, "voteId": number}


def _list(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []


def _signature(context: Context, number: int) -> str:
    key, text = context.portal.webhook_code.encode(), f"vote|{number}".encode()
    return f"{number}.{hmac.new(key, text, hashlib.sha256).hexdigest()}"


def _found(context: Context, params: Params) -> Values:
    """Return the poll that a call names by its id, by a signed id, or by what it is attached to."""
    rows: list[Values] = []
    signed = params.get("signedAttachId")
    if "attachId" in params:
        rows = _rows(context, "ID", bound_int(params, "attachId"))
    elif signed is not None:
        number = php_int(str(signed).partition(".")[0])
        rows = _rows(context, "ID", number) if signed == _signature(context, number) else []
    elif params.get("moduleId") == "im" and params.get("entityType") == _ENTITY:
        rows = _rows(context, "ENTITY_ID", php_int(params.get("entityId")))
    if not rows:
        raise Refusal("ATTACH_NOT_FOUND", "Attach not found")
    return rows[0]


def _rows(context: Context, column: str, number: int) -> list[Values]:
    return context.store.maps(f"SELECT * FROM {VOTES.table} WHERE {column}=?", (number,))


def _ballots(context: Context, vote_id: int) -> list[Values]:
    return context.store.maps(f"SELECT * FROM {BALLOTS.table} WHERE VOTE_ID=? ORDER BY ID", (vote_id,))


def shown(context: Context, row: Values, changed: frozenset[int] = frozenset()) -> Values:
    """Return a poll as it is printed: questions and answers by their ids, numbers as text.

    Args:
        changed: Answers whose counters the call has just computed, so that they are numbers.
    """
    number, user = row["ID"], context.caller.user_id
    ballots = _ballots(context, number)
    voters = {ballot["USER_ID"] for ballot in ballots}
    mine = [ballot for ballot in ballots if ballot["USER_ID"] == user]
    field = f"bx_vote_event[{number}][BALLOT][{number}]"
    common = {"ACTIVE": "Y", "TIMESTAMP_X": row["TIMESTAMP_X"], "IMAGE_ID": None}
    answers = context.store.maps(f"SELECT * FROM {ANSWERS.table} WHERE VOTE_ID=? ORDER BY C_SORT", (number,))
    question: dict[str, Any] = {
        "ID": str(number),
        **common,
        "VOTE_ID": str(number),
        "C_SORT": "10",
        "COUNTER": len(voters) if changed else str(len(voters)),
        "QUESTION": row["QUESTION"],
        "QUESTION_TYPE": "text",
        "DIAGRAM": "Y",
        "DIAGRAM_TYPE": "histogram",
        "REQUIRED": "N",
        "FIELD_TYPE": str(row["FIELD_TYPE"]),
        "FIELD_NAME": field,
        "IMAGE": None,
        "ANSWERS": {
            str(answer["ID"]): _answer(answer, ballots, len(voters), common, field) for answer in answers
        },
    }
    is_active, is_voted = row["ACTIVE"] == "Y", bool(mine)
    signed = _signature(context, number)
    action = "/bitrix/services/main/ajax.php?action=vote.AttachedVote.download"
    for answer_id in changed & {answer["ID"] for answer in answers}:
        printed = question["ANSWERS"][str(answer_id)]
        printed["COUNTER"] = int(printed["COUNTER"])
    return {
        "ID": number,
        "VOTE_ID": number,
        "COUNTER": len(voters),
        "QUESTIONS": {str(number): question},
        "ANONYMITY": row["ANONYMITY"],
        "OPTIONS": row["OPTIONS"],
        "userAnswerMap": {str(number): {str(ballot["ANSWER_ID"]): _mine(ballot) for ballot in mine}}
        if mine
        else [],
        "canEdit": row["AUTHOR_ID"] == user,
        "canVote": is_active and not is_voted,
        "canRevote": is_active and is_voted and row["OPTIONS"] == 1,
        "isVoted": is_voted,
        "signedAttachId": signed,
        "resultUrl": f"/vote-result/{signed.partition('.')[2][:16]}",
        "downloadUrl": f"{action}&SITE_ID=s1&signedAttachId={signed}",
        "entityId": row["ENTITY_ID"],
        "isFinished": not is_active,
    }


def _mine(ballot: Values) -> Values:
    event = str(ballot["ID"])
    ids = {"EVENT_ID": event, "EVENT_QUESTION_ID": event, "ANSWER_ID": str(ballot["ANSWER_ID"]), "ID": event}
    return {**ids, "MESSAGE": ""}


def _answer(answer: Values, ballots: list[Values], voters: int, common: Values, field: str) -> Values:
    count = sum(ballot["ANSWER_ID"] == answer["ID"] for ballot in ballots)
    share = round(100 * count / voters) if voters else 0
    return {
        "ID": str(answer["ID"]),
        **common,
        "QUESTION_ID": str(answer["VOTE_ID"]),
        "C_SORT": str(answer["C_SORT"]),
        "MESSAGE": answer["MESSAGE"],
        "MESSAGE_TYPE": "text",
        "COUNTER": str(count),
        "FIELD_TYPE": "0",
        "FIELD_WIDTH": "0",
        "FIELD_HEIGHT": "0",
        "FIELD_PARAM": None,
        "COLOR": "",
        "REACTION": "",
        "~FIELD_NAME": field,
        "FIELD_NAME": field,
        "MESSAGE_FIELD_NAME": f"{field.replace('BALLOT', 'MESSAGE')}[{answer['ID']}]",
        "~PERCENT": share,
        "PERCENT": share,
    }


def get(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.get``."""
    return {"attach": shown(context, _found(context, params))}


def get_many(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.getMany``: up to fifty, in the order in which they are named."""
    wanted = _list(bound_array(params, "entityIds", required=True))
    if len(wanted) > _MOST_IDS:
        raise Refusal("", "Too many entity ids")
    items = []
    for number in wanted:
        rows = _rows(context, "ENTITY_ID", php_int(number))
        if not rows or params.get("entityType") != _ENTITY:
            raise Refusal("", f"Attach with entityId {php_int(number)} not found")
        items.append(shown(context, rows[0]))
    return {"items": items}


def _person(context: Context, number: int) -> Values:
    rows = context.store.maps("SELECT NAME, LAST_NAME, WORK_POSITION FROM users WHERE ID=?", (number,))
    row = rows[0] if rows else {}
    name = " ".join(filter(None, (row.get("NAME"), row.get("LAST_NAME"))))
    return {"ID": number, "NAME": name, "IMAGE": "", "WORK_POSITION": row.get("WORK_POSITION") or ""}


def answer_voted(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.getAnswerVoted``: who gave an answer; nobody knows in an anonymous poll."""
    row, number = _found(context, params), bound_int(params, "answerId")
    ballots = [] if row["ANONYMITY"] == 1 else _ballots(context, row["ID"])
    people = [_person(context, item["USER_ID"]) for item in ballots if item["ANSWER_ID"] == number]
    return Answer({"items": people}, len(people))


def with_voted(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.getWithVoted``: a poll and who gave which answer."""
    row = _found(context, params)
    voted: dict[str, list[Values]] = {}
    for ballot in [] if row["ANONYMITY"] == 1 else _ballots(context, row["ID"]):
        voted.setdefault(str(ballot["ANSWER_ID"]), []).append(_person(context, ballot["USER_ID"]))
    return {"attach": shown(context, row), "voted": voted or []}


def vote(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.vote``: answers by the id of their question; again only where that is allowed."""
    row = _found(context, params)
    ballot = bound_array(params, "ballot", required=True)
    if row["ACTIVE"] != "Y":
        raise _refused(403, "The poll is inactive.")
    answers = ballot.get(str(row["ID"])) if isinstance(ballot, Mapping) else None
    if answers is None:
        # A ballot for another question changes nothing.
        return []
    given = [php_int(item) for item in _list(answers) or [answers]]
    known = {
        item[0]
        for item in context.store.rows(f"SELECT ID FROM {ANSWERS.table} WHERE VOTE_ID=?", (row["ID"],))
    }
    user = context.caller.user_id
    own = f"FROM {BALLOTS.table} WHERE VOTE_ID=? AND USER_ID=?"
    voted = context.store.one(f"SELECT 1 {own}", (row["ID"], user)) is not None
    if not given or not known.issuperset(given) or (voted and row["OPTIONS"] != 1):
        raise _refused(400, "Failed to save the vote")
    context.store.run(f"DELETE {own}", (row["ID"], user))
    for answer in dict.fromkeys(given):
        values = {"VOTE_ID": row["ID"], "ANSWER_ID": answer, "USER_ID": user}
        context.store.insert(BALLOTS.table, values)
    return {"attach": shown(context, row, frozenset(given))}


def recall(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.recall``: the caller's answers are taken back."""
    row = _found(context, params)
    own = (row["ID"], context.caller.user_id)
    mine = f"FROM {BALLOTS.table} WHERE VOTE_ID=? AND USER_ID=?"
    given = frozenset(item[0] for item in context.store.rows(f"SELECT ANSWER_ID {mine}", own))
    context.store.run(f"DELETE {mine}", own)
    return {"attach": shown(context, row, given)}


def download(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.download``: the answers and how many gave them, as a file.

    Raises:
        Sent: The file, in place of JSON.
    """
    row = shown(context, _found(context, params))
    question = row["QUESTIONS"][str(row["ID"])]
    lines = [question["QUESTION"], *(f"{a['MESSAGE']};{a['COUNTER']}" for a in question["ANSWERS"].values())]
    raise Sent(sent(StoredFile(f"vote{row['ID']}.csv", "\n".join(lines).encode())))


def _switch(context: Context, params: Params, flag: str) -> Any:
    context.store.update(VOTES.table, _found(context, params)["ID"], {"ACTIVE": flag})
    return []


def stop(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.stop``."""
    return _switch(context, params, "N")


def resume(context: Context, params: Params) -> Any:
    """``vote.AttachedVote.resume``."""
    return _switch(context, params, "Y")
