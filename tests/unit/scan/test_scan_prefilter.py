"""Which files are parsed at all: the bytes decide."""

from __future__ import annotations

import pytest

from b24bridge.scan.prefilter import may_hold

SPEAKING = {
    "method after a variable": b"fetch(`${URL}crm.deal.list.json`)",
    "method after an unnamed base": b"axios.post(state.baseUrl + '/crm.contact.list.json')",
    "single word behind a webhook": b"const r = `${BITRIX_WEBHOOK}sonet_group.get`",
    "only the form of the answer": b"const url = `${hookUrl}${method}.json`",
    "the same in PHP": b"<?php $url = $this->webhook . $method . '.json';",
    "an SDK": b"CRest::call('profile')",
}
SILENT = {
    "another form": b"fetch(`${base}${name}.json`)",
    "another rest": b"const rest = items.slice(1)",
    "a word within another": b"scrm.deal.list",
}


@pytest.mark.parametrize("text", SPEAKING.values(), ids=SPEAKING.keys())
def test_a_file_that_may_hold_a_request_is_parsed(text: bytes) -> None:
    """Methods count after quotes, slashes and variables; an address may end with a variable."""
    assert may_hold(text) is True


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_a_file_that_speaks_of_something_else_is_not_parsed(text: bytes) -> None:
    """Words alone are no sign of a portal."""
    assert may_hold(text) is False
