"""The scan as a whole: files, encodings, roles, order, broken input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from b24bridge.scan import ScanReport, scan, scan_text
from b24bridge.scan.sarif import as_sarif
from b24bridge.scan.table import as_table

CALL = "<?php\n$r = CRest::call('user.current');\n"


def tree(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files under a folder."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def found(report: ScanReport) -> list[tuple[str, int, str, str | None]]:
    """Return path, line, interface and method of each finding."""
    return [(f.path, x.line, x.api, x.method) for f in report.files for x in f.findings]


def test_names_of_wrappers_and_copies_hold_across_files(tmp_path: Path) -> None:
    """A wrapper, a renamed copy and a subclass are known in files that do not mention CRest."""
    copy = "class Sales { static function callCurl($p) {} static function getAppSettings() {} }"
    root = tree(
        tmp_path,
        {
            "lib/sales.php": f"<?php {copy}",
            "lib/store.php": "<?php class Store extends Sales {}",
            "lib/api.php": "<?php function rest($m, $p) { return Store::call($m, $p); }",
            "lib/deep.php": "<?php function ask($method) { return rest($method, []); }",
            "page.php": "<?php\nask('crm.deal.get');\nStore::call('profile');\n",
        },
    )

    report = scan(root)

    assert ("page.php", 2, "wrapper.call", "crm.deal.get") in found(report)
    assert ("page.php", 3, "crest.call", "profile") in found(report)
    assert {"lib/sales.php": "vendored-sdk"} == {f.path: f.role for f in report.files if f.role != "app"}


def test_vendored_and_generated_folders_are_left_out(tmp_path: Path) -> None:
    """vendor and node_modules are not entered; what lies in dist or is minified is named, not searched."""
    root = tree(
        tmp_path,
        {
            "vendor/x/a.php": CALL,
            "node_modules/x/a.js": "BX24.init()",
            "dist/a.js": "BX24.init()",
            "js/a.min.js": "BX24.init()",
            "js/long.js": "var x = '" + "a" * 3001 + "';\nBX24.init();",
            "a.php": CALL,
        },
    )

    report = scan(root)

    assert [("a.php", 2, "crest.call", "user.current")] == found(report)
    assert ["dist/a.js", "js/a.min.js", "js/long.js"] == [entry.path for entry in report.skipped]
    assert {"build-artifact"} == {entry.reason for entry in report.skipped}


def test_all_folders_are_entered_when_asked(tmp_path: Path) -> None:
    """With ``everything`` vendor is searched too."""
    root = tree(tmp_path, {"vendor/a.php": CALL})

    assert [("vendor/a.php", 2, "crest.call", "user.current")] == found(scan(root, everything=True))


def test_two_scans_give_the_same_bytes(tmp_path: Path) -> None:
    """Order is path, line, column; nothing depends on the run."""
    root = tree(tmp_path, {"b.php": CALL, "a/z.php": CALL, "a.js": "BX24.init(); BX24.fitWindow();"})

    first, second = (json.dumps(scan(root).as_json()) for _ in range(2))

    assert first == second
    assert ["a.js", "a/z.php", "b.php"] == [file.path for file in scan(root).files]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe<?php CRest::call(",
        b"<?php CRest::call('a.b', [[[[[[",
        b"<?php " + b"if (CRest::call('x.y')) {" * 3000,
        b"<?php $x = CRest::call('x.y')" + b" . 'a'" * 5000 + b";",
        b"BX24.callMethod(" * 2000,
        b"\xef\xbb\xbf<?php CRest::call('profile');",
        "<?php // \u043f\nCRest::call('profile');".encode("utf-16"),
        b"<?php CRest::call('profile'); ?>" + b"<script>" * 500,
    ],
)
@pytest.mark.parametrize("name", ["a.php", "a.js", "a.ts", "a.vue", "a.html"])
def test_no_input_stops_a_scan(tmp_path: Path, name: str, data: bytes) -> None:
    """Broken, deep, empty and undecodable files are scanned as far as they parse."""
    root = tree(tmp_path, {name: data, "good.php": CALL})

    assert ("good.php", 2, "crest.call", "user.current") in found(scan(root))


def test_a_syntax_error_is_told_and_does_not_end_the_file() -> None:
    """The lines where the grammar had to guess are listed beside the findings."""
    report = scan_text("a.php", "php", b"<?php\n}}\n$r = CRest::call('profile');\nif ($r) {}\n")

    assert ["profile"] == [finding.method for finding in report.findings]
    assert (2,) == report.syntax_errors


def test_columns_count_characters_in_any_encoding() -> None:
    """A column is a character, also after Cyrillic text in windows-1251 and after a byte order mark."""
    source = "<?php $x = 'Отдел'; CRest::call('profile');"

    columns = [
        scan_text("a.php", "php", data).findings[0].column
        for data in (source.encode(), source.encode("cp1251"), b"\xef\xbb\xbf" + source.encode())
    ]

    assert [21, 21, 21] == columns


def test_secrets_never_reach_an_output() -> None:
    """A secret's place and kind are printed, never its value."""
    source = (
        "<?php\ndefine('C_REST_CLIENT_SECRET', 'Zx81Qw72Er63Ty54');\n"
        "CRest::call('x.y', ['url' => 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/', 'auth' => 'abcdef0123']);\n"
    )
    file = scan_text("a.php", "php", source.encode())
    report = ScanReport(".", (file,))

    text = json.dumps([report.as_json(), as_sarif(report)]) + as_table(report) + repr(report)

    assert 2 == sum(finding.api == "secret" for finding in file.findings)
    assert not [value for value in ("Zx81Qw72Er63Ty54", "k3jh5g2v9x0qpt71", "abcdef0123") if value in text]


