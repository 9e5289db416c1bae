"""Plans: modules, order, pilot, the table that people may edit."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from b24bridge.errors import ConfigError
from b24bridge.report import render_html, render_markdown
from b24bridge.report.model import Language
from b24bridge.scan import FileReport, Finding, ScanReport, scan
from b24bridge.scan.plan import Module, make_plan
from b24bridge.scan.plan_report import plan_report
from b24bridge.scan.plan_table import read_mapping, write_table

READ = Finding(1, 1, "crest.call", "user.get")
WRITE = Finding(2, 1, "crest.call", "crm.deal.update")
DYNAMIC = Finding(3, 1, "crest.call", None, ("dynamic-method",))
BUG = Finding(4, 1, "crest.call", "crm.item.list", ("infinite-loop-bug",))


def report(**files: tuple[list[Finding], list[str]]) -> ScanReport:
    """Return a scan of ``name.php`` files with their findings and imports."""
    made = (
        FileReport(f"api/{name}.php", "php", "app", tuple(found), (), tuple(f"api/{i}.php" for i in imports))
        for name, (found, imports) in files.items()
    )
    return ScanReport(".", tuple(made))


def names(modules: tuple[Module, ...]) -> list[str]:
    """Return the names in order."""
    return [module.name for module in modules]


def test_order_is_reads_then_writes_then_unknown_then_bugs() -> None:
    """The easy and safe modules come first."""
    plan = make_plan(report(bug=([BUG], []), dyn=([DYNAMIC], []), write=([WRITE], []), read=([READ], [])))

    assert ["read", "write", "dyn", "bug"] == names(plan.modules)
    assert ["low", "medium", "high", "high"] == [module.risk for module in plan.modules]
    assert "read" == plan.pilot
    assert ("no-bugs", "literal", "reads-only", "independent") == plan.reasons


def test_what_others_include_comes_before_them() -> None:
    """A file with the wrapper moves before the files that include it."""
    plan = make_plan(report(easy=([READ], ["helper"]), helper=([WRITE, DYNAMIC], [])))

    assert ["helper", "easy"] == names(plan.modules)
    assert ("helper",) == plan.module("easy").depends_on


def test_a_circle_is_named_and_does_not_stop_the_plan() -> None:
    """Modules that need each other are listed once, the easiest first."""
    plan = make_plan(report(a=([WRITE], ["b"]), b=([READ], ["a"]), c=([READ], ["a"])))

    assert ["b", "a", "c"] == names(plan.modules)
    assert (("a", "b"),) == plan.cycles


def test_a_mapping_joins_files_and_a_directory_is_a_module() -> None:
    """Patterns come first; the rest goes by directory."""
    scanned = report(one=([READ], []), two=([WRITE], []), three=([READ], []))

    plan = make_plan(scanned, by="directory", mapping={"pair": ["api/one.php", "api/tw*.php"]})

    assert {"pair": ("api/one.php", "api/two.php"), "api": ("api/three.php",)} == {
        module.name: module.files for module in plan.modules
    }


def test_equal_file_names_get_different_modules() -> None:
    """The folder joins the name where the name alone is taken."""
    files = tuple(FileReport(f"{folder}/index.php", "php", "app", (READ,)) for folder in ("a", "b"))

    plan = make_plan(ScanReport(".", files))

    assert {"index", "b-index"} == {module.name for module in plan.modules}


def test_browser_calls_alone_make_no_pilot() -> None:
    """A module that sends nothing is no proof."""
    plan = make_plan(report(page=([Finding(1, 1, "bx24.fitWindow")], [])))

    assert plan.pilot is None


def test_table_keeps_what_people_wrote(tmp_path: Path) -> None:
    """Stages, comments and moved files survive; a second run writes nothing."""
    table = tmp_path / "b24bridge.toml"
    table.write_text(
        '# mine\n[modules.read]\nstage = "shadow"  # since May\nfiles = ["api/read.php"]\n', "utf-8"
    )
    scanned = report(read=([READ], []), write=([WRITE], []))

    first = write_table(make_plan(scanned, mapping=read_mapping(table)), table)
    text = table.read_text("utf-8")
    second = write_table(make_plan(scanned, mapping=read_mapping(table)), table)

    assert (True, False) == (first, second)
    assert "# mine" in text
    assert "# since May" in text
    modules = tomllib.loads(text)["modules"]
    assert "shadow" == modules["read"]["stage"]
    assert {"stage": "legacy", "files": ["api/write.php"], "effort": 1, "risk": "medium"} == modules["write"]


def test_only_one_module_is_the_pilot(tmp_path: Path) -> None:
    """A pilot that people chose is not joined by another."""
    table = tmp_path / "b24bridge.toml"
    table.write_text('[modules.write]\npilot = true\nfiles = ["api/write.php"]\n', "utf-8")
    scanned = report(read=([READ], []), write=([WRITE], []))

    write_table(make_plan(scanned, mapping=read_mapping(table)), table)

    modules = tomllib.loads(table.read_text("utf-8"))["modules"]
    assert ["write"] == [name for name, entry in modules.items() if entry.get("pilot")]


def test_a_broken_table_is_left_alone(tmp_path: Path) -> None:
    """The error says what to do, and nothing is written."""
    table = tmp_path / "b24bridge.toml"
    table.write_text("[modules", "utf-8")

    with pytest.raises(ConfigError, match="cannot be read"):
        read_mapping(table)
    with pytest.raises(ConfigError, match="cannot be read"):
        write_table(make_plan(report(read=([READ], []))), table)

    assert "[modules" == table.read_text("utf-8")


def test_a_new_table_can_be_read_by_others(tmp_path: Path) -> None:
    """The router of another user reads the stages; a mode that people set is kept."""
    fresh, closed = tmp_path / "b24bridge.toml", tmp_path / "closed.toml"
    closed.write_text("", "utf-8")
    closed.chmod(0o640)
    plan = make_plan(report(read=([READ], [])))

    write_table(plan, fresh)
    write_table(plan, closed)

    assert [0o644, 0o640] == [path.stat().st_mode & 0o777 for path in (fresh, closed)]


@pytest.mark.parametrize(("language", "stages"), [("en", "Stage"), ("ru", "Этап")])
def test_the_page_has_the_four_stages(language: Language, stages: str) -> None:
    """English and Russian say the same in Markdown and HTML: four stages, the pilot, each module."""
    secret = Finding(9, 1, "secret", None, ("hard-coded-secret",))
    told = plan_report(make_plan(report(read=([READ], []), bug=([BUG, secret], []))), language=language)

    text, page = render_markdown(told), render_html(told)

    assert [True] * 4 == [f"## {stages} {number}." in text for number in (1, 2, 3, 4)]
    assert [True] * 4 == [f"<h2>{stages} {number}." in page for number in (1, 2, 3, 4)]
    assert "### read: api/read.php" in text
    assert "`api/bug.php:9`" in text
    assert "<code>api/bug.php:9</code>" in page


def test_an_empty_scan_makes_an_empty_plan() -> None:
    """Nothing found is said so."""
    assert "Nothing of Bitrix24 was found." in render_markdown(plan_report(make_plan(ScanReport(".", ()))))


@pytest.mark.parametrize(
    ("file", "source", "writes", "methods"),
    [
        (
            "a.php",
            "<?php CRest::callBatch(['a' => ['method' => 'user.get'], 'b' => ['method' => 'crm.deal.get', 'params' => $p]]);",
            0,
            ("crm.deal.get", "user.get"),
        ),
        (
            "a.php",
            "<?php CRest::callBatch([['method' => 'user.get'], ['method' => 'crm.deal.add']]);",
            1,
            ("crm.deal.add", "user.get"),
        ),
        (
            "a.php",
            "<?php CRest::call('batch', ['cmd' => ['a' => 'profile', 'b' => 'crm.deal.list?' . http_build_query($p)]]);",
            0,
            ("crm.deal.list", "profile"),
        ),
        ("a.php", "<?php CRest::call('batch', ['cmd' => ['a' => 'profile', 'b' => $cmd]]);", 1, ("profile",)),
        ("a.php", "<?php CRest::callBatch(['a' => ['method' => $m]]);", 1, ()),
        ("a.php", "<?php CRest::callBatch($commands);", 1, ()),
        (
            "a.js",
            "BX24.callBatch({a: ['user.get', {}], b: {method: 'crm.deal.get', params: {id: 1}}, c: 'profile'}, f);",
            0,
            ("crm.deal.get", "profile", "user.get"),
        ),
        (
            "a.js",
            "BX24.callBatch([['user.get', {}], ['crm.deal.delete', {id: 1}]], f);",
            1,
            ("crm.deal.delete", "user.get"),
        ),
    ],
)
def test_a_batch_does_what_its_commands_do(
    tmp_path: Path, file: str, source: str, writes: int, methods: tuple[str, ...]
) -> None:
    """A batch of reads is a read; a command that is not written out may be anything."""
    (tmp_path / file).write_text(source, "utf-8")

    (module,) = make_plan(scan(tmp_path)).modules

    assert (writes, methods) == (module.writes, module.methods)
