"""Recording, replay, spying and comparing in the gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24bridge.contract.cassettes import load_cassette
from b24bridge.contract.replay import NotRecorded
from b24bridge.errors import OutcomeUnknown
from b24bridge.gateway.modes import Differ, Recorder, replaying, spying
from b24bridge.gateway.translate import Asked, address, read
from b24bridge.wire.request import WireResponse

pytestmark = pytest.mark.anyio


class Portal:
    """Answers each method with its own name and keeps what was asked."""

    def __init__(self, mark: str = "") -> None:
        self.mark = mark
        self.asked: list[str] = []

    async def fetch(self, asked: Asked) -> WireResponse:
        self.asked.append(asked.method)
        if asked.method == "lost.get":
            raise OutcomeUnknown("cut")
        body = f'{{"result": "{asked.method}{self.mark}", "time": {{"start": {len(self.asked)}}}}}'
        return WireResponse(200, (("content-type", "application/json"),), body.encode())


def _ask(method: str, query: str = "") -> Asked:
    return read("GET", address(f"/rest/1/caller-key/{method}"), query, (), b"")


async def _recorded(file: Path) -> Portal:
    portal = Portal()
    recorder = Recorder(portal.fetch, {"webhook code": "real-code"})
    await recorder.get(_ask("user.get", "ID=1"))
    await recorder.get(_ask("profile"))
    with pytest.raises(OutcomeUnknown):
        await recorder.get(_ask("lost.get"))
    recorder.save(file)
    return portal


async def test_what_was_recorded_is_replayed_without_the_portal(tmp_path: Path) -> None:
    """Answers keep status, headers and bytes; a lost one is lost again; no key is in the file."""
    file = tmp_path / "tape.yaml"
    await _recorded(file)

    get = replaying(load_cassette(file))
    answer = await get(_ask("user.get", "ID=1"))

    assert b'"result": "user.get"' in answer.body
    with pytest.raises(OutcomeUnknown):
        await get(_ask("lost.get"))
    assert "caller-key" not in file.read_text()


async def test_what_was_not_recorded_names_the_nearest(tmp_path: Path) -> None:
    """A replay never asks the portal; the error helps to find the difference."""
    file = tmp_path / "tape.yaml"
    await _recorded(file)

    with pytest.raises(NotRecorded, match=r"user\.get"):
        await replaying(load_cassette(file))(_ask("user.get", "ID=2"))


async def test_a_spy_asks_the_portal_for_the_rest(tmp_path: Path) -> None:
    """Recorded questions do not reach it."""
    file = tmp_path / "tape.yaml"
    await _recorded(file)
    portal = Portal()
    get = spying(replaying(load_cassette(file)), portal.fetch)

    await get(_ask("user.get", "ID=1"))
    await get(_ask("user.get", "ID=2"))

    assert ["user.get"] == portal.asked


async def test_differences_between_two_portals_are_reported_and_the_first_answers() -> None:
    """The time block does not count."""
    found: list[tuple[str, list[str]]] = []
    same, other = Portal(), Portal("!")
    await same.fetch(_ask("x"))
    differ = Differ(Portal().fetch, other.fetch, report=lambda method, lines: found.append((method, lines)))
    equal = Differ(Portal().fetch, same.fetch, report=lambda method, lines: found.append((method, lines)))

    answer = await differ.get(_ask("user.get"))
    await equal.get(_ask("user.get"))
    await differ.drain()
    await equal.drain()

    assert b'"result": "user.get"' in answer.body
    assert ("user.get", []) in found
    assert any(lines and "result" in lines[0] for _, lines in found)


async def test_writes_go_to_the_first_portal_only() -> None:
    """Nothing is done twice; a batch with a write counts as one."""
    control, candidate = Portal(), Portal()
    differ = Differ(control.fetch, candidate.fetch)

    await differ.get(_ask("crm.item.add"))
    await differ.get(_ask("batch", "cmd[a]=user.get&cmd[b]=crm.item.add"))
    await differ.drain()

    assert (["crm.item.add", "batch"], []) == (control.asked, candidate.asked)
