"""The gateway between callers and a sandbox portal, both inside the test."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from b24bridge.auth.credentials import OAuth, Webhook
from b24bridge.auth.stores import MemoryStore
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.policy import EAGER, Policy
from b24bridge.errors import ConfigError
from b24bridge.gateway.app import Gateway
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.sandbox.portal import Portal
from b24bridge.wire.limits import Tariff

pytestmark = pytest.mark.anyio

KEY = "caller-key-1"
READER = "caller-key-2"
CALLERS = (
    Caller("app", KEY),
    Caller("reader", READER, ("user.*", "profile", "batch", "server.time"), read_only=True),
)
USERS = {"users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}]}


@pytest.fixture
def portal() -> Portal:
    """A portal with one user."""
    return Portal(USERS, webhook_code="realcode")


def _gateway(portal: Portal, *, policy: Policy = EAGER, credentials: Any = None, **settings: Any) -> Gateway:
    settings.setdefault("callers", CALLERS)
    forwarder = Forwarder(AsyncPort(portal), credentials or Webhook(portal.webhook_url), policy)
    return Gateway(Settings(**settings), forwarder)


def _client(gateway: Gateway) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://gateway.test")


@pytest.fixture
async def client(portal: Portal) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of a gateway without limits."""
    async with _client(_gateway(portal)) as opened:
        yield opened


def _plain(body: bytes) -> Any:
    answer = json.loads(body)
    answer.pop("time", None)
    return answer


async def test_a_caller_uses_its_key_where_the_webhook_code_would_be(
    client: httpx.AsyncClient, portal: Portal
) -> None:
    """Form, JSON and GET are answered with what the portal itself answers."""
    direct = _plain(portal.answer("POST", f"{portal.webhook_url}user.get", (), b"").body)

    answers = [
        await client.post(f"/rest/1/{KEY}/user.get.json", data={"ID": "1"}),
        await client.post(f"/rest/1/{KEY}/user.get", json={"ID": 1}),
        await client.get(f"/rest/1/{KEY}/user.get?ID=1"),
        await client.post("/rest/user.get", data={"auth": KEY, "ID": "1"}),
        await client.post(
            "/rest/user.get.json", content=f"auth={KEY}&ID=1", headers={"content-type": "text/plain"}
        ),
    ]

    assert [(200, direct)] * 5 == [(answer.status_code, _plain(answer.content)) for answer in answers]


async def test_an_error_of_the_portal_keeps_status_and_bytes(
    client: httpx.AsyncClient, portal: Portal
) -> None:
    """The caller's error handling sees what it always saw."""
    direct = portal.answer("GET", f"{portal.webhook_url}no.such.method")

    answer = await client.get(f"/rest/1/{KEY}/no.such.method")

    assert (direct.status, direct.body) == (answer.status_code, answer.content)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/rest/1/wrong-key/user.get", 401, "INVALID_CREDENTIALS"),
        ("/rest/1/realcode/user.get", 401, "INVALID_CREDENTIALS"),
        ("/rest/user.get", 401, "NO_AUTH_FOUND"),
        (f"/rest/1/{READER}/crm.item.list", 403, "ACCESS_DENIED"),
        (f"/rest/1/{READER}/user.update", 403, "ACCESS_DENIED"),
        ("/admin", 404, "ERROR_METHOD_NOT_FOUND"),
        (f"/rest/1/{KEY}/%2e%2e/user.get", 404, "ERROR_METHOD_NOT_FOUND"),
    ],
)
async def test_what_a_caller_may_not_is_refused_before_the_portal(
    path: str, status: int, code: str, client: httpx.AsyncClient, portal: Portal
) -> None:
    """The portal's real code is no key of the gateway; the portal hears nothing."""
    answer = await client.get(path)

    assert (status, code) == (answer.status_code, answer.json()["error"])
    assert 0 == portal.requests.count


async def test_a_forbidden_command_stops_the_whole_batch(client: httpx.AsyncClient, portal: Portal) -> None:
    """A write inside a batch of a reader does not reach the portal, nor do its neighbours."""
    answer = await client.post(
        f"/rest/1/{READER}/batch", data={"cmd[a]": "user.get?ID=1", "cmd[b]": "user.update?ID=1"}
    )

    assert (403, "The gateway does not let reader call user.update.") == (
        answer.status_code,
        answer.json()["error_description"],
    )
    assert 0 == portal.requests.count


async def test_a_refusal_for_load_does_not_reach_the_caller(portal: Portal) -> None:
    """The gateway waits and asks again; the caller gets an answer."""
    portal.faults.add(
        {"method": "user.get", "status": 503, "body": {"error": "QUERY_LIMIT_EXCEEDED"}, "times": 1}
    )
    policy = Policy(tariff=None, base_delay_s=0.001, max_delay_s=0.001)

    async with _client(_gateway(portal, policy=policy)) as client:
        answer = await client.get(f"/rest/1/{KEY}/user.get")

    assert 200 == answer.status_code


