"""``webhook-url`` and ``client-secret``: secrets leave the source for the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.apis.secrets import WEBHOOK, is_client_secret, is_placeholder
from b24bridge.scan.edit import Edit
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["SECRET_SETTING", "SETTING", "client_secret", "webhook_url"]

SETTING = "C_REST_WEB_HOOK_URL"
SECRET_SETTING = "C_REST_CLIENT_SECRET"  # noqa: S105  # the name of a setting
# Where JavaScript takes no expression.
_JS_CONSTANT = frozenset(
    {"enum_assignment", "export_statement", "import_statement", "jsx_attribute", "literal_type"}
)
_BUNDLED = "(whoever opens the page can read it; better ask a back end)"
# What a file shows of the settings it can have; what a bundler puts in, the reader of the page sees.
_JS_SETTINGS = (
    (re.compile(rb"\bimport\.meta\.env\b"), f"import.meta.env.VITE_{SETTING}", f"for Vite {_BUNDLED}"),
    (re.compile(rb"\bprocess\.env\.VUE_APP_"), f"process.env.VUE_APP_{SETTING}", f"for Vue CLI {_BUNDLED}"),
    (
        re.compile(
            rb"\bprocess\.(?:env|argv|exit)\b|\bmodule\.exports\b|\brequire\("
            rb"|\bfrom\s+['\"](?:node:|(?:fs|path|https?|express)['\"])|\A#!.*\bnode\b"
        ),
        f"process.env.{SETTING}",
        "for Node",
    ),
)
_ADDRESS = re.compile(WEBHOOK.pattern + r"/?", re.IGNORECASE)
# PHP allows no function call in these.
_CONSTANT = frozenset(
    {"const_element", "property_element", "simple_parameter", "property_promotion_parameter", "enum_case"}
)


def webhook_url(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edit that puts the environment in the place of a webhook address.

    In PHP ``getenv(...)``. In JavaScript ``process.env`` where the file is surely one of Node, and
    ``import.meta.env`` or ``process.env.VUE_APP_...`` where it uses that already; a page has no environment.
    """
    if site.api != "secret":
        return
    if isinstance(block.dialect, Php):
        yield from _php_address(block, site.node)
    else:
        yield from _js_address(site.node)


def _php_address(block: Block, node: Node) -> Iterator[Edit]:
    if node.type not in ("string", "encapsed_string"):
        return
    text = block.dialect.literal(node)
    match = _ADDRESS.match(text) if text is not None else None
    if text is None or match is None or is_placeholder(match.group("token")) or _in_constant(node):
        return
    rest = text[match.end() :].replace("\\", "\\\\").replace("'", "\\'")
    code = f"getenv('{SETTING}')" + (f" . '{rest}'" if rest else "")
    if rest and _binds_tighter(node):
        code = f"({code})"
    yield _taken_out(node, code, SETTING, "for PHP", match)


def _js_address(node: Node) -> Iterator[Edit]:
    source = node.text
    match = _ADDRESS.match(source, 1)
    found = _js_setting(node)
    if match is None or found is None or is_placeholder(match.group("token")):
        return
    setting, whom = found
    quote, rest = source[0], source[match.end() : -1]
    if not rest:
        code = setting
    elif node.type == "template_string":
        code = f"`${{{setting}}}{rest}`"
    else:
        code = f"{setting} + {quote}{rest}{quote}"
        if node.parent is not None and node.parent.type == "member_expression":
            code = f"({code})"
    yield _taken_out(node, code, setting.rpartition(".")[2], whom, match)


def _js_setting(node: Node) -> tuple[str, str] | None:
    """Return the setting of a script, and for whom it is set; None where it has none or cannot stand."""
    parent = node.parent
    if node.type not in ("string", "template_string") or parent is None or parent.type in _JS_CONSTANT:
        return None
    if parent.type == "pair" and parent.kids[0] is node:
        return None
    data = node.source.data
    return next(((name, whom) for sign, name, whom in _JS_SETTINGS if sign.search(data)), None)


def _taken_out(node: Node, code: str, name: str, whom: str, match: re.Match[str]) -> Edit:
    return Edit(
        node.start,
        node.end,
        code,
        note=f"set {name} {whom}, and revoke the webhook: the old address stays in the history",
        secret=(name, match.group().rstrip("/") + "/"),
    )


def client_secret(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edit that puts ``getenv(...)`` in the place of an application's secret in PHP."""
    node = site.node
    if site.api != "secret" or not isinstance(block.dialect, Php) or _in_constant(node):
        return
    text = block.dialect.literal(node)
    if text and is_client_secret(block, node):
        yield Edit(
            node.start,
            node.end,
            f"getenv('{SECRET_SETTING}')",
            note=f"set {SECRET_SETTING} for PHP, and renew the secret: the old one stays in the history",
            secret=(SECRET_SETTING, text),
        )


def _in_constant(node: Node) -> bool:
    parent = node.parent
    while parent is not None and not parent.type.endswith("statement"):
        if parent.type in _CONSTANT:
            return True
        parent = parent.parent
    return False


def _binds_tighter(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type in (
        "subscript_expression",
        "cast_expression",
        "unary_op_expression",
    )
