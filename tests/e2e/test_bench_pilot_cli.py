"""``b24bridge bench`` and ``b24bridge pilot``, on small data and one round."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from b24bridge.cli import main

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in the root of the repository."""
    monkeypatch.chdir(ROOT)


def call(*arguments: str) -> int:
    """Run the command line and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_bench_writes_its_figures_and_holds_them_against_a_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same counts as before pass; a baseline of fewer requests fails."""
    arguments = [
        "bench",
        "--workload",
        "list",
        "--path",
        "legacy",
        "--path",
        "modern",
        "--rounds",
        "1",
        "--size",
        "small",
    ]

    assert 0 == call(*arguments, "--reports", str(tmp_path))

    printed = capsys.readouterr().out
    assert "| list | original | 3 | 3 |" in printed
    data = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert data["measured"]["list"]["same_result"] is True
    assert 120 == data["measured"]["list"]["paths"]["modern"]["rows"]
    assert (tmp_path / "bench.html").read_text(encoding="utf-8").startswith("<!doctype html>")

    data["measured"]["list"]["paths"]["modern"]["requests"] = 1
    (tmp_path / "before.json").write_text(json.dumps(data), encoding="utf-8")
    code = call(
        *arguments,
        "--reports",
        str(tmp_path),
        "--baseline",
        str(tmp_path / "before.json"),
        "--fail-if-slower",
        "1.1",
    )
    assert 1 == code
    assert "list, modern: requests 1 -> 2" in capsys.readouterr().err


def test_bench_refuses_a_limit_without_a_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    """--fail-if-slower alone would always pass."""
    assert 2 == call("bench", "--fail-if-slower", "1.1")

    assert "needs --baseline" in capsys.readouterr().err


def test_bench_names_the_workloads_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is told before a portal is started."""
    assert 2 == call("bench", "--workload", "lists")

    assert "There are: single, list" in capsys.readouterr().err


def test_pilot_gives_the_verdict_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All modules may move, the defects are named, and the pages stand side by side in both languages."""
    assert 0 == call("pilot", "--size", "small", "--rounds", "1", "--reports", str(tmp_path))

    printed = capsys.readouterr().out
    assert printed.startswith("4 of 4 modules may move")
    assert "35 of 106 calls refused" in printed
    data = json.loads((tmp_path / "pilot.json").read_text(encoding="utf-8"))
    assert {"proxy": "may move", "sector": "may move", "graph": "may move", "time": "may move"} == data[
        "verdict"
    ]
    assert 1399.54 == data["limit"]["modern"]["hours"]
    assert 0 == data["limit"]["modern"]["refused"]
    assert all(case["passes"] and not case["open_differences"] for case in data["as_is"])
    names = ["pilot.html", "pilot.json", "pilot.md", "pilot.ru.html", "pilot.ru.md"]
    assert names == sorted(file.name for file in tmp_path.iterdir())
    page = (tmp_path / "pilot.ru.html").read_text(encoding="utf-8")
    assert page.index("можно переводить") < page.index("Доказательство") < page.index("Метод и машина")
    for file in tmp_path.iterdir():
        assert "/rest/1/" not in file.read_text(encoding="utf-8")
