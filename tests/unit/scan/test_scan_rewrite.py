"""Repairs: what is changed, what is left alone, and that a second run changes nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from textwrap import dedent

import pytest

from b24bridge.scan.rewrite import ENVIRONMENT_FILE, FIXES, fix_text, fix_tree

VECTORS = Path(__file__).parents[2] / "vectors" / "scanner" / "examples"


def check_transformed(name: str, before: str, after: str, path: str = "a.php") -> None:
    """One repair changes a source into another, and then has nothing more to do."""
    language = "php" if path.endswith(".php") else "javascript"

    change = fix_text(path, language, dedent(before), only={name})

    assert change is not None
    assert dedent(after) == change.after
    assert fix_text(path, language, change.after, only={name}) is None


def check_noop(name: str, source: str, path: str = "a.php") -> None:
    """One repair leaves a source alone."""
    language = "php" if path.endswith(".php") else "javascript"

    assert fix_text(path, language, dedent(source), only={name}) is None


def test_next_is_taken_out_of_result() -> None:
    """``next`` stands beside ``result`` (vector 05)."""
    check_transformed(
        "paging-next",
        """\
        <?php
        do {
            $r = CRest::call('crm.item.list', ['start' => $start]);
            $start = $r['result']['next'] ?? null; // next
        } while (isset($r["result"]["next"]));
        """,
        """\
        <?php
        do {
            $r = CRest::call('crm.item.list', ['start' => $start]);
            $start = $r['next'] ?? null; // next
        } while (isset($r["next"]));
        """,
    )


def test_a_loop_over_one_answer_asks_again() -> None:
    """The founding loop reads all pages afterwards (vector 06)."""
    check_transformed(
        "paging-request",
        """\
        <?php
        $r = CRest::call('crm.item.list', ['entityTypeId' => 140, 'start' => 0]);
        do {
        \tkeep($r['result']['items']);
        } while (isset($r['result']['next']));
        """,
        """\
        <?php
        $r = CRest::call('crm.item.list', ['entityTypeId' => 140, 'start' => 0]);
        do {
        \tkeep($r['result']['items']);
        \tif (!isset($r['next'])) {
        \t\tbreak;
        \t}
        \t$r = CRest::call('crm.item.list', ['entityTypeId' => 140, 'start' => $r['next']]);
        \tif (isset($r['error'])) {
        \t\tthrow new \\RuntimeException('crm.item.list: ' . ($r['error_description'] ?? $r['error']));
        \t}
        } while (true);
        """,
    )


def test_a_start_that_never_moves_is_moved() -> None:
    """The request of the next round starts where the answer says (vector 08)."""
    check_transformed(
        "paging-start",
        """\
        <?php
        $start = 0;
        do {
            $r = CRest::call('user.get', ['start' => $start]);
            keep($r['result']);
        } while (!empty($r['next']));
        """,
        """\
        <?php
        $start = 0;
        do {
            $r = CRest::call('user.get', ['start' => $start]);
            keep($r['result']);
            $start = $r['next'] ?? null;
        } while (!empty($r['next']));
        """,
    )


def test_a_start_written_as_a_number_follows_the_answer() -> None:
    """A literal start becomes the answer's ``next``."""
    check_transformed(
        "paging-start",
        "<?php\ndo {\n    $r = CRest::call('user.get', ['start' => 0]);\n} while (!empty($r['next']));\n",
        "<?php\ndo {\n    $r = CRest::call('user.get', ['start' => $r['next'] ?? 0]);\n} while (!empty($r['next']));\n",
    )


def test_an_unchecked_answer_gets_a_check_in_the_files_line_ends() -> None:
    """The check follows the statement; CRLF and indentation are kept."""
    change = fix_text("a.php", "php", "<?php\r\nif ($x) {\r\n    $r = CRest::call('profile');\r\n}\r\n")

    assert change is not None
    assert change.after == (
        "<?php\r\nif ($x) {\r\n    $r = CRest::call('profile');\r\n"
        "    if (isset($r['error'])) {\r\n"
        "        throw new \\RuntimeException('profile: ' . ($r['error_description'] ?? $r['error']));\r\n"
        "    }\r\n}\r\n"
    )


