"""Skeletons: the old call exactly, the new call beside it, a test that runs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from b24bridge.scan import scan, scan_text
from b24bridge.scan.port import Port, port_file
from b24bridge.scan.port_values import constants_in, constants_of

DESK = Path(__file__).parents[3] / "examples" / "service_desk" / "source"
STYLES = Path(__file__).parent / "styles"


def port(source: str, name: str = "report.php") -> Port:
    """Return the port of a source."""
    language = "php" if name.endswith(".php") else "javascript"
    data = source.encode()
    return port_file(scan_text(name, language, data), constants_in(name, language, data), source)


def port_in(folder: Path, path: str, files: dict[str, str]) -> Port:
    """Return the port of one of several files that make a project."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (report,) = [found for found in scan(folder).files if found.path == path]
    return port_file(report, constants_of(folder, report), files[path])


def call_in(function: str) -> str:
    """Return what the only call of a skeleton's function is, in one line."""
    (tree,) = ast.parse(function).body
    assert isinstance(tree, ast.FunctionDef)
    last = tree.body[-1]
    assert isinstance(last, ast.Return)
    assert last.value is not None
    return ast.unparse(last.value)


def test_literal_parameters_are_translated_exactly() -> None:
    """Types, order and Cyrillic stay; a list of rows is read whole by the new path."""
    made = port(
        "<?php $r = CRest::call('crm.item.list', ['entityTypeId' => 140, 'filter' => ['=stage' => 'Новая', "
        "'flag' => true], 'select' => ['id', 'title'], 'start' => 0]);"
    )

    (skeleton,) = made.skeletons

    params = "'entityTypeId': 140, 'filter': {'=stage': 'Новая', 'flag': True}, 'select': ['id', 'title']"
    assert f"portal.call('crm.item.list', {{{params}, 'start': 0}})" == call_in(skeleton.legacy)
    assert f"b24.list('crm.item.list', {{{params}}})" == call_in(skeleton.modern)


def test_what_was_a_variable_becomes_an_argument() -> None:
    """Each expression gets one name; the docstring says what it stands for."""
    made = port(
        "<?php $r = CRest::call($method, ['id' => $deal['ID'], 'again' => $deal['ID'], 'x' => f($y)]);"
    )

    (skeleton,) = made.skeletons

    assert {"method": "$method", "deal_id": "$deal['ID']", "f_y": "f($y)"} == skeleton.arguments
    assert "portal.call(method, {'id': deal_id, 'again': deal_id, 'x': f_y})" == call_in(skeleton.legacy)


def test_both_paths_give_one_expression_the_same_name() -> None:
    """The new path pages by itself, so that it lacks an argument that had the shorter name."""
    made = port("<?php $r = CRest::call('user.get', ['start' => $a['id'], 'ID' => $b['id']]);")

    (skeleton,) = made.skeletons

    assert {"a_id": "$a['id']", "b_id": "$b['id']"} == skeleton.arguments
    assert (("a_id", "b_id"), ("b_id",)) == (skeleton.legacy_arguments, skeleton.modern_arguments)
    assert "line_1_modern(new_client(), b_id=1)" in made.test()


CONFIG = """<?php
define('TICKETS', 140);
const FIELDS = ['id', 'title'], HALF = FULL - 25;
const FULL = 50;
class Config { const PREFIX = 'crm.'; const STAGE = 'DT' . TICKETS . ':NEW'; const AGE = 24 * 60; }
"""
CONFIG_USER = """<?php
class Desk {
    const MINE = 12;
    static function rows() {
        return CRest::call('crm.item.list', ['entityTypeId' => TICKETS, 'select' => FIELDS, 'n' => HALF,
            'stage' => Config::STAGE, 'age' => Config::AGE, 'mine' => self::MINE, 'end' => PHP_EOL,
            Config::PREFIX => 'a' . 'b', 'no' => ABSENT]);
    }
}
"""


