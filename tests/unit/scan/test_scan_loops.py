"""What a loop around a call is for: pages, pieces or elements."""

from __future__ import annotations

import pytest

from b24bridge.scan import scan_text

LOOPS = {
    "a batch sent when it is full": (
        "php",
        "<?php foreach ($ids as $id) { $cmd[] = $id;\n"
        "if ($step == 49) { $r = CRest::callBatch($cmd); if ($r) { $cmd = []; } } $step++; }",
        {"batch-built"},
    ),
    "a filter in a variable goes on from the last id": (
        "php",
        "<?php do { $filter = ['>ID' => $last];\n$r = CRest::call('crm.deal.list', ['filter' => $filter]);\n"
        "if (isset($r['error'])) { break; } $last = max($r['result']); } while ($r['result']);",
        {"pagination-loop"},
    ),
    "the address counts pages": (
        "javascript",
        "for (let i = 0; i < n; i++) {\n"
        "await fetch('https://a.bitrix24.ru/rest/1/' + code + '/crm.deal.list?start=' + i * 50) }",
        {"pagination-loop"},
    ),
    "one request per element": (
        "php",
        "<?php foreach ($deals as $deal) {\n$r = CRest::call('crm.deal.get', ['id' => $deal]); if ($r) {} }",
        {"n-plus-1"},
    ),
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_loop_is_told_by_what_it_goes_over(loop: tuple[str, str, set[str]]) -> None:
    """Pages, pieces and elements get different tags."""
    language, text, expected = loop

    (finding,) = [f for f in scan_text("a", language, text.encode()).findings if f.line == 2]

    assert expected == set(finding.tags) - {"batch-unbounded"}
