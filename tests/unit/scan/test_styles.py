"""Sources in the styles that people write, marked with what must be found on each line.

``//! api method +tag -tag ~pattern =resolved``: ``-`` alone stands for no method; ``;`` parts findings. A line without a
mark holds no finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from b24bridge.scan import Finding, scan_text
from b24bridge.scan.source import language_of

STYLES = Path(__file__).parent / "styles"
FILES = sorted(path.name for path in STYLES.iterdir() if path.is_file())


@dataclass
class Mark:
    """One expected finding."""

    line: int
    api: str
    method: str | None = None
    wanted: set[str] = field(default_factory=set)
    unwanted: set[str] = field(default_factory=set)
    pattern: str | None = None
    resolved: str | None = None


def marks(text: str) -> list[Mark]:
    """Read the marks of a source."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = re.search(r"//! (.*)$", line)
        for part in match.group(1).split(";") if match else ():
            words = part.split()
            mark = Mark(number, words[0])
            for word in words[1:]:
                if word == "-":
                    continue
                if word[0] == "+":
                    mark.wanted.add(word[1:])
                elif word[0] == "-":
                    mark.unwanted.add(word[1:])
                elif word[0] == "~":
                    mark.pattern = word[1:]
                elif word[0] == "=":
                    mark.resolved = word[1:]
                else:
                    mark.method = word
            found.append(mark)
    return found


def problems(mark: Mark, found: list[Finding]) -> list[str]:
    """Compare a mark with the findings, and take the one that fits away."""
    match = next((f for f in found if (f.line, f.api) == (mark.line, mark.api)), None)
    if match is None:
        return [f"line {mark.line}: no {mark.api}"]
    found.remove(match)
    said = [f"line {mark.line}: method {match.method}"] if match.method != mark.method else []
    if mark.wanted - set(match.tags):
        said.append(f"line {mark.line}: lacks {sorted(mark.wanted - set(match.tags))}")
    if mark.unwanted & set(match.tags):
        said.append(f"line {mark.line}: wrongly {sorted(mark.unwanted & set(match.tags))}")
    if mark.pattern is not None and mark.pattern != match.method_pattern:
        said.append(f"line {mark.line}: pattern {match.method_pattern}")
    if mark.resolved is not None and mark.resolved != match.resolved:
        said.append(f"line {mark.line}: resolved {match.resolved}")
    return said


@pytest.mark.parametrize("name", FILES)
def test_each_line_holds_what_its_mark_says(name: str) -> None:
    """A source in a usual style is read line by line as a person would read it."""
    data = (STYLES / name).read_bytes()

    report = scan_text(name, language_of(name) or "", data)

    found = list(report.findings)
    said = [text for mark in marks(data.decode()) for text in problems(mark, found)]
    said += [f"line {extra.line}: unexpected {extra.api} {extra.method} {extra.tags}" for extra in found]
    assert [] == said