def test_constants_of_the_project_are_constants_of_the_port(tmp_path: Path) -> None:
    """Each has its name, its value and its place; texts and sums of constants are worked out."""
    made = port_in(tmp_path, "api/desk.php", {"lib/config.php": CONFIG, "api/desk.php": CONFIG_USER})

    (skeleton,) = made.skeletons

    values = {name: (constant.value, constant.place) for name, constant in made.constants.items()}
    assert {
        "TICKETS": (140, "lib/config.php:2"),
        "FIELDS": (["id", "title"], "lib/config.php:3"),
        "HALF": (25, "lib/config.php:3"),
        "CONFIG_STAGE": ("DT140:NEW", "lib/config.php:5"),
        "CONFIG_AGE": (1440, "lib/config.php:5"),
        "DESK_MINE": (12, "api/desk.php:3"),
    } == values
    assert (
        "b24.list('crm.item.list', {'entityTypeId': TICKETS, 'select': FIELDS, 'n': HALF, 'stage': CONFIG_STAGE, "
        "'age': CONFIG_AGE, 'mine': DESK_MINE, 'end': '\\n', 'crm.': 'ab', 'no': absent})"
    ) == call_in(skeleton.modern)
    assert '# Config::STAGE, lib/config.php:5\nCONFIG_STAGE = "DT140:NEW"\n' in made.module()


def test_a_constant_that_is_not_known_is_an_argument_that_says_so(tmp_path: Path) -> None:
    """Not defined, not always the same, or a secret: a value that is not sure is none."""
    files = {
        "a.php": "<?php define('MODE', 1); define('HOOK', 'https://a.bitrix24.ru/rest/1/a1b2c3d4e5f6g7h8/');",
        "b.php": "<?php define('MODE', 2); CRest::call('profile', ['m' => MODE, 'h' => HOOK, 'x' => ABSENT]);",
    }

    made = port_in(tmp_path, "b.php", files)

    (skeleton,) = made.skeletons
    assert {} == made.constants
    assert ("mode", "hook", "absent") == skeleton.legacy_arguments
    assert (
        "mode: ``MODE``, a constant that is not a plain value, or not always the same: b.php:1, a.php:1"
        in (skeleton.legacy)
    )
    assert "absent: ``ABSENT``, a constant that the scanned files do not define" in skeleton.legacy
    assert "a1b2c3d4e5f6g7h8" not in made.module() + made.test()


def test_constants_of_javascript_are_those_of_the_file_and_its_imports(tmp_path: Path) -> None:
    """A name that a function takes as its own is no constant there, and ``let`` never is."""
    files = {
        "types.js": "export const TICKET = 140;\nexport const KINDS = {deal: 2};\nexport let open = 1;\n",
        "other.js": "export const LIMIT = 1;\n",
        "page.js": (
            "import { TICKET as T, KINDS, open } from './types.js';\nconst start = 0, LIMIT = 50;\n"
            "function f(start) { BX24.callMethod('crm.item.list', {entityTypeId: T, kind: KINDS.deal, o: open, "
            "start: start, [LIMIT]: `${LIMIT}%`}, g); }\n"
        ),
    }

    made = port_in(tmp_path, "page.js", files)

    (skeleton,) = made.skeletons
    assert {"T": 140, "KINDS_DEAL": 2} == {name: constant.value for name, constant in made.constants.items()}
    assert {"open": "open", "start": "start"} == skeleton.arguments
    assert "b24.list('crm.item.list', {'entityTypeId': T, 'kind': KINDS_DEAL, 'o': open, '50': '50%'})" == (
        call_in(skeleton.modern)
    )


