"""Every vector of the scanner: files, roles, findings, tags, and lines where nothing may be reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from b24bridge.scan import FileReport, Finding, scan

VECTORS = Path(__file__).parent.parent / "vectors" / "scanner"
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))


def _load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return data


def _problems(expected: dict[str, Any], file: FileReport | None) -> list[str]:
    found = list(file.findings) if file is not None else []
    problems: list[str] = []
    if file is not None and file.role != expected["role"]:
        problems.append(f"role {file.role}, not {expected['role']}")
    for want in expected["findings"]:
        match = _pick(want, found)
        if match is None:
            problems.append(f"missing {want['api']} at line {want['line']}")
            continue
        found.remove(match)
        required, allowed = set(want["tags"]), set(want["tags"]) | set(want.get("tags_optional", []))
        if match.method != want["method"]:
            problems.append(f"line {want['line']}: method {match.method}, not {want['method']}")
        if want.get("method_pattern") != match.method_pattern:
            problems.append(f"line {want['line']}: pattern {match.method_pattern}")
        if required - set(match.tags):
            problems.append(f"line {want['line']}: without {sorted(required - set(match.tags))}")
        if set(match.tags) - allowed:
            problems.append(f"line {want['line']}: wrongly {sorted(set(match.tags) - allowed)}")
    problems += [f"unexpected {extra.api} at line {extra.line} {extra.tags}" for extra in found]
    return problems


def _pick(want: dict[str, Any], found: list[Finding]) -> Finding | None:
    return next((f for f in found if (f.line, f.api) == (want["line"], want["api"])), None)


@pytest.mark.parametrize("name", NAMES)
def test_vector(name: str) -> None:
    """The scanner reports what the vector lists, with its tags, and nothing else."""
    vector = _load(name)

    report = scan(VECTORS / vector["root"])

    by_path = {file.path: file for file in report.files}
    problems = {
        expected["path"]: found
        for expected in vector["files"]
        if (found := _problems(expected, by_path.get(expected["path"])))
    }
    assert {} == problems
