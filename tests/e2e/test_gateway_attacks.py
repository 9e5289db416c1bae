"""Attacks on the gateway: each is refused, and the portal hears nothing of it."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.auth.credentials import OAuth, Webhook
from b24bridge.auth.stores import MemoryStore
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.policy import EAGER
from b24bridge.errors import ConfigError
from b24bridge.gateway.app import Gateway
from b24bridge.gateway.config import build
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.sandbox.portal import Portal
from tests.e2e.gateway_kit import behind_socket, in_thread, raw

KEY = "caller-key-1"
READER = "caller-key-2"
HEX = "6b65796f66746865646573746f706167"
CALLERS = (
    Caller("app", KEY),
    Caller("hex", HEX),
    Caller("reader", READER, ("user.*", "profile", "batch", "tasks.task.*"), read_only=True),
)
PAGE = "https://evil.example"


@pytest.fixture
def portal() -> Portal:
    """A portal with one user and one item."""
    return Portal(
        {
            "users": [{"ID": "1", "NAME": "Иван"}],
            "types": [{"entityTypeId": 140}],
            "items_140": [{"id": 1, "title": "Заявка"}],
        },
        webhook_code="realcode",
    )


def _client(portal: Portal, **settings: Any) -> httpx.AsyncClient:
    settings.setdefault("callers", CALLERS)
    forwarder = Forwarder(AsyncPort(portal), Webhook(portal.webhook_url), EAGER)
    transport = httpx.ASGITransport(Gateway(Settings(**settings), forwarder))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway.test")


@pytest.fixture
async def client(portal: Portal) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the gateway."""
    async with _client(portal) as opened:
        yield opened


@pytest.fixture
def live(portal: Portal) -> Iterator[str]:
    """Address of a gateway behind a socket, in front of the portal behind one."""
    with behind_socket(portal):
        given = {
            "upstream": {"webhook": portal.webhook_url},
            "limits": "none",
            "body_limit": 5000,
            "body_s": 30.0,
            "caller": [{"name": "app", "key": KEY}],
        }
        with in_thread(build(given)) as base:
            yield base


# -- paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/rest/1/{KEY}/..%2fprofile",
        f"/rest/1/{KEY}/%2e%2e/%2e%2e/2/othercode/profile",
        f"/rest/1/{KEY}/%252e%252e%252fprofile",
        f"/rest/1/{KEY}//profile",
        f"//rest/1/{KEY}/profile",
        f"/rest/./1/{KEY}/profile",
        f"/rest/x/../1/{KEY}/profile",
        f"/rest/1/{KEY}/profile;/../user.get",
        f"/rest/1/{KEY}/profile%00.json",
        f"/rest/1/{KEY}/profile%0d%0aHost:%20evil",
        f"/rest\\1\\{KEY}\\profile",
        f"/REST/1/{KEY}/profile",
        f"/%72est/1/{KEY}/profile",
        f"http://evil.example/rest/1/{KEY}/profile",
        "/bitrix/admin/",
        "/api/bitrix24.php",
    ],
)
def test_a_path_with_tricks_is_no_address(path: str, live: str, portal: Portal) -> None:
    """Dots, double slashes, encodings once and twice, other cases, absolute addresses."""
    answer = raw(live, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))
    assert 0 == portal.requests.count