@pytest.mark.parametrize(
    ("source", "name", "call"),
    [
        (
            "<?php $y = file_get_contents('https://a.bitrix24.ru/rest/1/x/crm.deal.get?id=7&x[]=1&x[]=2');",
            "a.php",
            "b24.call('crm.deal.get', {'id': '7', 'x': ['1', '2']}).result",
        ),
        (
            "<?php $c = curl_init('https://a.bitrix24.ru/rest/1/x/crm.deal.add.json'); curl_setopt($c, "
            "CURLOPT_POSTFIELDS, http_build_query(['fields' => ['TITLE' => 'Сделка']])); $o = curl_exec($c);",
            "a.php",
            "b24.call('crm.deal.add', {'fields': {'TITLE': 'Сделка'}}).result",
        ),
        (
            "fetch('https://a.bitrix24.ru/rest/crm.deal.get.json', {method: 'POST', body: JSON.stringify({id: 7})});",
            "a.js",
            "b24.call('crm.deal.get', {'id': 7}).result",
        ),
    ],
)
def test_a_request_sent_by_hand_keeps_its_parameters(source: str, name: str, call: str) -> None:
    """They stand in the address, in a form or in a body."""
    (skeleton,) = port(source, name).skeletons

    assert call == call_in(skeleton.modern)


def test_parameters_that_are_not_written_out_are_told() -> None:
    """A request whose parameters are put together elsewhere must not look like one without any."""
    (skeleton,) = port(
        "<?php $x = file_get_contents('https://a.bitrix24.ru/rest/1/x/user.get?ID=' . $id);"
    ).skeletons

    assert "b24.list('user.get')" == call_in(skeleton.modern)
    assert "Its parameters are put together elsewhere: write them here if it has any." in skeleton.notes


def test_parameters_by_position_stay_in_order() -> None:
    """Such methods have no pages to ask for, so both paths make one call."""
    made = port(
        "<?php $r = CRest::call('task.elapseditem.getlist', [7, ['ID' => 'asc'], null, 1.5, ['a' => [],]]);"
    )

    (skeleton,) = made.skeletons

    params = "[7, {'ID': 'asc'}, None, 1.5, {'a': []}]"
    assert f"portal.call('task.elapseditem.getlist', {params})" == call_in(skeleton.legacy)
    assert f"b24.call('task.elapseditem.getlist', {params}).result" == call_in(skeleton.modern)


def test_a_port_imports_what_it_uses() -> None:
    """A linter finds nothing to take away."""
    php = port("<?php $r = CRest::call('profile');").module()
    browser = port("BX24.callMethod('profile', {}, f);", "a.js").module()

    assert "from b24bridge import Client, CRest\n" in php
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


def test_an_old_bug_is_told_with_what_to_do() -> None:
    """Each in its own words, and whether the two paths will differ because of it."""
    proxy = port("<?php echo json_encode(CRest::call($_REQUEST['method'], $_REQUEST['params']));")
    lost = port(
        "<?php $next = 0; do { $r = CRest::call('crm.deal.list', ['start' => $next]); "
        "$next = $r['result']['next'] ?? 0; } while ($next);"
    )

    assert "open-proxy: Close this first: allow a list of methods, then migrate." in proxy.skeletons[0].notes
    assert not [note for note in proxy.skeletons[0].notes if "expect a difference" in note]
    assert (
        "The old path is wrong here, so expect a difference and accept it by name." in lost.skeletons[0].notes
    )


def test_both_portals_of_the_test_stand_at_one_moment() -> None:
    """Times that the portal writes into its records would differ by the second that lies between."""
    made = port("<?php $me = CRest::call('user.current');")

    assert 2 == made.test().count("portal.clock.freeze(NOW)\n    portal.seed(SEED)")


def test_a_formatter_and_a_linter_find_nothing_to_change(tmp_path: Path) -> None:
    """Long calls are cut into lines, imports are sorted, nothing unused is imported."""
    files = {"lib/config.php": CONFIG, "api/desk.php": CONFIG_USER}
    made = port_in(tmp_path / "old", "api/desk.php", files)
    for name, text in ((f"{made.name}.py", made.module()), (f"test_{made.name}.py", made.test())):
        (tmp_path / name).write_text(text, "utf-8")

    told = [
        subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for words in (("format", "--diff"), ("check", "--quiet", "--select", "E4,E7,E9,F,I,W"))
    ]

    assert ["", ""] == told


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
