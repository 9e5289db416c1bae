"""Polls, their answers and who voted."""

from __future__ import annotations

from b24bridge.sandbox.records import Record, parse_fields

__all__ = ["ANSWERS", "BALLOTS", "VOTES"]

VOTES = Record(
    "votes",
    parse_fields("""
        ID integer o
        ENTITY_ID integer .
        AUTHOR_ID integer .
        QUESTION string .
        FIELD_TYPE integer:0 .
        ANONYMITY integer:0 .
        OPTIONS integer:0 .
        ACTIVE char:Y .
        TIMESTAMP_X datetime .
    """),
    ("ENTITY_ID",),
)
ANSWERS = Record(
    "vote_answers",
    parse_fields("""
        ID integer o
        VOTE_ID integer .
        C_SORT integer .
        MESSAGE string .
    """),
    ("VOTE_ID",),
)
BALLOTS = Record(
    "vote_ballots",
    parse_fields("""
        ID integer o
        VOTE_ID integer .
        ANSWER_ID integer .
        USER_ID integer .
    """),
    ("VOTE_ID",),
)
