"""A module that writes: its effects are compared on a recording, and never reach a portal twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from b24bridge import Client, CRest, calls
from b24bridge.compare.rules import RuleSet
from b24bridge.contract.cassettes import load_cassette, save_cassette
from b24bridge.contract.modules import Module
from b24bridge.contract.record import record
from b24bridge.contract.verify import Verification, verify_cassette
from b24bridge.errors import ConfigError
from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.seeds import service_desk

NOW = "2025-12-18T09:00:00Z"
REQUEST = {"method": "POST", "body": {"ids": [3201, 3202], "stage": "DT140_12:CLIENT"}}
TODAY = date(2026, 1, 15)


def legacy(
    request: Mapping[str, Any], *, webhook_url: str, transport: object, **options: object
) -> dict[str, Any]:
    """Move tickets one by one, the CRest way."""

    class Old(CRest):
        """The portal of this run."""

    Old.configure(C_REST_WEB_HOOK_URL=webhook_url, C_REST_BLOCK_LOG=True, transport=transport)
    moved = []
    for number in request["body"]["ids"]:
        params = {"entityTypeId": 140, "id": number, "fields": {"stageId": request["body"]["stage"]}}
        moved.append(Old.call("crm.item.update", params)["result"]["item"]["id"])
    return {"status": 200, "body": {"moved": moved}}


def modern(
    request: Mapping[str, Any], *, webhook_url: str, transport: object, **options: object
) -> dict[str, Any]:
    """Move tickets in one batch."""
    items = calls.crm.items(140)
    stage = request["body"]["stage"]
    with Client.from_webhook(webhook_url, transport=transport) as b24:
        outcomes = b24.batch(*(items.update(number, {"stageId": stage}) for number in request["body"]["ids"]))
    return {"status": 200, "body": {"moved": [outcome.value.id for outcome in outcomes]}}


def forgetful(request: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Answer as if all were moved, but move only the first."""
    first = {**request, "body": {**request["body"], "ids": request["body"]["ids"][:1]}}
    modern(first, **options)
    return {"status": 200, "body": {"moved": request["body"]["ids"]}}


def verified(tmp_path: Path, new: Any) -> Verification:
    """Record the old path on the sandbox and compare a new one with it."""
    module = Module("shop.move", legacy, new)
    with Portal(service_desk("small")) as portal:
        recording = record("move", module, REQUEST, now=NOW, webhook_url=portal.webhook_url, portal=portal)
    save_cassette(recording.cassette, tmp_path / "move.json", known=recording.known)
    return verify_cassette(load_cassette(tmp_path / "move.json"), module, RuleSet(), today=TODAY)


def test_batched_writes_equal_the_single_ones(tmp_path: Path) -> None:
    """Two forms of the old path and one batch of the new path have the same effects."""
    found = verified(tmp_path, modern)

    assert found.passes
    assert 2 == found.effects.same
    assert (2, 1) == (found.control.tally.requests, found.candidate.tally.requests)


def test_forgotten_write_is_told_although_the_answers_agree(tmp_path: Path) -> None:
    """An answer that claims what was not done is a difference."""
    found = verified(tmp_path, forgetful)

    assert () == found.judgement.open
    assert [3202] == [int(sent.params["id"]) for sent in found.effects.only_old]  # type: ignore[call-overload]
    assert not found.passes


def test_module_that_writes_is_not_run_twice_to_learn_noise() -> None:
    """Learning noise would write again; it is refused after the first run."""
    with Portal(service_desk("small")) as portal:
        with pytest.raises(ConfigError, match="run only once"):
            record(
                "move", Module("shop.move", legacy, modern), REQUEST,
                now=NOW, webhook_url=portal.webhook_url, portal=portal, runs=2,
            )  # fmt: skip

        assert ["crm.item.update", "crm.item.update"] == portal.requests.methods()


def test_new_path_of_a_module_that_writes_is_not_run_to_record_repairs() -> None:
    """It would do the work a second time."""
    with Portal(service_desk("small")) as portal:
        with pytest.raises(ConfigError, match="run only once"):
            record(
                "move", Module("shop.move", legacy, modern), REQUEST,
                now=NOW, webhook_url=portal.webhook_url, portal=portal, fixes=("SHOP-01",),
            )  # fmt: skip

        assert ["crm.item.update", "crm.item.update"] == portal.requests.methods()


def test_noise_of_the_old_path_is_learned(tmp_path: Path) -> None:
    """What the old path does not repeat to itself is not asked of the new one."""
    count = iter(range(10))

    def restless(
        request: object, *, webhook_url: str, transport: object, **options: object
    ) -> dict[str, Any]:
        with Client.from_webhook(webhook_url, transport=transport) as b24:
            name = b24.call("user.get", {"ID": 1}).result[0]["NAME"]
        return {"status": 200, "body": {"name": name, "served": next(count)}}

    with Portal(service_desk("small")) as portal:
        recording = record(
            "who", Module("shop.who", restless, restless), REQUEST,
            now=NOW, webhook_url=portal.webhook_url, portal=portal, runs=2,
        )  # fmt: skip

    assert ("body.served",) == recording.cassette.about.noise
