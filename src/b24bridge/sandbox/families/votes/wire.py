"""``vote.*``."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import rules
from .records import ANSWERS, BALLOTS, VOTES

__all__ = ["FAMILY"]

_HANDLERS = {
    "vote.Integration.Im.send": rules.send,
    "vote.AttachedVote.get": rules.get,
    "vote.AttachedVote.download": rules.download,
    "vote.AttachedVote.getMany": rules.get_many,
    "vote.AttachedVote.getAnswerVoted": rules.answer_voted,
    "vote.AttachedVote.getWithVoted": rules.with_voted,
    "vote.AttachedVote.vote": rules.vote,
    "vote.AttachedVote.recall": rules.recall,
    "vote.AttachedVote.stop": rules.stop,
    "vote.AttachedVote.resume": rules.resume,
}

FAMILY = Family(
    "votes",
    [Method(name, handler, "vote", listed=False) for name, handler in _HANDLERS.items()],
    prepare=lambda portal: prepare(portal, VOTES, ANSWERS, BALLOTS),
)
