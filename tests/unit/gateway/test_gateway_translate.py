"""How the gateway reads a caller's request and writes it for the portal."""

from __future__ import annotations

import json
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.gateway.multipart import Malformed, as_form
from b24bridge.gateway.settings import Caller
from b24bridge.gateway.translate import Asked, Refusal, address, read, write
from b24bridge.wire.phpquery import http_build_query, parse_str
from b24bridge.wire.request import Access

HOOK = Access("https://portal.test/rest/1/real/", "https://portal.test/rest/api/1/real/")
TOKEN = Access("https://portal.test/rest/", "https://portal.test/rest/api/", "T0KEN")
FORM = (("content-type", "application/x-www-form-urlencoded"),)
JSON = (("content-type", "application/json"),)
PLAIN = (("content-type", "text/plain;charset=UTF-8"),)


def _read(
    path: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = FORM, query: str = ""
) -> Asked:
    return read("POST" if body else "GET", address(path), query, headers, body)


@pytest.mark.parametrize(
    ("path", "api", "method", "tail", "key"),
    [
        ("/rest/1/abcdefgh/crm.item.list", 2, "crm.item.list", "crm.item.list", "abcdefgh"),
        ("/rest/1/abcdefgh/crm.item.list.json/", 2, "crm.item.list", "crm.item.list.json", "abcdefgh"),
        ("/rest/user.get.xml", 2, "user.get", "user.get.xml", ""),
        ("/rest//user.get", 2, "user.get", "user.get", ""),
        ("/rest//api/tasks.task.get", 3, "tasks.task.get", "tasks.task.get", ""),
        ("/rest/api/tasks.task.get", 3, "tasks.task.get", "tasks.task.get", ""),
        (
            "/rest/api/1/abcdefgh/tasks.task.get.json",
            3,
            "tasks.task.get.json",
            "tasks.task.get.json",
            "abcdefgh",
        ),
    ],
)
def test_the_forms_of_the_address_are_those_of_a_portal(
    path: str, api: int, method: str, tail: str, key: str
) -> None:
    """Webhook and token form, both APIs, with suffix and final slash."""
    at = address(path)

    assert (api, method, tail, key) == (at.api, at.method, at.tail, at.key)
    assert not key or key not in repr(at)


@pytest.mark.parametrize(
    "path",
    [
        "/rest/1/abcdefgh/..%2fadmin",
        "/rest/1/abcdefgh/%2e%2e/user.get",
        "/rest/1/abcdefgh/%252e%252e",
        "/rest/1/abcdefgh//user.get",
        "/rest///user.get",
        "/rest/api//user.get",
        "/rest/1/abcdefgh/user.get/../x",
        "/rest/1/abcdefgh/..",
        "/rest/1/abcdefgh/user%2Eget",
        "/rest/1/abcdefgh/user.get;x",
        "/rest/1/abcdefgh/user.get%00",
        "/rest/1/abcdefgh/a\\b",
        "/rest/",
        "/rest/api",
    ],
)
def test_tricks_in_the_path_are_refused(path: str) -> None:
    """Encoded dots and slashes, empty segments, double encoding: none reaches the portal."""
    with pytest.raises(Refusal) as caught:
        _read(path)

    assert 404 == caught.value.status


@pytest.mark.parametrize(
    ("headers", "body", "rest"),
    [
        (FORM, b"auth=callerkey&a=1&b[]=2", b"a=1&b[]=2"),
        (FORM, b"a=1&auth=callerkey", b"a=1"),
        (PLAIN, b"auth=callerkey&&filter[ID]=1", b"&filter[ID]=1"),
        (FORM, b"access.token=callerkey&a=1", b"a=1"),
        (FORM, b"%61uth=callerkey&ap=x&aplogin=1&a=1", b"a=1"),
        (JSON, b'{"auth": "callerkey", "a": "\xd0\xb0"}', b'{"a": "\xd0\xb0"}'),
    ],
)
def test_the_callers_key_is_found_and_does_not_go_on(
    headers: tuple[tuple[str, str], ...], body: bytes, rest: bytes
) -> None:
    """Credentials leave the body under every spelling that the portal reads; the rest keeps its bytes."""
    asked = _read("/rest/user.get", body, headers)

    assert ("callerkey", rest) == (asked.key, asked.body.content)
    assert "callerkey" not in repr(asked)


