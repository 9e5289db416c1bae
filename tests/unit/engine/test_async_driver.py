"""The async driver, under asyncio and, where it is installed, trio."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from typing import Any

import anyio
import pytest

from b24bridge import errors
from b24bridge.auth.credentials import OAuth, Webhook
from b24bridge.auth.stores import MemoryStore
from b24bridge.engine import flows
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER
from b24bridge.wire.call import Call
from b24bridge.wire.request import WireRequest
from tests.unit.engine.scripted import HOOK, ModelPortal, reply

BACKENDS = ["asyncio", *(["trio"] if find_spec("trio") else [])]


class Local:
    """A model of a portal as local portal; the token ``old`` is too old."""

    def __init__(self) -> None:
        self.model = ModelPortal([{"ID": str(number)} for number in range(1, 401)])
        self.refreshes = 0

    def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Any:
        """Answer a call or a token request."""
        if "oauth" in url:
            self.refreshes += 1
            return _Reply(reply({"access_token": "new", "refresh_token": "r2"}))
        if b'"auth":"old"' in body:
            return _Reply(reply({"error": "expired_token"}, 401))
        return _Reply(self.model(WireRequest(verb, url, tuple(headers), body)))


class _Reply:
    def __init__(self, response: Any) -> None:
        self.status, self.headers, self.body, self.delay_s = response.status, (), response.body, 0.0


def run(backend: str, flow: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run a flow under an event loop."""
    return anyio.run(flow, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_calls_batches_and_lists_run_under_an_event_loop(backend: str) -> None:
    """The same coroutines as under the blocking driver."""

    async def flow() -> tuple[Any, int, int]:
        engine = Executor(AsyncPort(Local()), Webhook(HOOK), policy=EAGER)
        answer = await engine.execute(Call("number.get", {"n": 3}))
        outcomes = await flows.batch(engine, {at: Call("echo.get", {"x": at}) for at in range(120)})
        rows = [row async for page in flows.pages(engine, Call("crm.deal.list")) for row in page]
        return answer.result, sum(outcome.ok for outcome in outcomes.values()), len(rows)

    assert ({"ID": "3", "list": [3, 7]}, 120, 400) == run(backend, flow)


@pytest.mark.parametrize("backend", BACKENDS)
def test_refresh_happens_once_for_parallel_calls(backend: str) -> None:
    """Eight tasks that meet an expired token cause exactly one refresh."""
    local = Local()
    store = MemoryStore({"access_token": "old", "refresh_token": "r1", "domain": "p.example"})

    async def flow() -> list[Any]:
        credentials = OAuth(store, "app.1", "s", oauth_url="https://oauth.example/oauth/token/")
        engine = Executor(AsyncPort(local), credentials, policy=EAGER)
        calls = [engine.execute(Call("number.get", {"n": at})) for at in range(8)]
        return await engine.port.gather(calls)

    answers = run(backend, flow)

    assert [str(at) for at in range(8)] == [answer.result["ID"] for answer in answers]
    assert 1 == local.refreshes


@pytest.mark.parametrize("backend", BACKENDS)
def test_gather_raises_the_first_error_and_no_group(backend: str) -> None:
    """The other flows are cancelled."""
    ended: list[str] = []

    async def broken() -> None:
        raise errors.NotSent("no")

    async def endless() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("cancelled")

    async def flow() -> None:
        await AsyncPort().gather([endless(), broken()])

    with pytest.raises(errors.NotSent):
        run(backend, flow)

    assert ["cancelled"] == ended


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_cancelled_call_leaves_no_lock_behind(backend: str) -> None:
    """Another task can take the lock afterwards."""

    async def flow() -> str:
        port = AsyncPort()
        async with anyio.create_task_group() as group:

            async def hold() -> None:
                async with port.lock("a lock for a test of cancellation"):
                    await anyio.sleep_forever()

            group.start_soon(hold)
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
        async with port.lock("a lock for a test of cancellation"):
            return "free"

    assert "free" == run(backend, flow)


@pytest.mark.parametrize("backend", BACKENDS)
def test_waiters_queue_before_the_connections(backend: str) -> None:
    """Never more requests at once than the policy allows."""
    state = {"now": 0, "most": 0}

    class Slow(Local):
        def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Any:
            found = super().answer(verb, url, headers, body)
            found.delay_s = 0.001
            return found

    async def sleep(seconds: float) -> None:
        state["now"] += 1
        state["most"] = max(state["most"], state["now"])
        await anyio.sleep(0)
        state["now"] -= 1

    async def flow() -> None:
        engine = Executor(AsyncPort(Slow(), connections=3, sleep=sleep), Webhook(HOOK), policy=EAGER)
        await engine.port.gather([engine.execute(Call("echo.get")) for _ in range(20)])

    run(backend, flow)

    assert 3 == state["most"]