def test_a_callback_gets_a_check() -> None:
    """The check is the first statement; inside a promise it rejects."""
    check_transformed(
        "error-check",
        """\
        new Promise((resolve, reject) => {
          BX24.callMethod('profile', {}, (res) => {
            resolve(res.data());
          });
        });
        """,
        """\
        new Promise((resolve, reject) => {
          BX24.callMethod('profile', {}, (res) => {
            if (res.error()) {
              reject(res.error());
              return;
            }
            resolve(res.data());
          });
        });
        """,
        path="a.js",
    )


def test_a_webhook_leaves_the_source() -> None:
    """The address comes from the environment, the rest of the text stays."""
    check_transformed(
        "webhook-url",
        "<?php\n$u = 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/crm.deal.get.json';\n",
        "<?php\n$u = getenv('C_REST_WEB_HOOK_URL') . 'crm.deal.get.json';\n",
    )


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("error-check", "<?php $r = CRest::call('profile'); if ($r['error']) { die(); }"),
        ("error-check", "<?php CRest::call('profile');"),
        ("error-check", "<?php return CRest::call('profile');"),
        ("error-check", "<?php if ($x) $r = CRest::call('profile');"),
        ("error-check", "<?php $x = CRest::call('profile')['result'];"),
        ("error-check", "<?php $r = CRest::call('profile'); echo json_encode($r);"),
        ("error-check", "<?php $this->r = CRest::call('profile');"),
        ("error-check", "<?php // $r = CRest::call('profile');\n"),
        ("paging-next", "<?php do { $r = CRest::call('a.list', ['start' => $s]); } while ($s = $r['next']);"),
        ("paging-next", "<?php $r = f(); while ($r['result']['next']) { $r = f(); }"),
        ("paging-request", "<?php $r = CRest::call('a.list'); foreach ($r['result'] as $x) {}"),
        ("paging-request", "<?php $r = CRest::call('a.list', $p); while ($r['next']) { keep($r); }"),
        (
            "paging-request",
            "<?php $r = CRest::call('a.list', ['start' => 0]); while ($r['next']) { $r = more($r); }",
        ),
        (
            "paging-start",
            "<?php do { $r = CRest::call('a.list', ['start' => $s]); $s += 50; } while ($r['next']);",
        ),
        ("paging-start", "<?php foreach ($a as $b) { $r = CRest::call('a.get', ['id' => $b]); }"),
        ("webhook-url", "<?php const X = 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/';"),
        ("webhook-url", "<?php class A { public $x = 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/'; }"),
        ("webhook-url", "<?php $u = 'https://p.example.com/rest/1/your_code/';"),
        ("webhook-url", "<?php // 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/'\n"),
        ("webhook-url", '<?php $u = "https://$host/rest/1/k3jh5g2v9x0qpt71/";'),
    ],
)
def test_does_nothing_here(name: str, source: str) -> None:
    """A repair that is not sure leaves the source alone."""
    check_noop(name, source)


@pytest.mark.parametrize(
    "source",
    [
        "BX24.callMethod('profile', {}, (r) => show(r.data()));",
        "BX24.callMethod('profile', {}, function () {\n  go();\n});",
        "BX24.callMethod('profile', {}, ({ data }) => {\n  go(data);\n});",
        "BX24.callMethod('profile', {}, show);",
        "BX24.callMethod('profile');",
        "BX24.callBatch(x, (r) => {\n  go(r);\n});",
    ],
)
def test_does_nothing_in_these_callbacks(source: str) -> None:
    """A callback without a block or without a name for the result is left alone."""
    check_noop("error-check", source, path="a.js")


