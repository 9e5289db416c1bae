"""The gateway's ``/api/bitrix24.php`` answers what the founding page answered."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from b24bridge.auth.credentials import Webhook
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.policy import Policy
from b24bridge.gateway.app import Gateway
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.sandbox.portal import Portal
from tests.contract.service_desk_world import Line, comparable, goldens, portal_of

pytestmark = pytest.mark.anyio

CASES = [case for case in goldens() if case["module"] == "proxy" and not case["fixes"]]
# What the original does: every answer is final.
ONCE = Policy(tariff=None, attempts=1, refusals=1)


def _client(line: Any, *, allow: tuple[str, ...] = ("*",)) -> httpx.AsyncClient:
    settings = Settings((Caller("pages", "key-of-pages", allow),), proxy_caller="pages")
    gateway = Gateway(settings, Forwarder(AsyncPort(line), Webhook(line.portal.webhook_url), ONCE))
    return httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://gateway.test")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_pages_get_what_the_founding_proxy_answered(case: dict[str, Any]) -> None:
    """Status, headers, body and calls of every recorded step, without repetitions."""
    portal = portal_of(case)
    portal.faults.set(
        [{name: value for name, value in fault.items() if value is not None} for fault in case["faults"]]
    )

    for step in case["steps"]:
        asked, expected, line = step["request"], step["response"], Line(portal)
        content = (
            asked["raw"].encode() if asked.get("raw") is not None else json.dumps(asked.get("body")).encode()
        )
        async with _client(line) as client:
            answer = await client.request(asked["method"], "/api/bitrix24.php", content=content)

        body = json.loads(answer.content) if answer.content else None
        assert expected["status"] == answer.status_code
        assert expected["headers"] == {name: answer.headers[name] for name in expected["headers"]}
        assert expected["body"] == comparable(body, case, expected["body"])
        assert step["calls"]["set_sha256"] == line.digest()
    portal.faults.clear()


async def test_pages_may_only_call_what_their_caller_may() -> None:
    """The address has no keys, so its list of methods is what protects the portal."""
    portal = Portal(webhook_code="code")

    async with _client(Line(portal), allow=("user.*",)) as client:
        answer = await client.post(
            "/api/bitrix24.php", json={"method": "crm.deal.delete", "params": {"id": 1}}
        )

    assert (200, "ACCESS_DENIED") == (answer.status_code, answer.json()["error"])
    assert 0 == portal.requests.count


async def test_without_a_caller_for_pages_the_address_is_not_there() -> None:
    """An open proxy has to be wished for."""
    portal = Portal(webhook_code="code")
    gateway = Gateway(
        Settings((Caller("app", "caller-key"),)),
        Forwarder(AsyncPort(portal), Webhook(portal.webhook_url), ONCE),
    )

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(gateway), base_url="http://gateway.test"
    ) as client:
        answer = await client.post("/api/bitrix24.php", json={"method": "profile"})

    assert 404 == answer.status_code
