"""Batch commands, JSON bodies and numbers against the PHP that is installed."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24bridge.sandbox.batch import split_command
from b24bridge.sandbox.phpjson import decode, php_float

pytestmark = pytest.mark.php

COMMANDS = [
    "user.get",
    "user.get?ID=1#x",
    "//host/rest/user.get?x=1",
    "user.get:80?x=1",
    "user.get:80",
    "user.get:80/x",
    "user:get",
    "user:80",
    "http:user.get?x",
    "http:/user.get?x=1",
    "http://h?x=1",
    "http://h",
    "http://h#f",
    "http:///x",
    "///x?y",
    "#a",
    "?",
    "?#",
    "a?b#c?d",
    "a#b?c",
    "user.get?x=a:b",
    "user.get?x=/y//z",
    "user.get?f[a:b]=1",
    "1user:get?x=1",
    "user.get/?x=1",
    "user.get?x=1&y=http://a.b:90/c",
    "mailto:a@b?x=1",
    "a.b-c+d:e?x",
    "a_b:c?x=1",
    "x://::abc/?",
    "crm.deal.list?filter[>=DATE]=2024-01-01T10:00:00",
    "user.get ?x=1",
    " user.get?x=1",
    "user.get?x=1 ",
    "user.get\t?x=1",
    "http://a:b@c:80/d?e=f#g",
    "C:\\x?y=1",
    "user.get?time=10:00",
    "tel:+1?x",
    "a:b:c?x=1",
    "file:///x?y",
    "user.get?a=b:8080",
    "é.get?x=1",
    "user.get?x=1:80",
    "a:1?x=1",
    "a:123456?x",
    "a:65536/x?y=1",
    ":80?x",
    ":?x",
    "a:",
    "a:?x=1",
    "a:/b",
    "/a:80?x",
    "/a:b?x",
    "a/b:80?x=1",
]
BODIES = [
    '{"a":1,"a":2}',
    '{"0":1,"1":2}',
    '{"1":1,"0":2}',
    '{"":1}',
    "[]",
    "{}",
    '{"a":{}}',
    '[1,[2,{"0":3}]]',
    "1",
    "null",
    '"x"',
    "{'a':1}",
    '{"a":1,}',
    "[1 2]",
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":12345678901234567890}',
    '{"a":9223372036854775807}',
    r'{"a":"\ud800"}',
    r'{"a":"\ud83d\ude00"}',
    '{"a":"\t"}',
    "\ufeff{}",
    " {} ",
    "",
    "[" * 512 + "]" * 512,
    "[" * 511 + "]" * 511,
    '["' + "[" * 600 + '"]',
]


def _php(script: str, given: Any) -> Any:
    done = subprocess.run(
        ["php", "-r", f"$given = json_decode(stream_get_contents(STDIN), true, 2000); {script}"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_commands_are_split_as_the_installed_php_splits_them() -> None:
    """Schemes, hosts, ports and broken addresses; what PHP refuses has no method."""
    script = (
        'foreach ($given as $f) { $r = parse_url($f); $o[] = [$r["path"] ?? "", $r["query"] ?? ""]; }'
        "echo json_encode($o);"
    )

    expected = dict(zip(COMMANDS, map(tuple, _php(script, COMMANDS)), strict=True))

    assert expected == {command: split_command(command) for command in COMMANDS}


def test_json_bodies_are_read_as_the_installed_php_reads_them() -> None:
    """What PHP refuses is nothing; maps with the keys 0..n-1 are lists, empty ones too."""
    script = (
        "foreach ($given as $f) $o[] = json_encode(json_decode($f, true), 0, 3000); echo json_encode($o);"
    )

    expected = [json.loads(text) for text in _php(script, BODIES)]

    assert expected == [decode(body.encode()) for body in BODIES]


@settings(max_examples=5)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=50, max_size=200))
def test_floats_are_written_as_the_installed_php_writes_them(numbers: list[float]) -> None:
    """Any double has PHP's shortest form."""
    script = "foreach ($given as $x) $o[] = json_encode((float) $x); echo json_encode($o);"

    assert _php(script, [repr(number) for number in numbers]) == [php_float(number) for number in numbers]