def test_a_key_may_come_as_bearer_token_or_in_the_query() -> None:
    """The portal's other places for a token work too."""
    bearer = _read("/rest/api/scopes", headers=(("authorization", "Bearer callerkey"),))
    query = _read("/rest/user.get", query="auth=callerkey&ID=1")

    assert ["callerkey", "callerkey"] == [bearer.key, query.key]
    assert "ID=1" == query.query


@pytest.mark.parametrize(
    ("path", "body", "headers", "methods"),
    [
        (
            "/rest/batch",
            b"cmd[a]=user.get%3FID%3D1&cmd[b]=crm.deal.delete",
            FORM,
            ("user.get", "crm.deal.delete"),
        ),
        ("/rest/BATCH", b"CMD[a]=user.get", FORM, ("user.get",)),
        ("/rest/batch", b'{"cmd": {"a": "user.get?ID=1"}}', JSON, ("user.get",)),
        ("/rest/batch", b"cmd[a]=batch%3Fcmd%5Bx%5D%3Dcrm.deal.delete", FORM, ("batch", "crm.deal.delete")),
        ("/rest/api/batch", b'[{"method": "tasks.task.get", "query": {"id": 1}}]', JSON, ("tasks.task.get",)),
    ],
)
def test_the_commands_of_a_batch_are_seen(
    path: str, body: bytes, headers: tuple[tuple[str, str], ...], methods: tuple[str, ...]
) -> None:
    """Every method that a batch would run is known, in nested batches too."""
    asked = _read(path, body, headers)

    assert methods == asked.methods[1:]


def test_commands_hidden_in_the_query_are_seen() -> None:
    """The portal merges query and body, so both are looked at."""
    asked = _read("/rest/batch", b"cmd[a]=user.get", query="cmd[b]=crm.deal.delete")

    assert {"batch", "user.get", "crm.deal.delete"} == set(asked.methods)


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/rest/batch", b"cmd[a]=user%252eget", FORM),
        ("/rest/batch", b"cmd[a]=%2Fuser.get", FORM),
        ("/rest/batch", b"cmd[a]=user:get%3Fx%3D1", FORM),
        ("/rest/batch", b"cmd[a]=user.get%23x", FORM),
        ("/rest/batch", b"cmd[a]=%20crm.deal.delete", FORM),
        ("/rest/batch", b"cmd=user.get", FORM),
        ("/rest/batch", b'{"cmd": [5]}', JSON),
        ("/rest/batch", b'{"cmd": [["crm.deal.delete", {"id": 1}]]}', JSON),
        ("/rest/batch", b'{"cmd": {"a": {"method": "crm.deal.delete"}}}', JSON),
        (
            "/rest/batch",
            b"cmd[a]=batch%3Fcmd%5Bx%5D%3Dbatch%253Fcmd%255Bx%255D%253Dbatch%25253Fcmd%25255Bx%25255D%25253Dx",
            FORM,
        ),
        ("/rest/api/batch", b'[["crm.deal.delete", {"id": 1}]]', JSON),
        ("/rest/api/batch", b'[{"METHOD": "crm.deal.delete"}]', JSON),
    ],
)
def test_commands_that_cannot_be_read_need_every_right(
    path: str, body: bytes, headers: tuple[tuple[str, str], ...]
) -> None:
    """Most of them the portal skips or refuses, but a caller with limits may not rely on that."""
    asked = _read(path, body, headers)

    assert "" in asked.methods
    assert Caller("x", "abcdefgh").may("", 2)
    assert not Caller("x", "abcdefgh", read_only=True).may("", 2)
    assert not Caller("x", "abcdefgh", ("user.*", "batch")).may("", 2)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"--x", (("content-type", "multipart/form-data; boundary=x"),), 415),
        (b"a=1\0&cmd[a]=crm.deal.delete", FORM, 400),
        (b"a=1", (*FORM, *JSON), 400),
        (b"a=1", (*FORM, ("content-length", "3"), ("transfer-encoding", "chunked")), 400),
        (b"a=1", (*FORM, ("content-length", "3"), ("content-length", "4")), 400),
        (b"a=1", (*FORM, ("authorization", "Bearer a"), ("authorization", "Bearer b")), 400),
    ],
)
def test_what_servers_read_in_different_ways_is_refused(
    body: bytes, headers: tuple[tuple[str, str], ...], status: int
) -> None:
    """Bodies and headers that mean one thing here and another at the portal do not go on."""
    with pytest.raises(Refusal) as caught:
        _read("/rest/batch", body, headers)

    assert status == caught.value.status


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("text/plain;charset=UTF-8", "text/plain;charset=UTF-8"),
        ("text/plain; x=+json", "application/x-www-form-urlencoded"),
        ("application/x-www-form-urlencoded; a=application/json", "application/x-www-form-urlencoded"),
        ("application/vnd.api+json", "application/json"),
        ("application/jsonp", "application/x-www-form-urlencoded"),
        ("", "application/x-www-form-urlencoded"),
    ],
)
def test_the_portal_is_told_the_type_that_was_read(given: str, told: str) -> None:
    """A type that old and new portals read differently becomes the plain one that was checked."""
    asked = _read("/rest/user.get", b'{"a": 1}', (("content-type", given),))

    assert (("content-type", told),) == asked.headers


