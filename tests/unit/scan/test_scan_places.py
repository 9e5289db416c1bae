"""Places where calls hide: by name, held by an object, in the attributes of a page."""

from __future__ import annotations

import pytest

from b24bridge.scan import scan_text

PLACES = {
    "call_user_func": (
        "php",
        "<?php call_user_func(['CRest', 'call'], 'user.get', []);",
        "crest.call",
        "user.get",
    ),
    "call_user_func, class constant": (
        "php",
        "<?php call_user_func([CRest::class, 'call'], 'user.get');",
        "crest.call",
        "user.get",
    ),
    "call_user_func, one text": (
        "php",
        "<?php call_user_func('CRest::call', 'user.get');",
        "crest.call",
        "user.get",
    ),
    "call_user_func_array": (
        "php",
        "<?php call_user_func_array(['CRest', 'call'], ['user.get', []]);",
        "crest.call",
        "user.get",
    ),
    "held by an object": (
        "javascript",
        "this.service.BX24.callMethod('user.get', {}, f);",
        "bx24.callMethod",
        "user.get",
    ),
    "attribute": (
        "html",
        "<a onclick=\"BX24.callMethod('user.get', {}, f)\">x</a>",
        "bx24.callMethod",
        "user.get",
    ),
    "attribute with entities": (
        "html",
        '<a onclick="BX24.callMethod(&quot;user.get&quot;, {}, f)">x</a>',
        "bx24.callMethod",
        "user.get",
    ),
    "attribute without quotes": ("html", "<a onclick=BX24.fitWindow()>x</a>", "bx24.fitWindow", None),
    "attribute of a PHP page": (
        "php",
        "<?php $a = 1; ?>\n<a onclick=\"BX24.openPath('/crm/<?= $a ?>')\">x</a>",
        "bx24.openPath",
        None,
    ),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_call_is_found_where_it_hides(place: tuple[str, str, str, str | None]) -> None:
    """Once, with its interface and method."""
    language, text, api, method = place

    found = scan_text("a", language, text.encode()).findings

    assert [(api, method)] == [(finding.api, finding.method) for finding in found]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("php", "<?php call_user_func([$this, 'call'], 'user.get');"),
        ("php", "<?php call_user_func(['Other', 'call'], 'user.get');"),
        ("php", "<?php call_user_func('call', 'user.get');"),
        ("javascript", "chart.BX24.destroy();"),
        ("html", '<a title="BX24.fitWindow()" data-code="BX24.fitWindow()">x</a>'),
        ("html", '<!-- <a onclick="BX24.fitWindow()">x</a> -->'),
    ],
)
def test_what_only_looks_like_a_call_is_none(language: str, text: str) -> None:
    """Other classes, other functions, texts and comments."""
    assert () == scan_text("a", language, text.encode()).findings


@pytest.mark.parametrize(
    ("pieces", "call", "tag"),
    [
        ("array_chunk($all, 50)", "CRest::callBatch($p[$i])", "chunked-loop"),
        ("self::commands($all)", "CRest::callBatch($p[$i])", "chunked-loop"),
        ("array_values($all)", "CRest::call('crm.deal.get', $p[$i])", "n-plus-1"),
    ],
)
def test_a_counting_loop_over_pieces_is_chunked(pieces: str, call: str, tag: str) -> None:
    """By index instead of foreach: an element that is sent as a batch is a piece, whoever cut it."""
    text = (
        f"<?php function f($all) {{ $p = {pieces}; for ($i = 0; $i < count($p); $i++) "
        f"{{ $r[] = {call}; }} return $r; }}"
    )

    (finding,) = scan_text("a", "php", text.encode()).findings

    assert {tag} == {"chunked-loop", "n-plus-1"} & set(finding.tags)
