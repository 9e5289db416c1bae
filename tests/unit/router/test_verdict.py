"""What a comparison leaves in the ledger: the places that count, redacted, and why a known one counts again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from b24bridge.compare.effects import Effects, Sent
from b24bridge.compare.experiment import WRITE_REFUSED, Observation
from b24bridge.compare.rules import parse_rules
from b24bridge.errors import AccessError, ServerError
from b24bridge.router import judging


def detail(control: Observation, candidate: Observation, rules: dict[str, Any] | None = None) -> Any:
    """Return what a mismatch leaves."""
    verdict = judging(parse_rules(rules or {}), today=lambda: date(2026, 2, 1))("m", control, candidate)
    assert "mismatch" == verdict.outcome
    return json.loads(verdict.detail)


def test_an_expired_acceptance_says_since_when_and_why() -> None:
    """People see that the difference is an old one, and what it was accepted for."""
    rules = {"accepted": [{"path": "n", "reason": "rounding", "expires": "2026-01-31"}]}

    told = detail(Observation({"n": 1, "m": 1}), Observation({"n": 2, "m": 2}), rules)

    assert [
        {"place": "m", "kind": "value", "old": {"m": 1}, "new": {"m": 2}},
        {
            "place": "n",
            "kind": "value",
            "old": {"n": 1},
            "new": {"n": 2},
            "until": "2026-01-31",
            "reason": "rounding",
        },
    ] == told["shown"]


def test_typed_objects_are_compared_by_what_they_hold() -> None:
    """The old path returns maps, the new one objects."""
    judge = judging()
    write = Sent("crm.item.delete", {"id": 7})

    same = judge("m", Observation({"method": "crm.item.delete", "params": {"id": 7}}), Observation(write))
    other = judge("m", Observation({"method": "crm.item.get", "params": {"id": 7}}), Observation(write))

    assert ("match", "mismatch") == (same.outcome, other.outcome)
    assert ["method"] == [one["place"] for one in json.loads(other.detail)["shown"]]


def test_an_acceptance_of_today_still_holds() -> None:
    """The day of expiry is the last one."""
    rules = parse_rules({"accepted": [{"path": "n", "reason": "rounding", "expires": "2026-01-31"}]})
    judge = judging(rules, today=lambda: date(2026, 1, 31))

    assert "match" == judge("m", Observation({"n": 1}), Observation({"n": 2})).outcome


def test_an_error_is_told_by_its_class() -> None:
    """Against a value there is nothing else to compare."""
    told = detail(Observation({"n": 1}), Observation(error=ServerError("broken")))

    assert [("error", {"error": "no error"}, {"error": "ServerError"})] == [
        (one["place"], one["old"], one["new"]) for one in told["shown"]
    ]


def test_a_refused_write_is_told_as_a_write_not_as_an_error() -> None:
    """The path was stopped by us; what counts is what it wanted to change."""
    write = Sent("crm.item.delete", {"id": 7})
    stopped = Observation(
        error=AccessError("refused", code=WRITE_REFUSED, method="crm.item.delete"), effects=Effects((write,))
    )

    told = detail(Observation({"n": 1}), stopped)

    assert (0, []) == (told["differences"], told["shown"])
    assert [{"method": "crm.item.delete", "params": {"id": 7}}] == told["only_new_writes"]
