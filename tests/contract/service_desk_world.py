"""Golden cases of the service desk, and a portal for them that keeps its own time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.reply import Reply
from b24bridge.wire.phpquery import parse_str
from examples.service_desk.cases import dataset, half, request_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "service_desk"

Json = Any


@cache
def goldens() -> tuple[dict[str, Json], ...]:
    """Return all golden cases by name."""
    files = sorted((FIXTURES / "golden").glob("*.json"))
    return tuple(json.loads(file.read_text("utf-8")) for file in files)


def golden(name: str) -> dict[str, Json]:
    """Return one golden case."""
    return next(case for case in goldens() if case["id"] == name)


@cache
def _portal(size: str, seed: int, anchor: str, multiple_product: bool) -> Portal:
    data = dataset(size, seed, anchor, multiple_product=multiple_product)
    return Portal(data, webhook_code="code")


def portal_of(case: Mapping[str, Json]) -> Portal:
    """Return the portal of a case's data; it is made once, since no module changes anything."""
    portal = _portal(**case["dataset"])
    portal.faults.clear()
    portal.requests.clear()
    portal.clock.freeze(case["now"])
    return portal


class Line:
    """A transport to a portal: notes the calls, and moves the portal's clock instead of waiting."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.calls: list[tuple[str, Json]] = []
        self.statuses: list[int] = []

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Note a call as PHP would read its form, and pass it on."""
        method = urlsplit(url).path.rpartition("/")[2].removesuffix(".json")
        self.calls.append((method, _form_text(parse_str(body)) if verb == "POST" else {}))
        reply = self.portal.answer(verb, url, headers, body)
        self.statuses.append(reply.status)
        return reply

    def now(self) -> float:
        """Return the portal's time."""
        return self.portal.clock.now()

    wall = now

    def sleep(self, seconds: float) -> None:
        """Let the portal's time pass."""
        self.portal.clock.advance(seconds)

    def digest(self) -> str:
        """Return the digest of the calls regardless of their order, as golden files have it."""
        lines = sorted(json.dumps([method, params], sort_keys=True) for method, params in self.calls)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _form_text(value: Json) -> Json:
    """Return lists of a form as lists, everything else as it is."""
    if isinstance(value, Mapping):
        return {key: _form_text(item) for key, item in value.items()}
    return [_form_text(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Step:
    """What one step of a case gave, and what it should give."""

    status: int
    body: Json
    line: Line
    expected: Mapping[str, Json]


def play(case: Mapping[str, Json], which: str, cache_dir: Path, *, fixes: Sequence[str] = ()) -> list[Step]:
    """Run all steps of a case through one half of its module."""
    portal = portal_of(case)
    portal.faults.set([_rule(fault) for fault in case["faults"]])
    run = half(case["module"], which)  # type: ignore[arg-type]  # names come from parameters of tests
    steps: list[Step] = []
    for step in case["steps"]:
        line, asked = Line(portal), step["request"]
        request = request_of(
            asked["method"], body=asked.get("body"), raw=asked.get("raw"), query=asked.get("query")
        )
        answer = run(
            request,
            webhook_url=portal.webhook_url,
            now=step.get("now") or case["now"],
            cache_dir=cache_dir,
            fixes=tuple(fixes),
            transport=line,
        )
        steps.append(Step(answer["status"], answer["body"], line, step))
    portal.faults.clear()
    return steps


def _rule(fault: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in fault.items() if value is not None}


def comparable(body: Json, case: Mapping[str, Json], expected: Json = None) -> Json:
    """Return a body without what the case calls volatile, and what it does not contain."""
    if not isinstance(body, dict):
        return body
    top = {key: value for key, value in body.items() if key not in case["volatile"]}
    plain = _without(top, frozenset(case["volatile_deep"]))
    return _cut(plain, expected) if case["contained"] else plain


def _without(value: Json, names: frozenset[str]) -> Json:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value


def _cut(value: Json, expected: Json) -> Json:
    """Return only the keys that the expected value has."""
    if isinstance(value, dict) and isinstance(expected, dict):
        return {key: _cut(item, expected[key]) for key, item in value.items() if key in expected}
    return value
