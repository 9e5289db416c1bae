"""The legacy halves print what the original PHP printed, with the same calls, defects included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from service_desk_world import comparable, goldens, play

CASES = [case for case in goldens() if not case["php_only"] and not case["fixes"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_legacy_half_answers_and_calls_like_the_original(case: dict[str, Any], tmp_path: Path) -> None:
    """Status, body and set of calls of every step equal the recorded ones, faults and crashes included."""
    steps = play(case, "legacy", tmp_path)

    for step in steps:
        response, calls = step.expected["response"], step.expected["calls"]
        assert response["status"] == step.status
        assert response["body"] == comparable(step.body, case, response["body"])
        assert calls["count"] == len(step.line.calls)
        assert calls["set_sha256"] == step.line.digest()


def test_every_golden_case_for_a_legacy_half_is_played() -> None:
    """All cases but those of PHP alone and those of repaired defects are there."""
    played = {case["module"] for case in CASES}

    assert {"proxy", "sector", "graph", "time", "time-modular"} == played
    assert len(CASES) == 103
