"""The portal against the answers that the founding proxy passed on (golden files ``proxy-*``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from doors import Door

GOLDEN = Path(__file__).parent.parent / "fixtures" / "service_desk" / "golden"


def _cases() -> list[Any]:
    cases = []
    for path in sorted(GOLDEN.glob("proxy-*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        request, response = case["steps"][0]["request"], case["steps"][0]["response"]
        body = request.get("body")
        reaches_portal = isinstance(body, dict) and body.get("method") and response["kind"] == "json"
        if reaches_portal and not case["faults"] and isinstance(body.get("params", {}), (dict, list)):
            cases.append(pytest.param(case, id=case["id"]))
    return cases


def _php(value: Any) -> Any:
    """Return an answer as PHP shows it after decoding it into arrays."""
    if isinstance(value, dict):
        return {key: _php(item) for key, item in value.items()} or []
    return [_php(item) for item in value] if isinstance(value, list) else value


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", _cases())
def test_answers_are_those_that_the_proxy_passed_on(door: Door, case: dict[str, Any]) -> None:
    """Method and parameters of a golden step, sent as CRest sends them, get the recorded answer."""
    request, expected = case["steps"][0]["request"]["body"], case["steps"][0]["response"]["body"]
    door.portal.clock.freeze(case["now"].replace("Z", "+00:00"))

    answer = door.form(request["method"], request.get("params") or {}).json

    # CRest adds texts of its own to errors; times differ from run to run.
    volatile = {*case["volatile"], *case["volatile_deep"], "error_information"}
    assert _without(expected, volatile) == _without(_php(answer), volatile)
