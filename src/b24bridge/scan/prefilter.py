"""Whether the bytes of a file can hold anything of ours: most files are never parsed."""

from __future__ import annotations

import re

__all__ = ["QUOTED_METHOD", "may_hold"]

# Substrings in lower case. A search for a plain substring is many times faster than one pattern that
# ignores case.
_SURE = (
    b"bx24",
    b"bx.rest",
    b"client_endpoint",
    b"clientendpoint",
    b"client_secret",
    b"c_rest_",
    b"b24jssdk",
    b"b24hook",
    b"initializeb24frame",
    b"bitrix24\\sdk",
    b"servicebuilderfactory",
    b"callcurl",
    b"callmethod",
    b"calllistmethod",
    b"fetchlistmethod",
    b"actions.v2",
    b"actions.v3",
    b"core->call",
    b"scope()->",
)
_CREST = re.compile(rb"(?:\b|_)crest\w*")
_REST_ADDRESS = re.compile(rb"/rest/(?:api/)?\d+/|/rest/['\"`$]|/rest/[a-z0-9_.]*(?:\.json|['\"`?])")
_HOOK_NAMES = (b"webhook", b"web_hook", b"bitrix", b"b24", b"hook")
QUOTED_METHOD = (
    rb"['\"`/}](?:crm|tasks?|user|im|imbot|imconnector|imopenlines|disk|lists|entity|department|sonet_group|calendar"
    rb"|catalog|sale|salescenter|bizproc|event|placement|app|telephony|voximplant|timeman|landing|log|socialnetwork"
    rb"|access|ai|biconnector|booking|call|documentgenerator|feature|humanresources|mail|mailservice|main"
    rb"|messageservice|method|pull|rest|rpa|server|sign|userconsent|userfieldconfig|userfieldtype|vote"
    rb"|profile|scope|batch)\b"
)
_METHOD = re.compile(QUOTED_METHOD + rb"\.[a-z]")
# An address that ends with a variable and the form of the answer.
_FORMED = re.compile(rb"(?:\}|['\"])\.json\b")
# What the names of methods begin with, where they follow a text or a variable.
_SPOKEN = tuple(mark + name for name in (b"crm.", b"tasks.task.") for mark in (b"'", b'"', b"`", b"/", b"}"))


def may_hold(data: bytes) -> bool:
    """Whether a file is worth parsing."""
    text = data.lower()
    if any(token in text for token in _SURE):
        return True
    if b"crest" in text and _CREST.search(text):
        return True
    if b"/rest/" in text and _REST_ADDRESS.search(text):
        return True
    if any(name in text for name in _SPOKEN):
        return True
    if not any(name in text for name in _HOOK_NAMES):
        return False
    return bool(_METHOD.search(text) or _FORMED.search(text))