# -- methods --------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    [
        "crm.item.add",
        "CRM.Item.Add",
        "crm.item.add.json",
        "crm.item.add.xml/",
        "user.add",
        "user.get.json.json",
        "user.update.JSON",
        "user.unheard.of",
    ],
)
async def test_a_method_outside_the_list_is_refused_in_any_spelling(
    path: str, client: httpx.AsyncClient, portal: Portal
) -> None:
    """Letter case and suffixes do not help, and what is not known as a read counts as a write."""
    answer = await client.post(f"/rest/1/{READER}/{path}", data={"entityTypeId": "140"})

    assert (403, "ACCESS_DENIED", 0) == (answer.status_code, answer.json()["error"], portal.requests.count)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "command",
    [
        "crm.item.delete?entityTypeId=140&id=1",
        "CRM.ITEM.DELETE?entityTypeId=140&id=1",
        "crm.item.delete#?x",
        "crm.item.delete.json?id=1",
        "crm:item.delete?id=1",
        "user.get:80?id=1",
        "/crm.item.delete?id=1",
        "//x/crm.item.delete?id=1",
        "?id=1",
        " user.get",
        "user.get\ncrm.item.delete",
        "user%2eget",
        "batch?cmd[x]=crm.item.delete%3Fid%3D1",
        "BATCH?CMD[x]=crm.item.delete",
        "batch?cmd[x]=batch%3Fcmd%5By%5D%3Dcrm.item.delete",
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
async def test_a_forbidden_command_is_found_in_a_batch(
    command: str, as_json: bool, client: httpx.AsyncClient, portal: Portal
) -> None:
    """In nested batches, with fragments, schemes, slashes, suffixes: one such command stops all."""
    commands = {"good": "user.get?ID=1", "bad": command}
    given: dict[str, Any] = (
        {"json": {"cmd": commands}}
        if as_json
        else {"data": {f"cmd[{name}]": text for name, text in commands.items()}}
    )

    answer = await client.post(f"/rest/1/{READER}/batch", **given)

    assert (403, "ACCESS_DENIED", 0) == (answer.status_code, answer.json()["error"], portal.requests.count)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("?cmd[b]=crm.item.delete", {}, b"cmd[a]=user.get"),
        ("", {"content-type": "text/plain; a=+json"}, b'{"cmd":{"a":"crm.item.delete"}}'),
        ("", {"content-type": "application/x+json"}, b'{"x":"&cmd[a]=crm.item.delete&"}'),
        ("", {"content-type": "application/x-www-form-urlencoded"}, b"CmD[a]=crm.item.delete"),
        ("", {"content-type": "application/x-www-form-urlencoded"}, b"a=1\0&cmd[a]=crm.item.delete"),
        (
            "",
            {"content-type": "application/x-www-form-urlencoded"},
            b"cmd[a]=crm.item.delete&cmd" + b"[x]" * 70 + b"=1",
        ),
        ("", {"content-type": "application/json"}, b'{"cmd":{"a":"user.get"},"Cmd":{"a":"crm.item.delete"}}'),
        (
            "",
            {"content-type": "multipart/form-data; boundary=B"},
            b'--B\r\nContent-Disposition: form-data; name="cmd[a]"\r\n\r\ncrm.item.delete?id=1\r\n--B--\r\n',
        ),
    ],
)
async def test_a_batch_hidden_from_one_reader_does_not_run(
    query: str, headers: dict[str, str], body: bytes, client: httpx.AsyncClient, portal: Portal
) -> None:
    """Whatever reaches the portal is what was checked; the item is still there afterwards."""
    await client.post(f"/rest/1/{READER}/batch{query}", headers=headers, content=body)

    assert 1 == portal.counts()["items_140"]
    assert [] == [entry.method for entry in portal.requests if "delete" in entry.method]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [
        b'[{"method": "tasks.task.delete", "query": {"id": 1}}]',
        b'{"0": {"method": "tasks.task.delete", "query": {"id": 1}}}',
        b'[{"method": "batch", "query": [{"method": "tasks.task.delete", "query": {"id": 1}}]}]',
        b'[{"method": "batch", "query": {"0": {"method": "tasks.task.delete"}}}]',
        b'[{"METHOD": "tasks.task.delete"}]',
    ],
)
async def test_a_forbidden_command_is_found_in_a_batch_of_rest_3(
    body: bytes, client: httpx.AsyncClient, portal: Portal
) -> None:
    """As a list, as an object with the keys of a list, nested."""
    answer = await client.post(
        f"/rest/api/1/{READER}/batch", content=body, headers={"content-type": "application/json"}
    )

    assert (403, "ACCESS_DENIED", 0) == (answer.status_code, answer.json()["error"], portal.requests.count)


FIELDS = st.sampled_from(
    [
        *(
            "cmd[a]=user.get",
            "cmd[b]=crm.item.delete?id=1",
            "CMD[c]=profile",
            "Cmd[]=crm.item.add",
            "cmd=user.get",
        ),
        *(
            "cmd[d]=batch%3Fcmd%5Bx%5D%3Dcrm.item.delete",
            "cmd[e]=user.get%23&cmd",
            "cmd[f=crm.item.add",
            "halt=1",
        ),
        *(
            " cmd[g]=crm.item.add",
            "%63md[h]=crm.item.add",
            "cmd%5Bi%5D=tasks.task.delete",
            "c.md[a]=1",
            "[cmd][a]=x",
        ),
        *(
            "cmd[j][method]=crm.item.add",
            "cmd[k]=crm:item.add",
            "cmd[l]=%00crm.item.add",
            "&",
            "=",
            "auth=x",
            "ap=1",
        ),
        *('{"cmd":{"a":"crm.item.add"}}', "a=1\0", "cmd[m]=user%2eget", "cmd[n]=/crm.item.add", "\xff=1"),
    ]
)
TYPES = st.sampled_from(
    [
        *(
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/json",
            "application/x+json",
            "",
            "+json",
        ),
        *("text/plain; +json", "APPLICATION/JSON", "application/json;", "multipart/form-data; boundary=B"),
    ]
)


