"""A portal inside the process, with answers written by the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What the scripted portal answers."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    delay_s: float = 0.0


@dataclass(slots=True)
class ScriptedPortal:
    """Gives the answers in order and notes the requests."""

    answers: list[Any] = field(default_factory=list)
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Return the next answer, or raise it."""
        self.requests.append((verb, url, body))
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Reply):
            return answer
        return Reply(200, (), answer.encode() if isinstance(answer, str) else answer)
