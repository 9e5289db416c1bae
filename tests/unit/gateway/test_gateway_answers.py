"""Coalescing and cache of the gateway."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from b24bridge.errors import OutcomeUnknown
from b24bridge.gateway.answers import Answers
from b24bridge.gateway.metrics import Metrics
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.gateway.translate import Asked, address, read
from b24bridge.wire.request import WireResponse

pytestmark = pytest.mark.anyio


class Portal:
    """Answers when it is told to, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = anyio.Event()
        self.fails = False

    async def fetch(self, asked: Asked) -> WireResponse:
        self.asked.append(asked.method)
        await self.gate.wait()
        if self.fails:
            self.fails = False
            raise OutcomeUnknown("cut")
        return WireResponse(200, (), f"{len(self.asked)}".encode())


def _answers(portal: Portal, now: list[float], **cache_s: float) -> Answers:
    settings = Settings(
        (Caller("app", "caller-key"),), cache_s={name.replace("_", "."): s for name, s in cache_s.items()}
    )
    return Answers(portal.fetch, settings, Metrics(), now=lambda: now[0])


def _ask(method: str, query: str = "") -> Asked:
    return read("GET", address(f"/rest/1/caller-key/{method}"), query, (), b"")


async def _all(answers: Answers, asked: list[Asked], portal: Portal) -> list[bytes]:
    got: list[bytes] = []

    async def one(question: Asked) -> None:
        got.append((await answers.get(question)).body)

    async with anyio.create_task_group() as group:
        for question in asked:
            group.start_soon(one, question)
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        portal.gate.set()
    return got


async def test_equal_reads_at_the_same_time_are_one_request() -> None:
    """All who ask while the answer is under way get the same one."""
    portal = Portal()

    got = await _all(_answers(portal, [0.0]), [_ask("user.get", "ID=1")] * 5, portal)

    assert [b"1"] * 5 == got
    assert ["user.get"] == portal.asked


async def test_request_numbers_of_the_vendors_client_make_no_difference() -> None:
    """It adds a new one to every address; the portal's methods do not see it."""
    portal = Portal()
    asked = [_ask("user.get", f"ID=1&bx24_request_id={n}&bx24_sdk_ver=2&bx24_sdk_type=js") for n in range(3)]

    await _all(_answers(portal, [0.0]), asked, portal)

    assert ["user.get"] == portal.asked


async def test_different_reads_and_all_writes_go_by_themselves() -> None:
    """Another parameter is another question; a write is never shared."""
    portal = Portal()
    asked = [_ask("user.get", "ID=1"), _ask("user.get", "ID=2"), _ask("crm.item.add"), _ask("crm.item.add")]

    await _all(_answers(portal, [0.0]), asked, portal)

    assert 4 == len(portal.asked)


async def test_those_who_wait_for_a_lost_answer_ask_themselves() -> None:
    """One caller's bad luck is not everybody's."""
    portal = Portal()
    portal.fails = True
    answers = _answers(portal, [0.0])
    failures: list[Exception] = []
    got: list[bytes] = []

    async def one() -> None:
        try:
            got.append((await answers.get(_ask("user.get"))).body)
        except OutcomeUnknown as error:
            failures.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
        await anyio.lowlevel.checkpoint()
        portal.gate.set()

    assert (1, 2) == (len(failures), len(got))


async def test_an_answer_is_kept_only_for_its_time_and_only_where_chosen() -> None:
    """Before its end the portal is not asked; after it, again; methods that are not chosen always."""
    portal = Portal()
    portal.gate.set()
    now = [0.0]
    answers = _answers(portal, now, user_get=10.0)

    for moment in (0.0, 9.9, 10.1):
        now[0] = moment
        await answers.get(_ask("user.get"))
        await answers.get(_ask("profile"))

    assert ["user.get", "profile", "profile", "user.get", "profile"] == portal.asked
