"""The portal as an object: several at once, threads, the clock, emptying, what it tells about itself."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from b24bridge.sandbox import Portal
from b24bridge.sandbox.phpinput import read
from b24bridge.sandbox.records import parse_fields

# Every portal has stages, and pipelines for deals and vendors.
_OWN = ("stages", "categories")

JSON = [("content-type", "application/json")]


def _call(portal: Portal, method: str, params: Any = None) -> Any:
    reply = portal.answer("POST", f"{portal.webhook_url}{method}", JSON, json.dumps(params or {}).encode())
    return json.loads(reply.body)


def test_portals_do_not_know_each_other() -> None:
    """Records, codes and tokens of one portal mean nothing to another in the same process."""
    with Portal() as first, Portal() as second:
        _call(first, "crm.deal.add", {"fields": {"TITLE": "x"}})
        stranger = second.answer("GET", f"/rest/1/{first.webhook_code}/profile")

        assert (1, 0) == (first.counts()["items_2"], second.counts()["items_2"])
        assert 401 == stranger.status


def test_threads_may_call_at_the_same_time() -> None:
    """Every write of every thread is there once."""
    with Portal() as portal, ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: _call(portal, "crm.deal.add", {"fields": {"TITLE": str(n)}}), range(160))
        )

        assert set(range(1, 161)) == {answer["result"] for answer in answers}
        assert 160 == portal.counts()["items_2"]


def test_ids_of_deleted_records_are_not_used_again() -> None:
    """A portal counts upwards for ever."""
    with Portal() as portal:
        number = _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})["result"]
        _call(portal, "crm.deal.delete", {"id": number})

        assert number + 1 == _call(portal, "crm.deal.add", {"fields": {"TITLE": "y"}})["result"]


def test_portal_in_a_file_is_the_same_when_it_is_opened_again(tmp_path: Path) -> None:
    """Records, the webhook, the application and its tokens survive."""
    file = str(tmp_path / "portal.db")
    with Portal(db=file) as portal:
        _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})
        before = (portal.webhook_url, portal.application.client_id, portal.member_id)
        token = portal.tokens()["access"]

    with Portal(db=file) as portal:
        assert before == (portal.webhook_url, portal.application.client_id, portal.member_id)
        assert "x" == _call(portal, "crm.deal.get", {"id": 1})["result"]["TITLE"]
        assert 200 == portal.answer("GET", f"/rest/profile?auth={token}").status


def test_reset_empties_and_keeps_credentials() -> None:
    """After a reset the portal is new to its clients only in its records."""
    with Portal() as portal:
        _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})
        before = portal.webhook_url

        portal.reset()

        assert (before, 0, 0) == (portal.webhook_url, portal.counts()["items_2"], len(portal.requests))
        assert [] == _call(portal, "crm.deal.list")["result"]


def test_clock_can_stop_jump_and_run_on() -> None:
    """A frozen clock stands still, moves when it is told to, and goes on from there."""
    with Portal() as portal:
        portal.clock.freeze("2025-12-18T09:00:00+00:00")
        stopped = portal.clock.now()
        portal.clock.advance(90)

        assert (1766048400.0, 1766048490.0) == (stopped, portal.clock.now())
        portal.clock.run()
        assert 1766048490.0 <= portal.clock.now() < 1766048590.0


def test_clock_wants_an_offset() -> None:
    """A moment without offset is refused with an example."""
    with Portal() as portal, pytest.raises(ValueError, match="has no offset"):
        portal.clock.freeze("2025-12-18T09:00:00")


def test_secrets_are_not_in_representations() -> None:
    """Neither the portal nor a read request shows codes and tokens."""
    with Portal(webhook_code="geheim") as portal:
        incoming = read("GET", f"{portal.webhook_url}profile?auth=tokentoken", [], b"")

        shown = f"{portal!r} {portal.application!r} {incoming!r}"

        secrets = ("geheim", "tokentoken", portal.application.client_secret, portal.application.token)
        assert [False] * 4 == [secret in shown for secret in secrets]


def test_admin_interface_lists_what_it_has() -> None:
    """A wrong address of the sandbox's own interface names the right ones."""
    with Portal() as portal:
        reply = portal.answer("GET", "/_sandbox/api/nope")

        assert 404 == reply.status
        assert b"POST /_sandbox/api/faults" in reply.body


def test_admin_interface_sets_clock_limits_and_faults() -> None:
    """What Python code can do to a portal, a script in another language can do over HTTP."""
    with Portal() as portal:

        def admin(verb: str, name: str, body: Any = None) -> Any:
            content = b"" if body is None else json.dumps(body).encode()
            return json.loads(portal.answer(verb, f"/_sandbox/api/{name}", [], content).body)

        admin("POST", "clock", {"freeze": "2025-12-18T09:00:00+00:00"})
        admin("POST", "limits", {"threshold": 1, "drain_per_s": 0.5})
        admin("POST", "faults", [{"method": "server.time", "status": 500, "raw": ""}])
        seeded = admin("POST", "seed", {"users": [{"ID": "1", "NAME": "A"}]})
        statuses = [portal.answer("GET", f"{portal.webhook_url}server.time").status for _ in range(2)]

        assert {"users": 1} == seeded["seeded"]
        assert [500, 503] == statuses
        assert ["server.time", "server.time"] == [
            row["method"] for row in admin("GET", "requests")["requests"]
        ]
        assert (1766048400.0, True) == (admin("GET", "clock")["now"], admin("GET", "state")["frozen"])
        assert "error" in admin("POST", "faults", [{"methd": 1}])


def test_declaration_of_a_field_that_cannot_be_read_is_shown() -> None:
    """A typo in a family's table of fields stops it at once."""
    with pytest.raises(ValueError, match="NAME type marks Title"):
        parse_fields("TITLE string\n")


def test_fixture_of_the_plugin_is_an_empty_portal(portal: Portal) -> None:
    """The pytest plugin gives a portal by the name ``portal``: its administrator and his department alone."""
    counts = {name: count for name, count in portal.counts().items() if count and name not in _OWN}

    assert {"departments": 1, "users": 1} == counts
