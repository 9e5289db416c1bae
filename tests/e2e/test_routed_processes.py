"""Real processes on one stage table and one ledger: killed in the middle of a call, and many at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from b24bridge.router.places import open_ledger

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests" / "e2e" / "routed_child.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def killed_at(folder: Path, moment: str) -> None:
    """Run the program until it says that the moment has come, and kill it as ``kill -9`` does."""
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), moment], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    assert child.stdout is not None
    with child:
        said = child.stdout.readline()
        child.kill()
    assert "reached\n" == said


def writes(folder: Path) -> list[str]:
    """Which paths have sent their write, in order."""
    file = folder / "sent"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [line.split()[0] for line in lines if line.endswith("crm.item.add")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "moment", "sent"),
    [
        ("shadow", "before legacy", []),
        ("shadow", "after legacy", ["legacy"]),
        ("shadow", "before modern", ["legacy"]),
        ("shadow", "end", ["legacy"]),
        ("canary", "before modern", []),
        ("canary", "after modern", ["modern"]),
        ("modern", "after modern", ["modern"]),
        ("modern", "before legacy", ["modern"]),
    ],
)
def test_a_kill_in_the_middle_of_a_call_doubles_no_write(
    tmp_path: Path, stage: str, moment: str, sent: Sequence[str]
) -> None:
    """Between control and candidate, before and after either: at most one path has written, and none later.

    The next program on the same table and ledger writes once, as if nothing had been.
    """
    (tmp_path / "b24bridge.toml").write_text(
        f'[modules.orders]\nstage = "{stage}"\npercent = 100\nreverse_shadow = true\n', "utf-8"
    )

    killed_at(tmp_path, moment)
    after_kill = writes(tmp_path)
    subprocess.run([sys.executable, str(CHILD), str(tmp_path), "never"], env=ENVIRONMENT, check=True)

    answering = "legacy" if stage == "shadow" else "modern"
    assert list(sent) == after_kill
    assert [*sent, answering] == writes(tmp_path)
    kept = open_ledger(tmp_path).newest("orders", 10)
    assert [(stage, answering)] == [(run.stage, run.answered) for run in kept][:1]
    assert len(kept) == len({run.id for run in kept}) <= 2


@pytest.mark.slow
def test_processes_share_one_table_and_one_ledger() -> None:
    """4 processes make 20,000 routed calls: every row once, and the change of the stage reaches all of them.

    How soon it does is for the benchmark to say: here other programs may hold the processor.
    """
    done = subprocess.run(
        [
            sys.executable,
            "benchmarks/router.py",
            "--processes",
            "4",
            "--calls",
            "5000",
            "--cost-calls",
            "500",
        ],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    load = json.loads(done.stdout.splitlines()[-1])
    assert [20_000] * 3 == [load[name] for name in ("calls", "rows", "distinct")]