async def test_a_write_that_may_have_been_done_is_not_repeated(portal: Portal) -> None:
    """A lost answer is a 502 that says so; the portal ran the call once."""
    portal.faults.add({"method": "crm.item.update", "lost": True, "times": 1})

    async with _client(_gateway(portal)) as client:
        answer = await client.post(f"/rest/1/{KEY}/crm.item.update", data={"entityTypeId": "2", "id": "1"})

    assert (502, "GATEWAY_NO_ANSWER") == (answer.status_code, answer.json()["error"])
    assert 1 == portal.requests.count


async def test_one_renewal_serves_all_callers(portal: Portal) -> None:
    """Eight calls with an expired token lead to one request of the token server."""
    pair = portal.tokens()
    store = MemoryStore(
        {"access_token": pair["access"], "refresh_token": pair["refresh"], "client_endpoint": portal.endpoint}
    )
    application = portal.application
    credentials = OAuth(store, application.client_id, application.client_secret, oauth_url=portal.oauth_url)
    portal.oauth.expire()
    answers: list[int] = []

    async with (
        _client(_gateway(portal, credentials=credentials)) as client,
        anyio.create_task_group() as group,
    ):

        async def ask(number: int) -> None:
            answers.append(
                (await client.post(f"/rest/1/{KEY}/user.get", data={"n": str(number)})).status_code
            )

        for number in range(8):
            group.start_soon(ask, number)

    assert [200] * 8 == answers
    assert 1 == sum(entry.method == "oauth.token" for entry in portal.requests)


async def test_a_chosen_read_is_kept_for_its_time(portal: Portal) -> None:
    """The second question is answered without the portal; other methods are not kept."""
    gateway = _gateway(portal, cache_s={"server.*": 60.0})

    async with _client(gateway) as client:
        first = await client.get(f"/rest/1/{KEY}/server.time")
        second = await client.get(f"/rest/1/{KEY}/server.time")
        await client.get(f"/rest/1/{KEY}/user.get")
        await client.get(f"/rest/1/{KEY}/user.get")

    assert first.content == second.content
    assert 3 == portal.requests.count


async def test_crest_gets_tokens_at_the_token_servers_address(client: httpx.AsyncClient) -> None:
    """A key is the refresh token of signed access tokens; the endpoint is the gateway's own."""
    asked = {"grant_type": "refresh_token", "client_id": "x", "client_secret": "y", "refresh_token": KEY}
    answer = (await client.get("/oauth/token/", params=asked)).json()
    posted = (await client.post("/oauth/token/", data=asked)).json()
    refused = await client.get("/oauth/token/", params=asked | {"refresh_token": "wrong"})
    called = await client.post("/rest/profile", data={"auth": answer["access_token"]})

    assert (KEY, "http://gateway.test/rest/", 3600) == (
        answer["refresh_token"],
        answer["client_endpoint"],
        answer["expires_in"],
    )
    assert answer.keys() == posted.keys()
    assert KEY not in answer["access_token"]
    assert (400, {"error": "invalid_grant"}) == (refused.status_code, refused.json())
    assert "1" == called.json()["result"]["ID"]


async def test_an_access_token_ends_after_an_hour(portal: Portal) -> None:
    """The caller then gets the portal's words for it, which make CRest and the SDKs renew."""
    wall = [1_000_000.0]
    forwarder = Forwarder(AsyncPort(portal), Webhook(portal.webhook_url), EAGER)
    gateway = Gateway(Settings(CALLERS), forwarder, wall=lambda: wall[0])
    asked = {"grant_type": "refresh_token", "refresh_token": KEY}

    async with _client(gateway) as client:
        token = (await client.get("/oauth/token/", params=asked)).json()["access_token"]
        statuses = []
        for moment in (1_003_599.0, 1_003_601.0):
            wall[0] = moment
            answer = await client.get("/rest/profile", params={"auth": token})
            statuses.append((answer.status_code, answer.json().get("error")))

    assert [(200, None), (401, "expired_token")] == statuses


@pytest.mark.parametrize("token", ["wrong-token", "ffffffff.0000", f"ffffffff.{'0' * 64}", "ÿ" * 20])
async def test_a_forged_token_counts_as_expired(
    token: str, client: httpx.AsyncClient, portal: Portal
) -> None:
    """So CRest with tokens of the portal in its file asks the gateway for new ones."""
    answer = await client.post("/rest/profile", data={"auth": token})

    assert (401, "expired_token", 0) == (answer.status_code, answer.json()["error"], portal.requests.count)


