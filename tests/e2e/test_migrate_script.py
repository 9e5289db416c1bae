"""The founding service desk goes through all stages by script, with things broken on purpose on the way."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What each step must say, in order; a difference and a demotion are wanted.
STEPS = {
    "1 scan": ["pagination-next-misplaced", "n-plus-1", "5 findings in 3 files"],
    "2 plan": ["3 modules", "Migration plan"],
    "3 record": ["sector-trial.json"],
    "4 verify": ["same"],
    "5 bench": ["written: reports/bench.html"],
    "6 shadow": [
        "get-sector-data: legacy -> shadow",
        "legacy answered, mismatch: 12",
        "body.data.stages[0].employees[0].tickets[15]: ",
        "(only the old path has it)",
        "12 of 12 compared runs differ",
    ],
    "7 shadow": ["legacy answered, match: 12", "shadow -> canary"],
    "8 canary": [
        "demoted to shadow: 3 of 3 runs of the new path failed",
        "legacy answered, fell_back: 3",
        "stage now: shadow",
    ],
    "9 shadow": ["legacy answered, match: 12", "modern answered, single: 12", "stage now: modern"],
    "10 modern": ["modern -> legacy", "legacy answered, single: 5", "legacy -> modern", "stage now: done"],
    "11 status": ["done"],
    "12 report": ["Modules done: 1 of 3.", "migration.html", "migration.ru.html"],
    "13 finish": ["others must still move", "nothing old is left"],
}


@pytest.mark.slow
def test_the_service_desk_migrates_by_script(tmp_path: Path) -> None:
    """Scan, plan, record, verify, bench, shadow, canary, modern, back, modern, done."""
    done = subprocess.run(
        ["sh", "examples/service_desk/migrate.sh", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
    )

    parts = {" ".join(part.split()[:2]).strip(",:"): part for part in done.stdout.split("\n== ")[1:]}
    missing = [
        f"{step}: {words}"
        for step, wanted in STEPS.items()
        for words in wanted
        if words not in parts.get(step, "")
    ]
    assert [] == missing, done.stdout
    assert 0 == done.returncode
    journal = (tmp_path / "b24bridge.changes.jsonl").read_text("utf-8").splitlines()
    changes = [json.loads(line) for line in journal]
    assert ["3 of 3 runs of the new path failed"] == [one["why"] for one in changes if one["who"] == "gate"]
    assert "done" == changes[-1]["new"]["stage"]
