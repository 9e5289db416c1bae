"""The commands scan, plan and port: output, exit codes, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from b24bridge.cli.plan import command as plan
from b24bridge.cli.port import command as port
from b24bridge.cli.scan import command as scan


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with one PHP file."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "report.php").write_text("<?php\n$r = CRest::call('user.current');\n", "utf-8")
    return folder


def test_scan_prints_json_in_a_pipe_and_says_no_when_something_is_found(project: Path) -> None:
    """Exit code 1 is the answer that old calls are left."""
    result = CliRunner().invoke(scan, [str(project)])

    assert 1 == result.exit_code
    assert "report.php" == json.loads(result.stdout)["files"][0]["path"]
    assert "1 findings in 1 files" in result.stderr


def test_scan_of_a_clean_tree_says_yes(tmp_path: Path) -> None:
    """Exit code 0 proves that nothing is left."""
    result = CliRunner().invoke(scan, [str(tmp_path), "--format", "table"])

    assert (0, "Nothing found.\n") == (result.exit_code, result.stdout)


def test_scan_writes_sarif_to_a_file(project: Path, tmp_path: Path) -> None:
    """The result goes to the file, not to stdout."""
    target = tmp_path / "out.sarif"

    result = CliRunner().invoke(scan, [str(project), "--format", "sarif", "--output", str(target)])

    assert "" == result.stdout
    assert "2.1.0" == json.loads(target.read_text("utf-8"))["version"]


@pytest.mark.parametrize(("lang", "title"), [("en", "What is here"), ("ru", "Что здесь есть")])
def test_scan_writes_a_page(project: Path, tmp_path: Path, lang: str, title: str) -> None:
    """The ending of the file chooses the form; the page is readable by everybody."""
    target = tmp_path / "pages" / "scan.html"

    CliRunner().invoke(scan, [str(project), "--output", str(target), "--lang", lang])

    text = target.read_text("utf-8")
    assert title in text
    assert "<code>report.php:2</code>" in text
    assert "report.php: 1" in text
    assert 0o644 == target.stat().st_mode & 0o777


OLD = {
    "crest": ("a.php", "<?php CRest::call('profile');"),
    "raw": ("a.js", "fetch('https://acme.bitrix24.ru/rest/1/' + token + '/profile.json');"),
    "front": ("a.js", "BX24.callMethod('profile', {}, function (r) {});"),
    "copy": (
        "c.php",
        "<?php class CRest { static function callCurl($p) {} static function getAppSettings() {} }",
    ),
}
KEPT = {
    "frame": ("a.js", "BX24.fitWindow();"),
    "secret": ("a.php", "<?php $url = 'https://acme.bitrix24.ru/rest/1/k3jd93kd02lsx/';"),
    "newer SDK": (
        "a.ts",
        "import { B24Hook } from '@bitrix24/b24jssdk';\nconst b24 = B24Hook.fromWebhookUrl(url);",
    ),
}


@pytest.mark.parametrize(
    ("file", "code"),
    [*((file, 1) for file in OLD.values()), *((file, 0) for file in KEPT.values())],
    ids=[*OLD, *KEPT],
)
def test_old_only_ends_with_0_when_nothing_old_is_left(
    tmp_path: Path, file: tuple[str, str], code: int
) -> None:
    """Old calls and copies of old SDKs count; frame functions, newer SDKs and secrets do not."""
    (tmp_path / file[0]).write_text(file[1], "utf-8")

    every = CliRunner().invoke(scan, [str(tmp_path), "--format", "table"])
    old = CliRunner().invoke(scan, [str(tmp_path), "--old-only", "--format", "table"])

    assert code == old.exit_code
    assert "Nothing found." not in every.stdout


@pytest.mark.parametrize(
    "arguments", [["--write"], ["--only", "paging-next"], ["--fix", "--only", "nothing"]]
)
def test_wrong_use_of_fix_is_told(project: Path, arguments: list[str]) -> None:
    """Exit code 2; an unknown repair lists those that exist."""
    result = CliRunner().invoke(scan, [str(project), *arguments])

    assert 2 == result.exit_code
    assert "belong to --fix" in result.stderr or "paging-callback, paging-next" in result.stderr


def test_fix_shows_first_and_writes_when_told(project: Path) -> None:
    """A dry run changes nothing, a write changes once."""
    runs = [CliRunner().invoke(scan, [str(project), "--fix", *more]) for more in ([], ["--write"], [])]

    assert [1, 1, 0] == [run.exit_code for run in runs]
    assert "+if (isset($r['error'])) {" in runs[0].stdout
    assert "if (isset($r['error'])) {" in (project / "report.php").read_text("utf-8")


def test_plan_writes_the_table_once(project: Path, tmp_path: Path) -> None:
    """The page is the result; the table is not written by a dry run and not changed by a second one."""
    table = tmp_path / "b24bridge.toml"
    base = [str(project), "--table", str(table), "--lang", "ru"]

    dry = CliRunner().invoke(plan, [*base, "--dry-run"])
    existed = table.exists()
    first, second = (CliRunner().invoke(plan, base) for _ in range(2))

    assert (0, False) == (dry.exit_code, existed)
    assert dry.stdout.startswith("# План миграции")
    assert "Wrote" in first.stderr
    assert "needed no change" in second.stderr


def test_port_writes_module_and_test_and_keeps_edited_files(project: Path, tmp_path: Path) -> None:
    """A file that people changed is not written over unless told."""
    out = tmp_path / "ports"
    base = [str(project / "report.php"), "--output", str(out)]

    first = CliRunner().invoke(port, base)
    (out / "report_port.py").write_text("# mine\n", "utf-8")
    second = CliRunner().invoke(port, base)
    third = CliRunner().invoke(port, [*base, "--force"])

    assert [0, 2, 0] == [run.exit_code for run in (first, second, third)]
    assert ["report_port.py", "test_report_port.py"] == sorted(path.name for path in out.iterdir())


def test_port_of_a_file_without_calls_says_no(tmp_path: Path) -> None:
    """Exit code 1, and the reason."""
    place = tmp_path / "a.php"
    place.write_text("<?php echo 1;", "utf-8")

    result = CliRunner().invoke(port, [str(place)])

    assert 1 == result.exit_code
    assert "holds no call to port" in result.stderr