def test_a_multipart_body_becomes_a_form() -> None:
    """PHP's curl sends arrays like this; the key leaves it, commands in it are seen."""
    body = (
        b'--B\r\nContent-Disposition: form-data; name="auth"\r\n\r\ncallerkey\r\n'
        b'--B\r\nContent-Disposition: form-data; name="cmd[a]"\r\n\r\nuser.get?NAME=\xd0\xb0\r\n--B--\r\n'
    )

    asked = _read("/rest/batch", body, (("content-type", 'multipart/form-data; boundary="B"'),))

    assert ("callerkey", ("batch", "user.get")) == (asked.key, asked.methods)
    assert b"cmd%5Ba%5D=user.get%3FNAME%3D%D0%B0" == asked.body.content
    assert (("content-type", "application/x-www-form-urlencoded"),) == asked.headers


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), min_size=1, max_size=8),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
        max_size=5,
    )
)
def test_multipart_fields_keep_names_and_values(fields: dict[str, str]) -> None:
    """Whatever stands in a field, line ends and boundaries look-alikes included, arrives in the form."""
    body = b"".join(
        b'--bOuNdArY\r\nContent-Disposition: form-data; name="'
        + name.replace("\\", "\\\\").replace('"', '\\"').encode()
        + b'"\r\n\r\n'
        + value.encode()
        + b"\r\n"
        for name, value in fields.items()
    )

    form = as_form("multipart/form-data; boundary=bOuNdArY", body + b"--bOuNdArY--\r\n")

    assert list(fields.items()) == [
        (unquote_plus(name), unquote_plus(value))
        for name, _, value in (field.partition("=") for field in form.decode().split("&") if field)
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"--B\r\n\r\nx\r\n--B--", "headers"),
        (b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B', "boundaries"),
        (b'x\r\n--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B--', "boundaries"),
        (b'--B\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n1\r\n--B--', "base64"),
        (b'--B\r\nContent-Disposition: form-data; name="a"; name="b"\r\n\r\n1\r\n--B--', "name"),
        (b'--B\r\nContent-Disposition: form-data;\r\n name="a"\r\n\r\n1\r\n--B--', "Disposition"),
    ],
)
def test_a_doubtful_multipart_body_is_refused_with_the_reason(body: bytes, text: str) -> None:
    """Missing ends, preambles, files, folded headers, two names."""
    with pytest.raises(Malformed, match=text):
        as_form("multipart/form-data; boundary=B", body)


def test_rest_3_commands_are_seen_under_any_key() -> None:
    """PHP reads an object with the keys 0, 1, … as the same list of commands."""
    asked = _read("/rest/api/batch", b'{"0": {"method": "tasks.task.delete", "query": {"id": 1}}}', JSON)

    assert ("batch", "tasks.task.delete") == asked.methods


def test_a_checked_batch_is_written_from_what_was_read() -> None:
    """Duplicate members, odd types and spellings do not survive: the portal gets what was checked."""
    doubled = _read("/rest/batch", b'{"cmd":{"a":"crm.deal.delete"},"cmd":{"a":"user.get"}}', JSON)
    form = _read("/rest/batch", b"cmd[a=1&CMD[x]=user.get&&", FORM, query="halt=1&&")

    assert b'{"cmd": {"a": "user.get"}}' == doubled.rewritten().body.content
    assert (b"cmd_a=1&CMD%5Bx%5D=user.get", "halt=1") == (
        form.rewritten().body.content,
        form.rewritten().query,
    )


