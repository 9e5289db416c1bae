"""Files whose names are not UTF-8, as old servers have them, go through plan, port and report."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from b24bridge.report import render_html, write_text
from b24bridge.scan import scan
from b24bridge.scan.plan import make_plan
from b24bridge.scan.plan_report import plan_report
from b24bridge.scan.plan_table import read_mapping, write_table
from b24bridge.scan.port import port_file


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with one call, in a file whose name is ``сделки.php`` in windows-1251."""
    (tmp_path / os.fsdecode("сделки.php".encode("cp1251"))).write_text(
        "<?php $r = CRest::call('crm.deal.list', []);\n", "utf-8"
    )
    return tmp_path


def test_the_table_names_it_by_a_pattern(tree: Path) -> None:
    """TOML is UTF-8; the pattern finds the file again, so that a second run changes nothing."""
    table = tree / "b24bridge.toml"
    report = scan(tree)

    first = write_table(make_plan(report), table)
    again = write_table(make_plan(report, mapping=read_mapping(table)), table)

    assert (True, False) == (first, again)
    assert {"module": ["??????.php"]} == read_mapping(table)


def test_port_and_page_are_utf_8(tree: Path) -> None:
    """Python reads no source with other bytes, and a browser guesses at a page."""
    report = scan(tree)

    (tree / "port.py").write_text(port_file(report.files[0]).module(), "utf-8")
    write_text(tree / "plan.html", render_html(plan_report(make_plan(report))))

    assert "??????.php" in (tree / "port.py").read_text("utf-8")
    assert "??????.php" in (tree / "plan.html").read_text("utf-8")
