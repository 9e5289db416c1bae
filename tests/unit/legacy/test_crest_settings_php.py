"""Reading an existing settings.php: what PHP would define, without PHP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from b24bridge.errors import ConfigError
from b24bridge.legacy.crest import CRest

ORDINARY = r"""<?php
define('C_REST_CLIENT_ID','local.5c8bb1b0891cf2.87252039');//Application ID
define('C_REST_CLIENT_SECRET','SakeVG5mbRdcQet45UUrt6q72AMTo7fkwXSO7Y5LYFYNCRsA6f');//Application key
// or
//define('C_REST_WEB_HOOK_URL','https://rest-api.bitrix24.test/rest/1/doutwqkjxgc3mgc1/');
# define('C_REST_IGNORE_SSL', true);
/* define('C_REST_BLOCK_LOG', true);
*/
define('C_REST_CURRENT_ENCODING','windows-1251');
define('C_REST_LOG_TYPE_DUMP',TRUE); //logs save var_export
define('C_REST_LOGS_DIR', __DIR__ .'/logs/'); //directory path to save the log
"""


def _defines(folder: Path, source: str, **given: Any) -> dict[str, Any]:
    class Portal(CRest):
        pass

    file = folder / "settings.php"
    file.write_bytes(source.encode("utf-8", "surrogateescape"))
    Portal.configure_from_php(file, **given)
    config = Portal._configured()
    assert config.directory == folder
    return dict(config.defines)


def test_the_vendors_file_is_read(tmp_path: Path) -> None:
    """Comments of all kinds define nothing; constants keep their types."""
    assert _defines(tmp_path, ORDINARY) == {
        "C_REST_CLIENT_ID": "local.5c8bb1b0891cf2.87252039",
        "C_REST_CLIENT_SECRET": "SakeVG5mbRdcQet45UUrt6q72AMTo7fkwXSO7Y5LYFYNCRsA6f",
        "C_REST_CURRENT_ENCODING": "windows-1251",
        "C_REST_LOG_TYPE_DUMP": True,
        "C_REST_LOGS_DIR": f"{tmp_path}/logs/",
    }


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (r"define('X', 'it\'s \\ \n');", r"it's \ \n"),
        (r'define("X", "a\x41\u{416}\$b\"\\\101");', 'aAЖ$b"\\A'),
        ("define('X', null);", None),
        ("define('X', False);", False),
        ("define('X', -1);", -1),
        ("define('X', 1_000);", 1000),
        ("define('X', 0x1F);", 31),
        ("define('X', 010);", 8),
        ("define('X', 1.5e3);", 1500.0),
        ("const X = 'a' . 1 . true . null;", "a11"),
        ("const A = 'a', X = A . 'b';", "ab"),
        (r"\define('X', ('a') . PHP_EOL);", "a\n"),
        ("@define('X', 1);", 1),
        ("define('X', 1); define('X', 2);", 1),
        ("if (!defined('X')) { define('X', 1); }", 1),
        ("define('X', 1); if (!defined('X')) { define('X', 2); } else { define('Y', 3); }", 1),
        ("if (defined('X')): define('X', 1); elseif (true): define('X', 2); else: define('X', 3); endif;", 2),
        ("if (false) define('X', 1); else define('X', 2);", 2),
        ("defined('X') or define('X', 1);", 1),
        ("!defined('X') && define('X', 1);", 1),
        ("define('X', 1); defined('X') || define('X', 2);", 1),
        ("defined('B_PROLOG_INCLUDED') || die(); define('X', 1);", 1),
        ("$a = \"define('C_REST_BLOCK_LOG', $b)\"; define('X', 1);", 1),
        ("function f($a) { define('C_REST_BLOCK_LOG', $a); } define('X', 1);", 1),
        ("foreach ([1] as $x) { echo $x; } define('X', 1);", 1),
        ("try { define('X', 1); } catch (E $e) { die(); }", 1),
        ("define('X', <<<'T'\n  a\\n$b\n  T\n);", "a\\n$b"),
        ("define('X', 1) ?> text define('Y', 2) <?php echo 1;", 1),
    ],
)
def test_the_language_of_constants_is_understood(code: str, value: Any, tmp_path: Path) -> None:
    """Strings, numbers, joins, conditions on defined() and what surrounds them."""
    source = f"<?php\n{code}\n".replace("'X'", "'C_REST_LOGS_DIR'").replace("X =", "C_REST_LOGS_DIR =")

    defines = _defines(tmp_path, source.replace('"X"', "'C_REST_LOGS_DIR'"))

    assert defines == {"C_REST_LOGS_DIR": value}
    assert type(defines["C_REST_LOGS_DIR"]) is type(value)


def test_folders_of_the_file_are_known(tmp_path: Path) -> None:
    """__DIR__, __FILE__ and dirname() give the folders that PHP gives."""
    source = "<?php define('C_REST_LOGS_DIR', dirname(__FILE__, 2) . DIRECTORY_SEPARATOR . basename);"
    with pytest.raises(ConfigError):
        _defines(tmp_path, source)

    defines = _defines(tmp_path, "<?php define('C_REST_LOGS_DIR', dirname(__DIR__) . '/logs/');")

    assert defines == {"C_REST_LOGS_DIR": f"{tmp_path.parent}/logs/"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<?php\ndefine('C_REST_CLIENT_ID', 'abc);\n", r"line 2: the string .* never closed"),
        ("<?php\n\n/* open", r"line 3: the comment .* never closed"),
        ("<?php\ndefine('C_REST_CLIENT_ID', 'a'", r"line 2: \( is never closed"),
        ("<?php\nif (!defined('A')) {\ndefine('A', 1);", r"ends inside a block"),
        ("<?php\n\n}", r"line 3: } closes nothing"),
        ("<?php\ndefine('C_REST_CLIENT_ID');", r"line 2: define\(\) needs a name and a value"),
        ("<?php\nconst C_REST_CLIENT_ID;", r"line 2: const needs a name and a value"),
        ("<?php\ndefine('C_REST_CLIENT_ID', 'a')\n", r"line 2: ; is missing"),
        ("<?php\n$a = <<<T\nx", r"line 2: the text .* never closed"),
        (
            "<?php\n\ndefine('C_REST_CLIENT_ID', getenv('ID'));",
            r"line 3: the value of C_REST_CLIENT_ID is known",
        ),
        ('<?php\ndefine("C_REST_CLIENT_ID", "a$b");', r"line 2: the value of C_REST_CLIENT_ID is known"),
        (
            "<?php\nif ($x) {\ndefine('C_REST_CLIENT_ID', 1);\n}",
            r"line 3: the value of C_REST_CLIENT_ID is known",
        ),
        ("define('C_REST_CLIENT_ID', 1);", "no <\\?php"),
    ],
)
def test_a_broken_file_names_the_line(source: str, text: str, tmp_path: Path) -> None:
    """Every mistake ends in a ConfigError with the place and a way out, never in a bare error."""
    with pytest.raises(ConfigError, match=text) as caught:
        _defines(tmp_path, source)

    assert caught.value.remedy


def test_a_value_that_only_php_knows_can_be_given(tmp_path: Path) -> None:
    """A constant beside the path goes before the file, which is then not asked for it."""
    source = "<?php define('C_REST_CLIENT_SECRET', getenv('SECRET')); define('C_REST_CLIENT_ID', 'a');"

    defines = _defines(tmp_path, source, C_REST_CLIENT_SECRET="given", C_REST_CLIENT_ID="b")

    assert defines == {"C_REST_CLIENT_SECRET": "given", "C_REST_CLIENT_ID": "b"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The error says which file cannot be read."""
    with pytest.raises(ConfigError, match=r"settings\.php cannot be read"):
        CRest.configure_from_php(tmp_path / "settings.php")


def test_a_file_in_windows_1251_keeps_its_bytes(tmp_path: Path) -> None:
    """Old files are no UTF-8; comments do not matter and texts keep their bytes."""
    source = "<?php // \udccf\udcf0\ndefine('C_REST_LOGS_DIR', '\udccb/');"

    assert _defines(tmp_path, source) == {"C_REST_LOGS_DIR": "\udccb/"}