@given(st.binary(max_size=60))
def test_rewriting_a_form_keeps_what_it_says(body: bytes) -> None:
    """Any bytes without NUL mean the same to PHP before and after."""
    body = b"cmd[x]=user.get&" + body.replace(b"\0", b"")

    asked = _read("/rest/batch", body, FORM)

    assert parse_str(asked.body.content) == parse_str(asked.rewritten().body.content)


@pytest.mark.parametrize(
    ("asked", "access", "url", "body"),
    [
        (
            ("/rest/1/abcdefgh/m.x.json", b"a=1", FORM),
            HOOK,
            "https://portal.test/rest/1/real/m.x.json",
            b"a=1",
        ),
        (("/rest/1/abcdefgh/m.x", b"a=1", FORM), TOKEN, "https://portal.test/rest/m.x", b"auth=T0KEN&a=1"),
        (
            ("/rest/1/abcdefgh/m.x", b'{"a":1}', JSON),
            TOKEN,
            "https://portal.test/rest/m.x",
            b'{"auth":"T0KEN","a":1}',
        ),
        (("/rest/1/abcdefgh/m.x", b"{}", JSON), TOKEN, "https://portal.test/rest/m.x", b'{"auth":"T0KEN"}'),
        (
            ("/rest/1/abcdefgh/m.x", b" { }", JSON),
            TOKEN,
            "https://portal.test/rest/m.x",
            b'{"auth":"T0KEN" }',
        ),
        (
            ("/rest/1/abcdefgh/m.x", b' {"a":1}', JSON),
            TOKEN,
            "https://portal.test/rest/m.x",
            b'{"auth":"T0KEN","a":1}',
        ),
        (("/rest/1/abcdefgh/m.x", b"{a=1", FORM), TOKEN, "https://portal.test/rest/m.x", b"auth=T0KEN&{a=1"),
        (("/rest/1/abcdefgh/m.x", b"[1]", JSON), TOKEN, "https://portal.test/rest/m.x?auth=T0KEN", b"[1]"),
        (("/rest/1/abcdefgh/m.x", b"", ()), TOKEN, "https://portal.test/rest/m.x?auth=T0KEN", b""),
    ],
)
def test_the_portals_credentials_are_put_in(
    asked: tuple[str, bytes, tuple[tuple[str, str], ...]], access: Access, url: str, body: bytes
) -> None:
    """Address for a webhook, field, member or query for a token."""
    request = write(_read(*asked), access, timeout_s=None)

    assert (url, body) == (request.url, request.body)


def test_rest_3_gets_its_token_as_a_header() -> None:
    """The body of REST 3.0 has no place for it."""
    request = write(_read("/rest/api/1/abcdefgh/m.x", b"{}", JSON), TOKEN, timeout_s=None)

    assert ("https://portal.test/rest/api/m.x", b"{}") == (request.url, request.body)
    assert ("authorization", "Bearer T0KEN") in request.headers


@given(
    st.dictionaries(st.text("abcxyz_", min_size=1, max_size=5), st.text(max_size=5), max_size=4),
    st.booleans(),
)
def test_no_credential_of_a_caller_survives(params: dict[str, str], as_json: bool) -> None:
    """Whatever the parameters are, what goes to the portal has no auth but the portal's own."""
    given_params = {"auth": "callerkey", **params}
    body = json.dumps(given_params).encode() if as_json else http_build_query(given_params).encode()

    asked = _read("/rest/m.x", body, JSON if as_json else FORM)

    left = json.loads(asked.body.content) if as_json else parse_str(asked.body.content)
    assert not {"auth", "access_token", "ap", "aplogin", "sessid"} & set(left)


@pytest.mark.parametrize(
    ("allow", "read_only", "method", "expected"),
    [
        (("*",), False, "crm.deal.delete", True),
        (("crm.item.*",), False, "crm.item.list", True),
        (("crm.item.*",), False, "CRM.ITEM.LIST", True),
        (("crm.item.*",), False, "crm.deal.list", False),
        (("*",), True, "crm.deal.list", True),
        (("*",), True, "crm.deal.update", False),
        (("*",), True, "unheard.of", False),
    ],
)
def test_a_caller_may_what_its_patterns_say(
    allow: tuple[str, ...], read_only: bool, method: str, expected: bool
) -> None:
    """Wildcards, any case; in read-only mode an unknown method counts as writing."""
    assert expected is Caller("x", "abcdefgh", allow, read_only).may(method, 2)
