"""A scripted outside world for BX24 in Python, and the values that JSON lacks."""

from __future__ import annotations

import json
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Any, TypeVar

from b24bridge.auth.credentials import OAuth
from b24bridge.engine.blocking import run
from b24bridge.engine.port import Later
from b24bridge.errors import OutcomeUnknown
from b24bridge.wire.request import WireRequest, WireResponse

T = TypeVar("T")
OAUTH_URL = "https://oauth.test/oauth/token/"


class ScriptedPort:
    """Answers from a list, keeps the requests, and has a clock of its own."""

    def __init__(self, replies: Sequence[Mapping[str, Any]] = ()) -> None:
        self.replies = list(replies)
        self.requests: list[WireRequest] = []
        self.sent_at: list[float] = []
        self.refreshes = 0
        self.seconds = 0.0

    async def send(self, request: WireRequest) -> WireResponse:
        if request.url.startswith(OAUTH_URL):
            self.refreshes += 1
            number = self.refreshes + 1
            tokens = {
                "access_token": f"token{number}",
                "refresh_token": f"refresh{number}",
                "expires_in": 3600,
            }
            return WireResponse(200, (), json.dumps(tokens).encode())
        position = len(self.requests)
        self.requests.append(request)
        self.sent_at.append(self.seconds)
        reply = (
            self.replies[position]
            if position < len(self.replies)
            else {"status": 200, "json": {"result": True}}
        )
        if reply.get("cut"):
            raise OutcomeUnknown("The connection was cut.")
        headers = (("location", reply["location"]),) if "location" in reply else ()
        text = json.dumps(reply["json"]) if "json" in reply else reply.get("text", "")
        return WireResponse(reply.get("status", 200), headers, text.encode())

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> float:
        return self.seconds

    def wall(self) -> float:
        return 1_760_000_000 + self.seconds

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        return [run(flow) for flow in flows]

    def start(self, flow: Coroutine[Any, Any, T]) -> Later[T]:
        return Later(flow)


class HeldTokens:
    """A token store in memory."""

    name = "held"

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)

    def load(self) -> dict[str, Any]:
        return dict(self.data)

    def save(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)

    def try_lock(self) -> bool:
        return True

    def unlock(self) -> None:
        """Nothing to give back."""


def tokens_of(endpoint: str, access: str = "token1", refresh: str = "refresh1") -> OAuth:
    """Return OAuth credentials for one portal."""
    data = {
        "access_token": access,
        "refresh_token": refresh,
        "client_endpoint": endpoint,
        "member_id": "member1",
        "expires_in": "3600",
    }
    return OAuth(HeldTokens(data), "app.1", "client-secret", oauth_url=OAUTH_URL)


def decoded(value: Any) -> Any:
    """Return a value of a vector with dates and numbers that JSON lacks."""
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$date" in value:
        return datetime.fromisoformat(value["$date"])
    if "$nan" in value:
        return float("nan")
    if "$inf" in value:
        return value["$inf"] * float("inf")
    return {key: decoded(item) for key, item in value.items()}
