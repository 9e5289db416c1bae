"""A scripted port with a virtual clock, and a small model of a portal, for tests of the engine.

Nothing here shares code with what is tested: the model reads requests with the standard library.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from b24bridge.engine.port import Later
from b24bridge.wire.request import WireRequest, WireResponse

T = TypeVar("T")

Answer = WireResponse | Exception | Callable[[WireRequest], WireResponse]

HOOK = "https://portal.example/rest/1/secretcode/"


def reply(body: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> WireResponse:
    """Return an answer with a JSON body, or with the bytes given."""
    data = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
    return WireResponse(status, headers, data)


def ok(result: Any, **more: Any) -> WireResponse:
    """Return a successful answer."""
    return reply({"result": result, **more})


def refusal(code: str, status: int = 400, text: str = "") -> WireResponse:
    """Return an error answer of REST 2."""
    return reply({"error": code, "error_description": text}, status)


def step(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    raise AssertionError("the coroutine suspended")


def collect(stream: AsyncIterator[T]) -> list[T]:
    """Return all items of an async generator that never suspends."""
    items: list[T] = []
    while True:
        try:
            items.append(step(stream.__anext__()))  # type: ignore[arg-type]
        except StopAsyncIteration:
            return items


class ScriptedPort:
    """Answers requests by a script, one entry each, the last one for ever; time moves by sleeping.

    Args:
        script: Answers, errors to raise, or functions of the request.
        latency_s: Virtual seconds that each request takes.
    """

    def __init__(self, *script: Answer, latency_s: float = 0.0) -> None:
        self.script = list(script)
        self.latency_s = latency_s
        self.requests: list[WireRequest] = []
        self.sent_at: list[float] = []
        self.slept: list[float] = []
        self.locks: list[str] = []
        self.clock = 0.0

    @property
    def realm(self) -> object:
        """A portal of its own: budgets are not shared between tests."""
        return self

    async def send(self, request: WireRequest) -> WireResponse:
        """Answer from the script."""
        self.requests.append(request)
        self.sent_at.append(self.clock)
        self.clock += self.latency_s
        entry = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(entry, Exception):
            raise entry
        return entry(request) if callable(entry) else entry

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.slept.append(seconds)
        self.clock += seconds

    def now(self) -> float:
        """Return the virtual time."""
        return self.clock

    def wall(self) -> float:
        """Return the virtual Unix time."""
        return 1_700_000_000.0 + self.clock

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        """Note the lock; nothing runs at the same time."""
        self.locks.append(name)
        yield

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run the flows one after the other."""
        return [await flow for flow in flows]

    def start(self, flow: Coroutine[Any, Any, T]) -> Later[T]:
        """Run the flow when its result is asked for."""
        return Later(flow)

    def sent_methods(self) -> list[str]:
        """Return the last part of the address of each request."""
        return [request.url.rstrip("/").rpartition("/")[2] for request in self.requests]


class ModelPortal:
    """A portal of few methods that runs batches with references, written from the vendor's rules.

    Args:
        rows: Rows of ``crm.deal.list``, in the order of ids.
    """

    def __init__(self, rows: Sequence[dict[str, Any]] = ()) -> None:
        self.rows = list(rows)
        self.commands = 0
        self.counted = 0
        self.requests = 0

    def __call__(self, request: WireRequest) -> WireResponse:
        """Answer a request with a JSON body."""
        self.requests += 1
        method = request.url.rpartition("/")[2]
        params = json.loads(request.body)
        if method != "batch":
            return reply(self.run(method, params))
        return ok(self.batch(params))

    def batch(self, params: dict[str, Any]) -> dict[str, Any]:
        """Run the commands in order, with references, and return the five maps."""
        held: dict[str, dict[str, Any]] = {n: {} for n in ("result", "error", "total", "next", "time")}
        for name, line in params["cmd"].items():
            method, _, query = line.partition("?")
            tree = self._resolve(_nest(parse_qsl(query, keep_blank_values=True)), held)
            answer = self.run(method, tree)
            if "error" in answer:
                held["error"][name] = answer
                if params.get("halt"):
                    break
                continue
            held["result"][name] = answer["result"]
            for part in ("total", "next"):
                if part in answer:
                    held[part][name] = answer[part]
        return {
            "result": _php(held["result"]),
            "result_error": _php(held["error"]),
            "result_total": _php(held["total"]),
            "result_next": _php(held["next"]),
            "result_time": [],
        }

    def run(self, method: str, params: Any) -> dict[str, Any]:
        """Run one command."""
        self.commands += 1
        if method == "echo.get":
            return {"result": params}
        if method == "number.get":
            return {"result": {"ID": str(params["n"]), "list": [int(params["n"]), 7]}}
        if method == "fail.get":
            return {"error": "NOT_FOUND", "error_description": "no"}
        if method == "crm.deal.list":
            return self._deals(params)
        return {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}

    def _deals(self, params: dict[str, Any]) -> dict[str, Any]:
        conditions = params.get("filter") or {}
        found = [row for row in self.rows if _matches(int(row["ID"]), conditions)]
        direction = next(iter((params.get("order") or {"ID": "ASC"}).values()))
        found.sort(key=lambda row: int(row["ID"]), reverse=direction == "DESC")
        start = int(params.get("start") or 0)
        if start < 0:
            return {"result": found[:50], "total": 0}
        self.counted += 1
        page = start // 50 if start < len(found) else 0
        rows = found[page * 50 : page * 50 + 50]
        more = {"next": (page + 1) * 50} if len(found) > (page + 1) * 50 else {}
        return {"result": rows, "total": len(found), **more}

    def _resolve(self, value: Any, held: dict[str, dict[str, Any]]) -> Any:
        if isinstance(value, dict):
            return {key: self._resolve(item, held) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolve(item, held) for item in value]
        match = re.fullmatch(r"\$(result|error|total|next|time)((?:\[[^\]]+\])+)", value)
        if match is None:
            return value
        node: Any = held[match[1]]
        for key in re.findall(r"\[([^\]]+)\]", match[2]):
            below = (
                node[int(key)]
                if isinstance(node, list) and key.isdigit() and int(key) < len(node)
                else node.get(key)
                if isinstance(node, dict)
                else None
            )
            if below is None:
                break
            node = below
        return node


def _matches(number: int, conditions: dict[str, Any]) -> bool:
    for key, value in conditions.items():
        if key == ">ID" and not (isinstance(value, int | str) and number > int(value)):
            return False
        if key == "<=ID" and not number <= int(value):
            return False
        if key == "@ID" and str(number) not in value.values():
            return False
    return True


def _php(values: dict[str, Any]) -> Any:
    """Return a map as PHP sends it: a list when its keys are 0…n-1."""
    if list(values) == [str(at) for at in range(len(values))]:
        return list(values.values())
    return values


def _nest(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the tree of bracketed names; enough for what the tests send."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+", name)
        node = tree
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = value
    return tree
