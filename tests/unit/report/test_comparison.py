"""The comparison of the five ways to the portal: every cell has a source that exists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from b24bridge.report.comparison import NAMES, Fact, comparison_page, facts, measured, peers
from b24bridge.report.markdown import render_markdown
from b24bridge.report.model import Language, Report

ROOT = Path(__file__).parents[3]
RELEASES = {"CRest", "BX24.js", "B24PhpSDK", "B24JsSDK"}


def ids(file: Path) -> set[str]:
    """The ids of the recorded cases of a file."""
    given = json.loads(file.read_text("utf-8"))
    return {case["id"] for case in (given if isinstance(given, list) else given["cases"])}


def is_there(source: str) -> bool:
    """Whether a source exists in this repository, or names a release that was read."""
    kind, _, name = source.partition(" ")
    if kind == "vector":
        file, _, case = name.partition(" ")
        return case in ids(ROOT / "tests" / "vectors" / file)
    if kind == "test":
        return (ROOT / name).is_file()
    return kind == "code" and name in RELEASES


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: f"{fact.who}-{fact.question[0]}")
def test_every_fact_has_a_source_and_both_languages(fact: Fact) -> None:
    """A recorded case, a test of ours, or a release whose source was read."""
    assert is_there(fact.source)
    assert all(fact.text)
    assert all(fact.question)


def test_what_we_say_of_ourselves_is_held_by_tests() -> None:
    """No cell of b24bridge rests on reading code."""
    assert {"test"} == {fact.source.split()[0] for fact in facts() if fact.who == "b24bridge"}


def test_page_in_the_documentation_is_the_one_of_the_facts() -> None:
    """Written by ``comparison_page()``; a changed fact changes the page in the same commit."""
    page = (ROOT / "docs" / "explanation" / "comparison.md").read_text("utf-8")

    assert comparison_page() == page
    assert all(name in page for name in NAMES.values())


def test_measured_figures_name_their_command() -> None:
    """A figure without the way to get it again is not one."""
    assert measured()["command"].startswith("b24bridge bench ")
    assert all(work["crest"]["requests"] >= work["b24bridge"]["requests"] for work in measured()["works"])


def test_figures_of_other_clients_are_those_of_the_benchmark() -> None:
    """Requests are the same in every run; a new run on another machine may take up to twice the time."""
    page = (ROOT / "docs" / "explanation" / "benchmarks.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in page.splitlines()]
    told = {
        row[1]: (float(row[3].split()[0]), int(row[7])) for row in rows if row[0] == "5,000" and len(row) > 7
    }

    for way in peers()["ways"]:
        seconds, requests = told[way["client"]]
        assert requests == way["requests"]
        assert 0.5 < way["ms"] / 1000 / seconds < 2


@pytest.mark.parametrize(("language", "heading"), [("en", "Five ways"), ("ru", "Пять путей")])
def test_section_speaks_the_language_of_its_report(language: Language, heading: str) -> None:
    """The report of the migration holds the same table."""
    from b24bridge.report.comparison import comparison_section

    text = render_markdown(Report("t", "l", (), (comparison_section(language),), language=language))

    assert f"## {heading}" in text
    assert "`OutcomeUnknown`" in text
