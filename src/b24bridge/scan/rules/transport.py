"""Requests without an SDK: ``ssl-verify-off``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.php import Php
from b24bridge.scan.resolve import origin
from b24bridge.scan.site import Block, Site

__all__ = ["tags"]

_OPTION = "CURLOPT_SSL_VERIFYPEER"
_OFF = re.compile(r"^(?:0|false|FALSE|False)$")


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api != "http.rest" or not isinstance(block.dialect, Php) or not site.handle:
        return
    for call in block.facts.calls:
        if call.start > site.start or call.scope is not site.scope or len(call.args) < 2:
            continue
        if block.dialect.path(call.args[0]) != site.handle:
            continue
        if call.callee.name == "curl_setopt" and len(call.args) > 2 and call.args[1].text == _OPTION:
            if _OFF.match(call.args[2].text):
                yield "ssl-verify-off"
        elif call.callee.name == "curl_setopt_array":
            for key, value in block.dialect.entries(origin(block, call.args[1], call.scope)) or []:
                if key is not None and key.text == _OPTION and _OFF.match(value.text):
                    yield "ssl-verify-off"