@given(
    st.lists(FIELDS, max_size=5), st.lists(FIELDS, max_size=3), TYPES, st.sampled_from(["POST", "GET", "PUT"])
)
def test_no_mixture_of_fields_runs_what_the_caller_may_not(
    body: list[str], query: list[str], content_type: str, verb: str
) -> None:
    """Whatever is asked, the portal runs only methods of the reader's list."""
    portal = Portal({"types": [{"entityTypeId": 140}], "items_140": [{"id": 1}]}, webhook_code="realcode")
    text = "&".join(query).replace("\0", "").encode("latin-1").decode("ascii", "ignore")

    async def ask() -> None:
        async with _client(portal) as client:
            headers = {"content-type": content_type} if content_type else {}
            address = f"/rest/1/{READER}/batch" + (f"?{text}" if text else "")
            await client.request(verb, address, content="&".join(body).encode("latin-1"), headers=headers)

    anyio.run(ask)

    ran = {name.lower() for entry in portal.requests for name in (entry.method, *entry.commands)}
    assert all(CALLERS[2].may(name, 2) for name in ran)


# -- framing and size -----------------------------------------------------------------------------


def _framed(*headers: str, body: bytes = b"") -> bytes:
    lines = (f"POST /rest/1/{KEY}/user.get HTTP/1.1", "Host: x", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


@pytest.mark.parametrize(
    "request_bytes",
    [
        _framed("Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        _framed("Content-Length: 4", "Content-Length: 8", body=b"ID=1ID=1"),
        _framed("Content-Length: 4, 8", body=b"ID=1ID=1"),
        _framed("Content-Length: +4", body=b"ID=1"),
        _framed("Transfer-Encoding: xchunked", body=b"4\r\nID=1\r\n0\r\n\r\n"),
        _framed("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
        _framed("Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
        _framed(
            "Content-Length: 4", "Content-Type: application/json", "Content-Type: text/plain", body=b"ID=1"
        ),
        _framed("X-A: b\r\n\tContent-Length: 4\r\nContent Length: 3", body=b"ID=1"),
        _framed("Content-Length: 4", "X-Null: a\0b", body=b"ID=1"),
        _framed("Content-Length: 4", "Host: other", body=b"ID=1"),
    ],
)
def test_a_request_with_two_meanings_is_refused(request_bytes: bytes, live: str, portal: Portal) -> None:
    """Two lengths, unknown codings, headers twice, folded or with spaces before the colon."""
    answer = raw(live, request_bytes)

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert 1 == answer.count(b"HTTP/1.1 ")
    assert 0 == portal.requests.count


def test_a_second_request_inside_a_body_is_no_request(live: str, portal: Portal) -> None:
    """What stands in a body stays in it, and the portal gets it framed anew."""
    inner = f"POST /rest/1/{KEY}/crm.item.delete HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    folded = _framed(f"Content-Length: {len(inner)}", "X-Folded: a", " b", body=inner)

    answer = raw(live, folded)

    assert 1 >= answer.count(b"HTTP/1.1 ")
    assert "crm.item.delete" not in [entry.method for entry in portal.requests]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (_framed("Content-Length: 6000", body=b"a=" + b"x" * 5998), b"413"),
        (
            _framed(
                "Transfer-Encoding: chunked", body=b"1000\r\n" + b"x" * 4096 + b"\r\n1000\r\n" + b"x" * 4096
            ),
            b"413",
        ),
        (_framed("X-Long: " + "x" * 300_000), b"400"),
        (b"GET /rest/1/" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
    ],
)
def test_what_is_too_long_ends(request_bytes: bytes, status: bytes, live: str, portal: Portal) -> None:
    """A long body, a long chunked one, long headers, a long address."""
    answer = raw(live, request_bytes)

    assert status == answer[9:12]
    assert 0 == portal.requests.count


def test_a_body_that_never_comes_ends(portal: Portal) -> None:
    """Whoever says less than promised loses the place after ``body_s`` seconds."""
    given = {
        "upstream": {"webhook": portal.webhook_url},
        "limits": "none",
        "body_s": 0.1,
        "caller": [{"name": "app", "key": KEY}],
    }
    with in_thread(build(given)) as base:
        answer = raw(base, _framed("Content-Length: 40", body=b"a="))

    assert b"408" == answer[9:12]
    assert 0 == portal.requests.count


@pytest.mark.anyio
async def test_all_bodies_together_have_a_limit(portal: Portal) -> None:
    """Many callers with long bodies cannot fill the memory."""
    async with _client(portal, bodies_limit=1000) as client:
        answer = await client.post(f"/rest/1/{KEY}/user.get", content=b"a=" + b"x" * 2000)
        metrics = (await client.get("/metrics")).text

    assert 503 == answer.status_code
    assert "b24bridge_gateway_held_bytes 0" in metrics


@pytest.mark.anyio
async def test_a_body_of_separators_does_not_stop_the_gateway(portal: Portal) -> None:
    """Millions of empty fields would take a minute to read, with or without a key: they are refused unread."""
    fields = b"a&" * 1_000_000
    async with _client(portal) as client:
        with_key = await client.post(f"/rest/1/{KEY}/user.get", content=fields)
        without = await client.post("/rest/user.get", content=fields)
        token = await client.post("/oauth/token/", content=fields + f"refresh_token={KEY}".encode())

    assert (413, 413, 400) == (with_key.status_code, without.status_code, token.status_code)
    assert 0 == portal.requests.count


@pytest.mark.anyio
async def test_the_body_of_an_unknown_caller_is_not_read(portal: Portal) -> None:
    """The key in the path is looked at first."""
    async with _client(portal, body_limit=10) as client:
        answer = await client.post("/rest/1/wrong-key/user.get", content=b"x" * 2000)

    assert 401 == answer.status_code


# -- secrets --------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_keys_leak_nowhere(
    client: httpx.AsyncClient, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever a caller puts its key by mistake, neither log nor metrics nor answers show it."""
    portal.faults.add({"method": "user.get", "lost": True, "times": 1})
    texts = []
    with caplog.at_level(logging.DEBUG):
        for path in (
            f"/rest/1/{KEY}/crm.item.add?auth={KEY}&entityTypeId=140",
            f"/rest/{KEY}/user.get",
            f"/rest/1/user.get/{KEY}",
            f"/rest/{KEY}",
            f"/rest/1/{HEX}/{HEX}",
            f"/rest/1/{HEX}/user.get.{HEX}",
            f"/rest/1/{HEX}/" + "x" * 5000,
            f"/{KEY}",
            f"/rest/user.get?auth={KEY}x",
            f"/oauth/token/?refresh_token={KEY}x",
        ):
            texts.append((await client.get(path)).text)
        texts.append((await client.post(f"/rest/1/{KEY}/user.get", data={"auth": KEY})).text)
        texts.append((await client.get("/metrics")).text)

    logged = [
        record.getMessage() for record in caplog.records if record.name.startswith(("b24bridge", "uvicorn"))
    ]
    assert max(map(len, logged)) < 1000
    # The portal, which was asked for such a method, may say so.
    assert HEX not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("b24bridge.gateway")
    )
    for secret in (KEY, "realcode"):
        assert secret not in "".join([*texts, *logged])
    assert not [entry for entry in portal.requests if KEY in json.dumps(entry.params)]


@pytest.mark.anyio
async def test_an_accident_inside_shows_no_values(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    """The caller gets a plain 500, the log the places in the code only."""

    async def fetch(asked: Any) -> Any:
        raise RuntimeError(f"broken by {KEY}")

    gateway = Gateway(Settings(CALLERS), None, fetch)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://x") as client:
        answer = await client.post(f"/rest/1/{KEY}/user.get", data={"ID": "1"})

    assert (500, "INTERNAL_SERVER_ERROR") == (answer.status_code, answer.json()["error"])
    assert "RuntimeError" in caplog.text
    assert KEY not in caplog.text + answer.text


@pytest.mark.parametrize("name", ["a b", 'a"}', "a\nb", ""])
def test_a_callers_name_cannot_break_the_metrics(name: str) -> None:
    """Names are plain words."""
    with pytest.raises(ConfigError):
        Settings((Caller(name, KEY),))


# -- forgery of addresses -------------------------------------------------------------------------


@pytest.mark.anyio
async def test_no_address_of_a_caller_is_ever_called(client: httpx.AsyncClient, portal: Portal) -> None:
    """DOMAIN, client_endpoint and the like are parameters like any other; only the portal is asked."""
    forged = {
        "DOMAIN": "evil.example",
        "client_endpoint": f"{PAGE}/rest/",
        "server_endpoint": f"{PAGE}/rest/",
    }
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "origin": PAGE, "referer": PAGE}

    answer = await client.post(f"/rest/1/{KEY}/profile", data=forged, headers=headers, params=forged)

    assert 200 == answer.status_code
    assert ["profile"] == [entry.method for entry in portal.requests]


@pytest.mark.anyio
async def test_a_redirect_of_the_portal_is_not_followed(client: httpx.AsyncClient, portal: Portal) -> None:
    """The caller is told that the portal moved, and not sent there: its key would go with it."""
    portal.faults.add(
        {
            "method": "crm.item.add",
            "status": 302,
            "headers": {"Location": f"{PAGE}/rest/1/realcode/"},
            "body": "moved",
        }
    )

    answer = await client.post(f"/rest/1/{KEY}/crm.item.add", data={"entityTypeId": "140"})

    assert (502, "GATEWAY_NO_ANSWER") == (answer.status_code, answer.json()["error"])
    assert "evil.example" in answer.json()["error_description"]
    assert "realcode" not in answer.text
    assert "location" not in answer.headers
    assert 1 == portal.requests.count


@pytest.mark.anyio
async def test_tokens_are_renewed_at_the_configured_address_only(portal: Portal) -> None:
    """What a caller sends as its token server is never asked."""
    pair = portal.tokens()
    store = MemoryStore(
        {"access_token": pair["access"], "refresh_token": pair["refresh"], "client_endpoint": portal.endpoint}
    )
    application = portal.application
    credentials = OAuth(store, application.client_id, application.client_secret, oauth_url=portal.oauth_url)
    portal.oauth.expire()
    gateway = Gateway(Settings(CALLERS), Forwarder(AsyncPort(portal), credentials, EAGER))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://x") as client:
        answer = await client.post(
            "/rest/profile", data={"auth": KEY, "server_endpoint": f"{PAGE}/rest/", "SERVER_ENDPOINT": PAGE}
        )

    assert 200 == answer.status_code
    assert {"profile", "oauth.token"} == {entry.method for entry in portal.requests}


@pytest.mark.anyio
async def test_the_address_in_token_answers_can_be_fixed(portal: Portal) -> None:
    """With public_url a forged Host header changes nothing."""
    async with _client(portal, public_url="https://gateway.example") as client:
        answer = await client.get(
            "/oauth/token/", params={"refresh_token": KEY}, headers={"host": "evil.example"}
        )

    assert "https://gateway.example/rest/" == answer.json()["client_endpoint"]
    assert "gateway.example" == answer.json()["domain"]


# -- pages ----------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("origins", [("*",), ("https://desk.example",)])
@pytest.mark.parametrize(
    "origin", [PAGE, "null", "https://desk.example.evil.example", "https://desk.example"]
)
async def test_a_page_never_gets_answers_with_the_browsers_credentials(
    origins: tuple[str, ...], origin: str, portal: Portal
) -> None:
    """No answer allows credentials, and an origin that is not listed is not echoed."""
    async with _client(portal, origins=origins) as client:
        headers = {"origin": origin, "access-control-request-method": "POST", "cookie": "sid=1"}
        preflight = await client.request("OPTIONS", f"/rest/1/{KEY}/profile", headers=headers)
        answer = await client.get(f"/rest/1/{KEY}/profile", headers=headers)

    listed = origin if origin in origins else None
    expected = "*" if "*" in origins else listed
    for one in (preflight, answer):
        assert expected == one.headers.get("access-control-allow-origin")
        assert "access-control-allow-credentials" not in one.headers
        assert "set-cookie" not in one.headers
        assert ("Origin" if "*" not in origins else None) == one.headers.get("vary")


@pytest.mark.anyio
async def test_a_foreign_page_may_not_use_the_address_without_keys(portal: Portal) -> None:
    """A plain form post needs no preflight, so the origin itself is looked at."""
    async with _client(portal, origins=("https://desk.example",), proxy_caller="app") as client:
        body = {"method": "crm.item.delete", "params": {"entityTypeId": 140, "id": 1}}
        foreign = await client.post("/api/bitrix24.php", json=body, headers={"origin": PAGE})
        own = await client.post(
            "/api/bitrix24.php", json={"method": "profile"}, headers={"origin": "https://desk.example"}
        )

    assert (403, 200) == (foreign.status_code, own.status_code)
    assert 1 == portal.counts()["items_140"]
