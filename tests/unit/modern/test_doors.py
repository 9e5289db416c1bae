"""Installations and openings at the door of a web program, as the sandbox sends them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from b24bridge import Client
from b24bridge.auth.stores import MemoryStore
from b24bridge.errors import AccessError, ConfigError, ValidationError
from b24bridge.modern.endpoints import InstallApp, InstallWsgi, PageApp, PageWsgi
from b24bridge.modern.opening import Opening, read_opening
from b24bridge.modern.web import async_form_of, form_of
from b24bridge.sandbox import Portal
from b24bridge.sandbox.installation import install, open_page

PAGE = "https://app.example/install?own=1"


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal with an application."""
    with Portal() as made:
        yield made


def opened(portal: Portal, placement: str = "DEFAULT", options: Any = None) -> tuple[str, bytes]:
    """Return query and body of an opening, as the portal posts them."""
    application = portal.applications[next(iter(portal.applications))]
    page = open_page(portal, application, PAGE, user_id=1, placement=placement, options=options)
    return urlsplit(page.url).query, urlencode(page.fields).encode()


def token(portal: Portal) -> str:
    """Return the application token."""
    return portal.applications[next(iter(portal.applications))].application_token


def environ(query: str, body: bytes, method: str = "POST") -> dict[str, Any]:
    """Return the environment of WSGI."""
    return {
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }


def answered(app: Any, query: str, body: bytes) -> tuple[str, bytes]:
    """Return status line and body of a WSGI answer."""
    seen: list[str] = []
    text = b"".join(app(environ(query, body), lambda line, headers: seen.append(line)))
    return seen[0], text


def test_opening_of_a_card_tells_record_and_user(portal: Portal) -> None:
    """Its tokens act for the user who opened it, and are in no representation."""
    query, body = opened(portal, "CRM_DEAL_DETAIL_TAB", {"ID": "662"})

    opening = read_opening(form_of(environ(query, body)), token(portal))
    with Client.from_oauth(dict(opening.settings), transport=portal) as b24:
        user = b24.users.current()

    assert ("CRM_DEAL_DETAIL_TAB", 662, "en") == (opening.placement, opening.record_id, opening.language)
    assert opening.is_proven
    assert 1 == user.id
    assert opening.tokens().access_token not in repr(opening)


def test_opening_with_another_token_is_refused(portal: Portal) -> None:
    """And one without a token is not proven."""
    query, body = opened(portal)
    form = form_of(environ(query, body))

    with pytest.raises(AccessError, match="403"):
        read_opening(form, "0" * 32)
    without = read_opening({**form, "APPLICATION_TOKEN": ""}, token(portal))

    assert not without.is_proven
    assert without.record_id is None


@pytest.mark.parametrize("missing", ["PLACEMENT", "AUTH_ID", "DOMAIN"])
def test_what_is_no_opening_is_refused(portal: Portal, missing: str) -> None:
    """With a text that names what is missing."""
    form = form_of(environ(*opened(portal)))

    with pytest.raises(ValidationError, match=missing):
        read_opening({**form, missing: ""})


@pytest.mark.parametrize("text", ["[]", "{", "7", None])
def test_options_that_are_none_are_empty(portal: Portal, text: Any) -> None:
    """PHP writes an empty map as a list."""
    form = {**form_of(environ(*opened(portal))), "PLACEMENT_OPTIONS": text}

    assert {} == read_opening(form).options


def test_installer_page_stores_the_tokens_and_ends_the_installation(portal: Portal) -> None:
    """The page calls ``BX24.installFinish``; a store of one portal is not overwritten by another."""
    delivery = install(portal, PAGE, kind="page")
    query, body = urlsplit(delivery.url).query, urlencode(delivery.form).encode()
    store = MemoryStore()
    app = InstallWsgi(store)

    status, page = answered(app, query, body)
    foreign = answered(app, query, body.replace(portal.member_id.encode(), b"f" * 32))[0]
    nothing = answered(app, "", b"a=1")[0]

    assert "200 OK" == status
    assert b"BX24.installFinish()" in page
    assert delivery.form["AUTH_ID"] == store.load()["access_token"]
    assert ["403 Forbidden", "400 Bad Request"] == [foreign, nothing]


def test_installation_may_have_to_be_confirmed(portal: Portal) -> None:
    """By whatever the program knows; what is not confirmed is not stored."""
    delivery = install(portal, PAGE, kind="page")
    store = MemoryStore()
    app = InstallWsgi(store, confirm=lambda found: found.settings["domain"] == "another.example")

    status, _ = answered(app, urlsplit(delivery.url).query, urlencode(delivery.form).encode())

    assert "403 Forbidden" == status
    assert {} == store.load()


@pytest.mark.anyio
async def test_asgi_doors_stand_in_starlette(portal: Portal) -> None:
    """Mounted beside a route that reads the form itself."""
    store = MemoryStore()

    async def page(opening: Opening) -> str:
        return f"<p>{opening.placement} {opening.record_id}</p>"

    async def own(request: Request) -> JSONResponse:
        return JSONResponse(read_opening(await async_form_of(request)).record_id)

    app = Starlette(
        routes=[
            Mount("/install", InstallApp(store)),
            Mount("/tab", PageApp(lambda: token(portal), page)),
            Route("/own", own, methods=["POST"]),
        ]
    )
    query, body = opened(portal, "CRM_DEAL_DETAIL_TAB", {"ID": "7"})
    main = body.replace(b"CRM_DEAL_DETAIL_TAB", b"DEFAULT")
    forging = body.replace(token(portal).encode(), b"0" * 32)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app.example") as web:
        answers = [await web.post(f"{path}?{query}", content=body) for path in ("/tab/", "/own", "/install/")]
        installed = await web.post(f"/install/?{query}", content=main)
        forged = await web.post(f"/tab/?{query}", content=forging)
        large = await web.post("/tab/", content=b"a" * 1_000_001)

    assert ["<p>CRM_DEAL_DETAIL_TAB 7</p>", "7", "no installation"] == [answer.text for answer in answers]
    assert [200, 403, 413] == [answer.status_code for answer in (installed, forged, large)]
    assert portal.member_id == store.load()["member_id"]


def test_wsgi_page_shows_what_is_open(portal: Portal) -> None:
    """The page is told of record and portal."""
    app = PageWsgi(lambda: token(portal), lambda opening: f"deal {opening.record_id} of {opening.domain}")

    status, text = answered(app, *opened(portal, "CRM_DEAL_DETAIL_TAB", {"ID": "7"}))

    assert ("200 OK", f"deal 7 of {portal.host}".encode()) == (status, text)


def test_requests_of_flask_and_django_give_their_form() -> None:
    """By the names that these frameworks have for query and body."""
    flask = SimpleNamespace(query_string=b"a=1", content_length=7, get_data=lambda: b"b[c]=2&a=3"[:10])
    django = SimpleNamespace(META={"QUERY_STRING": "a=1", "CONTENT_LENGTH": ""}, body=b"b[c]=2&a=3")

    assert {"a": "3", "b": {"c": "2"}} == form_of(flask) == form_of(django)


def test_other_requests_are_refused_with_a_hint() -> None:
    """Those that must be awaited, those of no framework, those that are too large."""
    large = SimpleNamespace(META={"CONTENT_LENGTH": "1000001"}, body=b"")

    with pytest.raises(ConfigError, match="awaited"):
        form_of(Request({"type": "http", "headers": []}))
    with pytest.raises(ConfigError, match="no request"):
        form_of(7)
    with pytest.raises(ValidationError, match="1000001 bytes"):
        form_of(large)
