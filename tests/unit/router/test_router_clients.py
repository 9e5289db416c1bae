"""What the clients of this package send on the compared path: reads go, writes are refused before the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from b24bridge import BX24, AsyncClient, Client, CRest
from b24bridge.compare.effects import commands
from b24bridge.modern import calls
from b24bridge.router import MemoryTable, ModuleState, Router, Stage
from b24bridge.router.ledger import MemoryLedger
from b24bridge.sandbox.reply import Reply

URL = "https://portal.example/rest/1/code/"
READ = ("crm.item.list", {"entityTypeId": 140})
WRITE = ("crm.item.add", {"entityTypeId": 140, "fields": {"title": "one"}})


class Wire:
    """The other end: notes the methods of what was sent, and answers everything with one row."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Note and answer."""
        self.sent.append(url.rsplit("/", 1)[-1].removesuffix(".json"))
        result: Any = {"items": [], "result": {}, "result_error": {}}
        return Reply(200, (("content-type", "application/json"),), json.dumps({"result": result}).encode())


def client(wire: Wire) -> None:
    """A read and a write by name."""
    with Client.from_webhook(URL, transport=wire) as b24:
        b24.call(*READ)
        b24.call(*WRITE)


def typed_batch(wire: Wire) -> None:
    """The write is one command of a batch."""
    with Client.from_webhook(URL, transport=wire) as b24:
        b24.call(*READ)
        b24.batch(calls.users.current(), calls.crm.items(140).add({"title": "one"}))


def raw_batch(wire: Wire) -> None:
    """The batch is written by hand."""
    with Client.from_webhook(URL, transport=wire) as b24:
        b24.call(*READ)
        b24.call("batch", {"cmd": {"a": "profile", "b": "crm.item.add?entityTypeId=140"}})


def batch_of_rest_3(wire: Wire) -> None:
    """REST 3.0 takes a list of objects."""
    with Client.from_webhook(URL, transport=wire) as b24:
        b24.call(*READ)
        b24.call("batch", [{"method": "tasks.task.add", "query": {"fields": {"title": "x"}}}], api=3)  # type: ignore[arg-type]


def asynchronous(wire: Wire) -> None:
    """The same in the other colour, in tasks of its own."""

    async def run() -> None:
        async with AsyncClient.from_webhook(URL, transport=wire) as b24:
            await b24.call(*READ)
            await asyncio.gather(b24.call(*WRITE), b24.call(*WRITE))

    asyncio.run(run())


def crest(policy: str) -> Callable[[Wire], None]:
    """The legacy facade, when the stage is modern and the old path is compared."""

    def run(wire: Wire) -> None:
        class Portal(CRest):
            """A facade of its own."""

        Portal.configure(C_REST_WEB_HOOK_URL=URL, C_REST_BLOCK_LOG=True, policy=policy, transport=wire)
        Portal.call(*READ)
        Portal.call(*WRITE)

    return run


def bx24(wire: Wire) -> None:
    """The other legacy facade."""
    b24 = BX24.from_webhook(URL, transport=wire)
    b24.call_method(*READ, lambda result: None)
    b24.call_method(*WRITE, lambda result: None)


@pytest.mark.parametrize(
    "path",
    [client, typed_batch, raw_batch, batch_of_rest_3, asynchronous, crest("exact"), crest("resilient"), bx24],
    ids=[
        "client",
        "typed batch",
        "raw batch",
        "batch of REST 3.0",
        "async",
        "CRest exact",
        "CRest resilient",
        "BX24",
    ],
)
def test_no_write_of_the_compared_path_reaches_the_wire(path: Callable[[Wire], None]) -> None:
    """The read is sent, the write is not; the ledger says what the path wanted to write."""
    wire, ledger = Wire(), MemoryLedger()
    router = Router(MemoryTable({"m": ModuleState(stage=Stage.SHADOW)}), ledger)

    router.module("m", legacy=lambda: None, modern=lambda: path(wire))()
    router.background.drain()

    assert ["crm.item.list"] == wire.sent
    (run,) = ledger.newest("m", 10)
    assert json.loads(run.detail)["only_new_writes"]


@pytest.mark.parametrize("path", [client, crest("exact"), crest("resilient"), bx24])
def test_the_answering_path_writes_once(path: Callable[[Wire], None]) -> None:
    """What is refused in the compared path passes in the one that answers; its requests are counted."""
    wire, ledger = Wire(), MemoryLedger()
    router = Router(MemoryTable({"m": ModuleState(stage=Stage.LEGACY)}), ledger)

    router.module("m", legacy=lambda: path(wire), modern=lambda: None)()

    assert ["crm.item.list", "crm.item.add"] == wire.sent
    assert [(2, None)] == [(run.legacy_requests, run.modern_requests) for run in ledger.newest("m", 10)]


@pytest.mark.parametrize(
    ("params", "methods"),
    [
        ({"cmd": {"a": "profile", "b": "crm.item.add?x=1"}}, ["profile", "crm.item.add"]),
        ({"cmd": ["crm.item.add"]}, ["crm.item.add"]),
        ({"cmd": {"a": ["crm.item.add", {"x": 1}]}}, ["crm.item.add"]),
        ([{"method": "tasks.task.add", "query": {}}], ["tasks.task.add"]),
        ({"a": {"method": "tasks.task.add"}}, ["tasks.task.add"]),
        ("cmd[a]=crm.item.add", ["(a command that cannot be read)"]),
        ({"cmd": {"a": None}}, ["(a command that cannot be read)"]),
        ({"halt": 1}, []),
    ],
)
def test_every_form_of_a_batch_is_read(params: Any, methods: list[str]) -> None:
    """What cannot be read counts as a write, never as nothing."""
    assert methods == [sent.method for sent in commands("batch", params)]
