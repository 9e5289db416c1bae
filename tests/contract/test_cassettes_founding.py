"""The recorded founding modules: both paths give the same on every cassette."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from b24bridge import Client
from b24bridge.compare.rules import RuleSet
from b24bridge.contract.cassettes import Cassette, load_cassette
from b24bridge.contract.drift import Drift, asking, drift
from b24bridge.contract.exchanges import as_answers
from b24bridge.contract.modules import Module, load_module
from b24bridge.contract.scrub import kinds_left
from b24bridge.contract.verify import Verification, as_cases, verify_cassette
from b24bridge.sandbox.portal import Portal

pytest_plugins = ["b24bridge.contract.pytest_plugin"]

ROOT = Path(__file__).parents[2]
FILES = sorted(file for file in (ROOT / "cassettes").iterdir() if file.suffix in (".json", ".yaml"))
TODAY = date(2026, 1, 15)


@pytest.mark.parametrize("name", [file.stem for file in FILES])
def test_both_paths_answer_the_same_on_a_recording(
    verified: Callable[[str], Verification], name: str
) -> None:
    """The old path on the recorded answers equals the new path on a portal built out of them."""
    found = verified(name)

    assert () == found.problems
    assert [] == [str(one) for one in found.judgement.open]
    assert found.passes


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_committed_cassette_shows_a_secret(file: Path) -> None:
    """Whatever is committed was searched for secrets again."""
    assert () == kinds_left(file.read_text(encoding="utf-8"), {})


def test_there_is_a_cassette_of_every_founding_module() -> None:
    """None of the founding modules is left unproven."""
    modules = {load_cassette(file).about.module.rpartition(".")[2] for file in FILES}

    assert {"graph", "proxy", "sector", "time", "time_modular"} == modules


@pytest.fixture
def sector() -> tuple[Cassette, Module]:
    """The recorded sector module."""
    cassette = load_cassette(ROOT / "cassettes" / "sector-small.json")
    return cassette, load_module(cassette.about.module)


def test_changed_answer_of_the_new_path_is_told_by_place(sector: tuple[Cassette, Module]) -> None:
    """An injected regression is listed with its place and both values."""
    cassette, module = sector

    def regressed(request: object, **options: object) -> dict[str, object]:
        answer = dict(module.modern(request, **options))  # type: ignore[arg-type]
        answer["body"]["data"]["stages"][0]["color"] = "#000000"
        return answer

    found = verify_cassette(cassette, replace(module, modern=regressed), RuleSet(), today=TODAY)

    assert not found.passes
    assert ['body.data.stages[0].color: "#007bff" -> "#000000"'] == [str(one) for one in found.judgement.open]
    assert [False, True, False] == [bool(case.failure) for case in as_cases(found)]


def test_write_of_the_new_path_alone_is_told(sector: tuple[Cassette, Module]) -> None:
    """A new path that changes something the old one did not is a difference, though the answers agree."""
    cassette, module = sector

    def writing(request: object, **options: object) -> object:
        from b24bridge import Client

        with Client.from_webhook(str(options["webhook_url"]), transport=options["transport"]) as b24:
            b24.call("crm.item.add", {"entityTypeId": 140, "fields": {"title": "Ж"}})
        return module.modern(request, **options)  # type: ignore[arg-type]

    found = verify_cassette(cassette, replace(module, modern=writing), RuleSet(), today=TODAY)

    assert ["crm.item.add"] == [sent.method for sent in found.effects.only_new]
    assert not found.passes


def test_old_path_that_asks_otherwise_than_recorded_is_no_proof(sector: tuple[Cassette, Module]) -> None:
    """A changed old path is told, although it may swallow the missing answer."""
    cassette, module = sector

    found = verify_cassette(
        replace(cassette, exchanges=cassette.exchanges[1:]), module, RuleSet(), today=TODAY
    )

    assert not found.passes
    assert any("has no answer for crm.item.list" in problem for problem in found.problems)


def test_path_that_raises_is_a_finding(sector: tuple[Cassette, Module]) -> None:
    """An exception of the new path is recorded with the comparison."""
    cassette, module = sector

    def broken(request: object, **options: object) -> object:
        raise ValueError("new path")

    found = verify_cassette(cassette, replace(module, modern=broken), RuleSet(), today=TODAY)

    assert ("The new path raised ValueError: new path",) == found.problems


def test_portal_with_another_shape_has_drifted(sector: tuple[Cassette, Module]) -> None:
    """A field that changed its type or went away is told; other values and fewer rows are not."""
    cassette, _ = sector
    recorded = cassette.exchanges[0]
    page = json.loads(recorded.answer)
    for row in page["result"]["items"]:
        row["id"] = str(row["id"])
        del row["title"]
    page["result"]["items"] = page["result"]["items"][:3]

    found = drift(replace(cassette, exchanges=(recorded,)), lambda method, params: page)

    assert [
        Drift("crm.item.list", "result.items[*].id", ("number",), ("text",)),
        Drift("crm.item.list", "result.items[*].title", ("null", "text"), ()),
    ] == found


def test_unchanged_portal_has_not_drifted(sector: tuple[Cassette, Module]) -> None:
    """A portal built out of a recording has the shapes of the recording."""
    cassette, _ = sector
    with Portal() as portal:
        portal.load_answers(as_answers(cassette.exchanges))

        with Client.from_webhook(portal.webhook_url, transport=portal) as client:
            found = drift(cassette, asking(client))

    assert [] == [one for one in found if one.place.startswith("result.items")]
