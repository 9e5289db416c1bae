"""Whatever arrives, the portal answers: no crash, no status 500, no hang."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b24bridge.sandbox import Portal, seeds

METHODS = [
    "batch",
    "crm.item.list",
    "crm.item.get",
    "crm.item.add",
    "crm.item.update",
    "crm.item.fields",
    "crm.type.list",
    "crm.category.list",
    "crm.status.list",
    "user.get",
    "user.search",
    "user.current",
    "department.get",
    "tasks.task.list",
    "tasks.task.get",
    "tasks.task.add",
    "tasks.task.update",
    "task.elapseditem.getlist",
    "task.elapseditem.add",
    "profile",
    "app.info",
    "scope",
    "methods",
    "method.get",
    "crm.deal.list",
    "crm.deal.add",
    "crm.deal.update",
    "crm.contact.add",
    "crm.contact.list",
    "crm.lead.get",
    "crm.company.fields",
]
NAMES = [
    "filter",
    "FILTER",
    "select",
    "order",
    "start",
    "fields",
    "id",
    "ID",
    "entityTypeId",
    "taskId",
    "cmd",
    "halt",
    "params",
    "sort",
    "ufCrm7TypeProduct",
    ">id",
    "!@stageId",
    "=%title",
    "UF_CRM_7_TYPE_PRODUCT",
    "PHONE",
    "VALUE",
    "DELETE",
    "logic",
    "0",
    "1",
    "-1",
    "NAV_PARAMS",
    "nPageSize",
    "title",
    "createdTime",
    "CREATED_DATE",
    "STATUS",
    "FIND",
    "140",
    "opened",
    "contactIds",
    "fm",
    "TITLE",
    "DATE_CREATE",
    "SECONDS",
    "NAME",
]
TEXTS = st.one_of(st.sampled_from(NAMES), st.sampled_from(METHODS), st.text(max_size=8))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-5, 2**70), st.floats(), TEXTS)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
PARAMS = st.dictionaries(st.sampled_from(NAMES), TREES, max_size=5) | st.lists(TREES, max_size=4)


class _Failures(logging.Handler):
    """Keeps what the sandbox says of its own failures, which a caller takes for refusals."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.texts.append(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")


FAILURES = _Failures()


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """One portal for all examples: what earlier ones wrote is fuel for later ones."""
    kept = logging.getLogger("b24bridge.sandbox")
    kept.addHandler(FAILURES)
    with Portal(seeds.service_desk("small"), webhook_code="code") as made:
        yield made
    kept.removeHandler(FAILURES)


def _is_an_answer(portal: Portal, method: str, kind: str, body: bytes, query: str = "") -> None:
    FAILURES.texts.clear()

    reply = portal.answer("POST", f"{portal.webhook_url}{method}?{query}", [("content-type", kind)], body)

    assert [] == FAILURES.texts
    assert reply.status < 500
    decoded = json.loads(reply.body)
    assert ("result" in decoded) != ("error" in decoded)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(method=st.sampled_from(METHODS), params=PARAMS)
def test_any_json_gets_an_answer(portal: Portal, method: str, params: Any) -> None:
    """Trees of any shape under the names that methods look for."""
    known = {"entityTypeId": 140, "id": 3002, **params} if isinstance(params, dict) else params

    _is_an_answer(portal, method, "application/json", json.dumps(known).encode())


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(METHODS),
    kind=st.sampled_from(
        ["application/x-www-form-urlencoded", "application/json", "text/plain", "a/b; charset=cp1251"]
    ),
    body=st.binary(max_size=200),
)
def test_any_bytes_get_an_answer(portal: Portal, method: str, kind: str, body: bytes) -> None:
    """Bytes that are neither form nor JSON, in any encoding."""
    _is_an_answer(portal, method, kind, body)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=st.dictionaries(st.text(max_size=4), st.text(max_size=40) | TREES, max_size=6), halt=LEAVES)
def test_any_batch_gets_an_answer(portal: Portal, commands: Any, halt: Any) -> None:
    """Commands of any text, with references into nowhere."""
    body = json.dumps({"cmd": {**commands, "r": "user.get?ID=$result[x][y]$next[q]"}, "halt": halt})

    _is_an_answer(portal, "batch", "application/json", body.encode())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("application/json", b"[" * 100_000, id="deep-json"),
        pytest.param("application/json", b'{"filter":' * 600 + b"1" + b"}" * 600, id="deep-objects"),
        pytest.param(
            "application/x-www-form-urlencoded", b"filter" + b"[a]" * 5_000 + b"=1", id="deep-brackets"
        ),
        pytest.param("application/x-www-form-urlencoded", b"x=" + b"%D0%96" * 1_700_000, id="10-mb-value"),
        pytest.param(
            "application/x-www-form-urlencoded", b"&".join(b"a[]=1" for _ in range(300_000)), id="many"
        ),
        pytest.param("application/json", b'{"a": "' + b"\xff" * 1000 + b'"}', id="wrong-charset"),
        pytest.param("application/json", b'{"ID": "\\ud800"}', id="lone-surrogate"),
        pytest.param("application/json", b'{"ID": 1e400, "start": 1e400}', id="infinite-number"),
        pytest.param("application/json", b'{"ID": ' + b"9" * 5000 + b"}", id="long-number"),
        pytest.param("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--", id="empty-multipart"),
        pytest.param("multipart/form-data", b"--x", id="no-boundary"),
    ],
)
def test_monsters_get_an_answer(portal: Portal, kind: str, body: bytes) -> None:
    """Huge, deep and broken bodies are answered like any other."""
    _is_an_answer(portal, "user.get", kind, body)


@pytest.mark.parametrize(
    "address",
    ["/rest/", "/rest//", "/rest/1/", "/rest/1/code", "/rest/%FF/%00/x", "/rest/a/b/c/d", "/rest/api/"],
)
def test_broken_addresses_are_not_found(portal: Portal, address: str) -> None:
    """Addresses without a method are unknown methods."""
    reply = portal.answer("GET", f"{portal.base_url}{address}")

    assert (404, True) == (reply.status, b"error" in reply.body)


HOSTILE = [None, 2**63, 1e300, "", "\x00", [[1], {}], {">=ID": [1], "logic": "OR", "TITLE": {"x": 2**70}}]
_FIRST = {"id": 1, "ID": 1, "entityTypeId": 2, "ownerId": 1, "ownerTypeId": 2, "taskId": 71003}
_PLACES = ("fields", "filter", "select", "order", "params", "data", "options", "fileContent", "days", "cmd")


def test_every_method_withstands_hostile_values(portal: Portal) -> None:
    """Every method, of both versions, answers values of the wrong kind in all places where it looks for some."""
    FAILURES.texts.clear()
    token = portal.tokens()["access"]
    two, three = portal.dispatcher.methods, portal.dispatcher.rest3.methods
    paths = [*(f"/rest/{name}" for name in sorted(two)), *(f"/rest/api/{name}" for name in sorted(three))]
    failed = []
    for path in paths:
        for value in HOSTILE:
            for first in (_FIRST, dict.fromkeys(_FIRST, value)):
                body = json.dumps({**first, **dict.fromkeys(_PLACES, value)}).encode()
                address = f"{portal.base_url}{path}?auth={token}"
                reply = portal.answer("POST", address, [("content-type", "application/json")], body)
                if reply.status >= 500:
                    failed.append((path, value, reply.body))

    assert [] == failed
    assert [] == FAILURES.texts