async def test_a_body_that_is_too_long_is_not_read_to_its_end(portal: Portal) -> None:
    """413 comes as soon as the limit is passed."""
    async with _client(_gateway(portal, body_limit=100)) as client:
        answer = await client.post(f"/rest/1/{KEY}/user.get", content=b"a=" + b"x" * 200)

    assert 413 == answer.status_code


async def test_a_full_gateway_says_when_to_come_back(portal: Portal) -> None:
    """503 with Retry-After, and no request to the portal."""
    async with _client(_gateway(portal, at_once=0, retry_after_s=7)) as client:
        answer = await client.get(f"/rest/1/{KEY}/user.get")

    assert (503, "7", 0) == (answer.status_code, answer.headers["retry-after"], portal.requests.count)


class Clocked:
    """A port to a portal whose waits last until the test lets them go."""

    def __init__(self, portal: Portal) -> None:
        self.inner = AsyncPort(portal)
        self.waits = anyio.Event()
        self.go = anyio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.set()
            await self.go.wait()


def _clocked(portal: Portal, longest_wait_s: float) -> tuple[Gateway, Clocked]:
    """Return a gateway that may send one request and then one in a thousand seconds."""
    port: Any = Clocked(portal)
    policy = Policy(tariff=Tariff(3, 0.001))
    forwarder = Forwarder(port, Webhook(portal.webhook_url), policy, longest_wait_s=longest_wait_s)
    return Gateway(Settings(CALLERS), forwarder), port


async def test_a_request_that_would_wait_too_long_is_refused_at_once(portal: Portal) -> None:
    """503 comes before the caller's patience ends, and takes no place from others."""
    gateway, _ = _clocked(portal, longest_wait_s=900.0)

    async with _client(gateway) as client:
        first = await client.get(f"/rest/1/{KEY}/user.get?n=1")
        refused = [await client.get(f"/rest/1/{KEY}/user.get?n={n}") for n in (2, 3)]

    assert 200 == first.status_code
    assert [(503, "1")] * 2 == [(one.status_code, one.headers["retry-after"]) for one in refused]
    assert 1 == portal.requests.count


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_a_write_whose_caller_hung_up_in_the_queue_is_not_sent(hangs_up: bool, portal: Portal) -> None:
    """It would be done with nobody knowing; a caller that stays gets it done when its turn comes."""
    gateway, port = _clocked(portal, longest_wait_s=5000.0)
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": b"a=1", "more_body": False}]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await port.waits.wait()
        if hangs_up:
            return {"type": "http.disconnect"}
        port.go.set()
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    async with _client(gateway) as client:
        await client.get(f"/rest/1/{KEY}/profile")
    path = f"/rest/1/{KEY}/crm.item.add"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "headers": []}
    await gateway({**scope, "query_string": b"", "scheme": "http", "server": ("x", 80)}, receive, send)

    methods = [entry.method for entry in portal.requests]
    assert (["profile"] if hangs_up else ["profile", "crm.item.add"]) == methods
    assert (0 if hangs_up else 2) == len(sent)


async def test_only_known_origins_may_read_answers(portal: Portal) -> None:
    """The origin is named, credentials of the browser are never allowed."""
    async with _client(_gateway(portal, origins=("https://desk.example",))) as client:
        known = await client.get("/healthz", headers={"origin": "https://desk.example"})
        other = await client.get("/healthz", headers={"origin": "https://evil.example"})

    assert "https://desk.example" == known.headers["access-control-allow-origin"]
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-credentials" not in known.headers


async def test_keys_reach_neither_log_nor_metrics(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The access log is JSON with the caller's name; wrong keys are not repeated either."""
    with caplog.at_level(logging.INFO, "b24bridge"):
        await client.get(f"/rest/1/{KEY}/user.get?ID=1")
        await client.get("/rest/1/wrong-secret/user.get")
        metrics = (await client.get("/metrics")).text

    lines = [
        json.loads(record.message) for record in caplog.records if record.name == "b24bridge.gateway.access"
    ]
    assert [("app", "user.get", 200), ("-", "-", 401)] == [
        (line["caller"], line["method"], line["status"]) for line in lines[:2]
    ]
    assert 'b24bridge_gateway_requests_total{caller="app",status="200"} 1' in metrics
    for secret in (KEY, "wrong-secret", "realcode"):
        assert secret not in metrics + caplog.text


async def test_the_gateway_serves_bx24_js(client: httpx.AsyncClient) -> None:
    """Where pages load BX24 from a portal's server, the gateway has its own."""
    answer = await client.get("/api/v1/")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert b"BX24" in answer.content


@pytest.mark.parametrize(
    "callers",
    [(Caller("a", "short"),), (Caller("a", KEY), Caller("b", KEY)), (Caller("a", KEY), Caller("a", READER))],
)
async def test_settings_that_let_anybody_in_are_refused(callers: tuple[Caller, ...]) -> None:
    """Keys are long and belong to one caller."""
    with pytest.raises(ConfigError):
        Settings(callers)
