"""Skeletons: the old call exactly, the new call beside it, a test that runs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from b24bridge.scan import scan_text
from b24bridge.scan.port import Port, port_file

DESK = Path(__file__).parents[3] / "examples" / "service_desk" / "source"
STYLES = Path(__file__).parent / "styles"


def port(source: str, name: str = "report.php") -> Port:
    """Return the port of a source."""
    language = "php" if name.endswith(".php") else "javascript"
    return port_file(scan_text(name, language, source.encode()))


def test_literal_parameters_are_translated_exactly() -> None:
    """Types, order and Cyrillic stay; a list of rows is read whole by the new path."""
    made = port(
        "<?php $r = CRest::call('crm.item.list', ['entityTypeId' => 140, 'filter' => ['=stage' => 'Новая', "
        "'flag' => true], 'select' => ['id', 'title'], 'start' => 0]);"
    )

    (skeleton,) = made.skeletons

    params = '"entityTypeId": 140, "filter": {"=stage": "Новая", "flag": True}, "select": ["id", "title"]'
    assert f'return portal.call("crm.item.list", {{{params}, "start": 0}})' in skeleton.legacy
    assert f'return b24.list("crm.item.list", {{{params}}})' in skeleton.modern


def test_what_was_a_variable_becomes_an_argument() -> None:
    """Each expression gets one name; the docstring says what it stands for."""
    made = port(
        "<?php $r = CRest::call($method, ['id' => $deal['ID'], 'again' => $deal['ID'], 'x' => f($y)]);"
    )

    (skeleton,) = made.skeletons

    assert {"method": "$method", "deal_id": "$deal['ID']", "f_y": "f($y)"} == skeleton.arguments
    assert 'portal.call(method, {"id": deal_id, "again": deal_id, "x": f_y})' in skeleton.legacy


def test_parameters_by_position_stay_in_order() -> None:
    """Such methods have no pages to ask for, so both paths make one call."""
    made = port(
        "<?php $r = CRest::call('task.elapseditem.getlist', [7, ['ID' => 'asc'], null, 1.5, ['a' => [],]]);"
    )

    (skeleton,) = made.skeletons

    params = '[7, {"ID": "asc"}, None, 1.5, {"a": []}]'
    assert f'return portal.call("task.elapseditem.getlist", {params})' in skeleton.legacy
    assert f'return b24.call("task.elapseditem.getlist", {params}).result' in skeleton.modern


def test_a_port_imports_what_it_uses() -> None:
    """A linter finds nothing to take away."""
    php = port("<?php $r = CRest::call('profile');").module()
    browser = port("BX24.callMethod('profile', {}, f);", "a.js").module()

    assert "from b24bridge import CRest, Client\n" in php
    assert "from b24bridge import BX24, Client\n" in browser


def test_browser_calls_are_remarks() -> None:
    """What stays in the browser has no Python function."""
    made = port("BX24.init(function () { BX24.fitWindow(); });", "app.js")

    assert () == made.skeletons
    assert [
        "Line 1, bx24.init: Stays in the browser.",
        "Line 1, bx24.fitWindow: Stays in the browser.",
    ] == list(made.remarks)


@pytest.mark.parametrize("name", sorted(path.name for path in STYLES.iterdir()))
def test_every_port_is_python(name: str) -> None:
    """Module and test parse, whatever the old source holds."""
    language = {"php": "php", "js": "javascript", "ts": "typescript", "vue": "vue"}[name.rsplit(".", 1)[-1]]
    made = port_file(scan_text(name, language, (STYLES / name).read_bytes()))

    ast.parse(made.module())
    ast.parse(made.test())


def test_notes_name_what_a_person_decides() -> None:
    """Unchecked answers, old bugs and unknown methods are told in words."""
    made = port("<?php foreach ($a as $b) { CRest::call($m, ['id' => $b]); }")

    (skeleton,) = made.skeletons

    assert 3 == len(skeleton.notes)
    assert not [word for word in ("TODO", "FIXME") if word in made.module()]


@pytest.mark.slow
def test_the_contract_test_of_a_read_passes_on_the_sandbox(tmp_path: Path) -> None:
    """A port of plain reads, and those of the service desk, are proven by the tests that come with them."""
    reads = (
        "<?php\n$me = CRest::call('user.current');\n"
        "$b = CRest::callBatch(['me' => ['method' => 'user.current', 'params' => []]]);\n"
    )
    desk = [(file.read_text("utf-8"), file.name) for file in DESK.rglob("*.*")]
    for source, name in [(reads, "report.php"), *desk]:
        made = port(source, name)
        (tmp_path / f"{made.name}.py").write_text(made.module(), "utf-8")
        (tmp_path / f"test_{made.name}.py").write_text(made.test(), "utf-8")

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "7 passed" in run.stdout, run.stdout
