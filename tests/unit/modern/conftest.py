"""A portal that answers from a script, for tests of both clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

WEBHOOK = "https://portal.example/rest/1/secretcode/"


@dataclass
class Reply:
    """What a local portal answers."""

    status: int
    body: bytes
    headers: Sequence[tuple[str, str]] = (("content-type", "application/json"),)
    delay_s: float = 0.0


@dataclass
class Scripted:
    """Answers each method with a function of its parameters and remembers what was asked."""

    script: dict[str, Callable[[Any], Any]]
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        method = url.rsplit("/", 1)[1]
        params = json.loads(body) if body else {}
        self.asked.append((method, params))
        answer = self.script[method](params)
        status = 400 if "error" in answer else 200
        return Reply(status, json.dumps(answer).encode())


@pytest.fixture
def scripted() -> type[Scripted]:
    """Return the class of scripted portals."""
    return Scripted


@pytest.fixture
def webhook() -> str:
    """Return the address of a webhook."""
    return WEBHOOK