def test_params_are_given_as_far_as_they_are_written_out() -> None:
    """Numbers, flags, lists and nested maps keep their types; code is given as code."""
    source = b"<?php CRest::call('x.y', ['a' => 1, 'b' => -2.5, 'c' => true, 'd' => null, 'e' => ['x', 2], 5 => $v]);"

    (finding,) = scan_text("a.php", "php", source).findings

    assert {"a": 1, "b": -2.5, "c": True, "d": None, "e": ["x", 2], "5": {"$code": "$v"}} == finding.params


def test_an_outdated_method_names_its_replacement() -> None:
    """The catalogue says what replaces a method."""
    (finding,) = scan_text("a.php", "php", b"<?php CRest::call('crm.activity.add', []);").findings

    assert ("crm.activity.todo.add",) == finding.deprecated


def test_sarif_has_a_rule_for_each_result(tmp_path: Path) -> None:
    """Code review tools get line, column, level and rule."""
    report = scan(tree(tmp_path, {"dir name/a.php": "<?php\nforeach ($x as $y) { CRest::call('a.b'); }\n}"}))

    (run,) = as_sarif(report)["runs"]  # type: ignore[misc]

    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    results = {result["ruleId"] for result in run["results"]}
    assert {"n-plus-1", "no-error-check", "result-ignored", "syntax-error"} == results
    assert results <= rules
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert {"startLine": 2, "startColumn": 22} == place["region"]
    assert "dir%20name/a.php" == place["artifactLocation"]["uri"]


def test_a_missing_path_says_what_to_do(tmp_path: Path) -> None:
    """The error names the path."""
    with pytest.raises(FileNotFoundError, match=r"nothing to scan at .*absent"):
        scan(tmp_path / "absent")


@pytest.mark.slow
def test_files_without_anything_of_ours_cost_next_to_nothing(tmp_path: Path) -> None:
    """Thousands of files of other people's code are passed by without being parsed."""
    body = "\n".join(f"export const value{n} = (a) => a.map((b) => b + {n});" for n in range(150))
    root = tree(tmp_path, {f"m{n % 20}/f{n}.js": body for n in range(2000)})

    report = scan(root)

    assert (2000, 0) == (report.seen, report.count)


def test_a_file_that_does_not_parse_is_told_though_nothing_is_found_in_it(tmp_path: Path) -> None:
    """What it holds may be hidden by the error; the other files are searched as ever."""
    report = scan(
        tree(tmp_path, {"broken.php": "<?php if ( { CRest::call('user.get', [ ;\n", "whole.php": CALL})
    )

    assert [("broken.php", (1,), 0), ("whole.php", (), 1)] == [
        (file.path, file.syntax_errors, len(file.findings)) for file in report.files
    ]
    assert "syntax error" in as_table(report)
