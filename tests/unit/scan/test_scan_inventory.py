"""The inventory of a scan: what to decide first, then interfaces, patterns, methods, files."""

from __future__ import annotations

import pytest

from b24bridge.report import render_html
from b24bridge.report.model import Language, Table
from b24bridge.scan import FileReport, Finding, ScanReport, Skipped
from b24bridge.scan.inventory import inventory
from b24bridge.scan.inventory_texts import TAGS

SCAN = ScanReport(
    ".",
    (
        FileReport(
            "api/a.php",
            "php",
            findings=(
                Finding(3, 1, "crest.call", "crm.item.list", ("pagination-next-misplaced",)),
                Finding(9, 1, "secret", None, ("hard-coded-secret",)),
            ),
        ),
        FileReport("b.js", "javascript", findings=(Finding(2, 5, "bx24.fitWindow"),), syntax_errors=(7,)),
        FileReport("crest.php", "php", "vendored-sdk", sdk="CRest"),
    ),
    (Skipped("dist/app.js", "build-artifact"),),
    seen=4,
)


def test_what_must_be_decided_comes_first() -> None:
    """Old calls, safety and bugs are told apart, each with its places."""
    left, safety, wrong = inventory(SCAN).verdicts

    assert ("warn", "1 to migrate", ("`crest.php` (CRest)",)) == (left.tone, left.answer, left.reasons)
    assert ("bad", True) == (safety.tone, "`api/a.php:9`" in safety.reasons[0])
    assert ("bad", True) == (wrong.tone, "`api/a.php:3`" in wrong.reasons[0])


def test_every_finding_has_its_line_in_the_table_of_its_file() -> None:
    """Three places in two files; a file that did not parse whole says where."""
    page = render_html(inventory(SCAN))

    assert page.count("<summary>api/a.php: 2</summary>") == 1
    assert "The grammar had to guess at lines 7" in page
    assert "left out, build-artifact: 1" in page


def test_a_clean_tree_is_good_news() -> None:
    """No table of nothing."""
    told = inventory(ScanReport(".", (), seen=3))

    assert ["good", "good", "good"] == [verdict.tone for verdict in told.verdicts]
    assert "Nothing of Bitrix24 was found in 3 files." == told.lead


@pytest.mark.parametrize("language", ["en", "ru"])
def test_both_languages_explain_every_pattern(language: Language) -> None:
    """A tag without words would leave an empty cell."""
    findings = tuple(Finding(at, 1, "crest.call", None, (tag,)) for at, tag in enumerate(TAGS, 1))
    told = inventory(ScanReport(".", (FileReport("a.php", "php", findings=findings),)), language=language)

    table = told.sections[1].blocks[0]
    assert isinstance(table, Table)
    assert len(TAGS) == len([row for row in table.rows if row[2]])