@pytest.mark.parametrize("folder", sorted(path.name for path in VECTORS.iterdir()))
def test_a_second_run_changes_nothing(folder: str, tmp_path: Path) -> None:
    """Every vector is stable after one run, and still parses."""
    for source in (VECTORS / folder).rglob("*"):
        if source.is_file():
            place = tmp_path / source.relative_to(VECTORS / folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source.read_bytes())

    list(fix_tree(tmp_path, write=True))

    assert [] == [change.path for change in fix_tree(tmp_path)]


def test_nothing_is_written_without_being_asked(tmp_path: Path) -> None:
    """A dry run shows a diff and leaves the file as it is."""
    place = tmp_path / "a.php"
    place.write_text("<?php\n$r = CRest::call('profile');\n", "utf-8")

    (change,) = fix_tree(tmp_path)

    assert "+if (isset($r['error'])) {" in change.diff()
    assert "<?php\n$r = CRest::call('profile');\n" == place.read_text("utf-8")


def test_a_written_webhook_goes_to_a_private_file_and_never_to_the_diff(tmp_path: Path) -> None:
    """The value is in the environment file only, readable by its owner, once."""
    place = tmp_path / "settings.php"
    url = "https://p.example.com/rest/1/k3jh5g2v9x0qpt71/"
    place.write_text(f"<?php\ndefine('C_REST_WEB_HOOK_URL', '{url}');\n", "utf-8")

    (change,) = fix_tree(tmp_path, write=True)

    assert "k3jh5g2v9x0qpt71" not in change.diff() + repr(change) + "".join(change.notes)
    assert "k3jh5g2v9x0qpt71" not in place.read_text("utf-8")
    kept = tmp_path / ENVIRONMENT_FILE
    assert f"C_REST_WEB_HOOK_URL={url}\n" == kept.read_text("utf-8")
    if os.name == "posix":
        assert 0o600 == stat.S_IMODE(kept.stat().st_mode)


def test_windows_1251_stays_windows_1251(tmp_path: Path) -> None:
    """A repaired file keeps its encoding."""
    place = tmp_path / "a.php"
    place.write_bytes("<?php\n// Отдел\n$r = CRest::call('profile');\n".encode("cp1251"))

    (change,) = fix_tree(tmp_path, write=True)

    assert change.after.encode("cp1251") == place.read_bytes()
    assert "// Отдел" in place.read_bytes().decode("cp1251")


def test_the_repairs_are_the_documented_ones() -> None:
    """Each repair has a heading in the reference page."""
    page = (Path(__file__).parents[3] / "docs" / "reference" / "scanner-rules.md").read_text("utf-8")

    assert [] == [name for name in FIXES if f"### `{name}`" not in page]


def test_each_address_gets_a_name_of_its_own(tmp_path: Path) -> None:
    """The same address in two files has one name, another address another, also in a later run."""
    first, second = (f"https://p{n}.example.com/rest/1/k3jh5g2v9x0qpt7{n}/" for n in (1, 2))
    for name, url in (("a", first), ("b", second), ("c", first)):
        (tmp_path / f"{name}.php").write_text(f"<?php\n$u = '{url}';\n", "utf-8")

    list(fix_tree(tmp_path, write=True))
    (tmp_path / "d.php").write_text(f"<?php\n$u = '{second}';\n", "utf-8")
    list(fix_tree(tmp_path, write=True))

    names = [(tmp_path / f"{name}.php").read_text("utf-8").split("'")[1] for name in "abcd"]
    usual, other = "C_REST_WEB_HOOK_URL", "C_REST_WEB_HOOK_URL_2"
    assert [usual, other, usual, other] == names
    assert f"{usual}={first}\n{other}={second}\n" == (tmp_path / ENVIRONMENT_FILE).read_text("utf-8")


def test_a_client_secret_leaves_the_source() -> None:
    """In a define and in an array; a class constant cannot call a function."""
    check_transformed(
        "client-secret",
        "<?php\ndefine('C_REST_CLIENT_SECRET', 'Qw3eRt5yUi8oPa1sDf6g');\n",
        "<?php\ndefine('C_REST_CLIENT_SECRET', getenv('C_REST_CLIENT_SECRET'));\n",
    )
