"""The modern halves print the same, or what the original's authors meant, and bear passing faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from service_desk_world import comparable, golden, goldens, play

PORTED = [case for case in goldens() if not case["php_only"]]
UNDISTURBED = [
    case
    for case in PORTED
    if not case["faults"] and all(step["response"]["status"] != 500 for step in case["steps"])
]
DISTURBED = [case for case in PORTED if case["clean"]]


@pytest.mark.parametrize("case", UNDISTURBED, ids=lambda case: case["id"])
def test_modern_half_prints_the_same_or_as_meant(case: dict[str, Any], tmp_path: Path) -> None:
    """Without faults the answer is the original's, or the one as meant for the defects named as fixed."""
    steps = play(case, "modern", tmp_path, fixes=case["fixes"])

    for step in steps:
        response = step.expected["response"]
        assert response["status"] == step.status
        assert response["body"] == comparable(step.body, case, response["body"])


@pytest.mark.parametrize("case", DISTURBED, ids=lambda case: case["id"])
def test_passing_faults_do_not_show(case: dict[str, Any], tmp_path: Path) -> None:
    """A refusal, a gateway page or a cut connection is repeated, and the answer is the undisturbed one."""
    clean = golden(case["clean"])

    steps = play(case, "modern", tmp_path, fixes=case["fixes"])

    for step, undisturbed in zip(steps, clean["steps"], strict=True):
        assert undisturbed["response"]["status"] == step.status
        assert undisturbed["response"]["body"] == step.body
