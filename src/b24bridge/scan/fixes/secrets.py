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
_ADDRESS = re.compile(WEBHOOK.pattern + r"/?", re.IGNORECASE)
# PHP allows no function call in these.
_CONSTANT = frozenset(
    {"const_element", "property_element", "simple_parameter", "property_promotion_parameter", "enum_case"}
)


def webhook_url(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edit that puts ``getenv(...)`` in the place of a webhook address in PHP."""
    node = site.node
    if (
        site.api != "secret"
        or not isinstance(block.dialect, Php)
        or node.type not in ("string", "encapsed_string")
    ):
        return
    text = block.dialect.literal(node)
    match = _ADDRESS.match(text) if text is not None else None
    if text is None or match is None or is_placeholder(match.group("token")) or _in_constant(node):
        return
    rest = text[match.end() :].replace("\\", "\\\\").replace("'", "\\'")
    code = f"getenv('{SETTING}')" + (f" . '{rest}'" if rest else "")
    if rest and _binds_tighter(node):
        code = f"({code})"
    yield Edit(
        node.start,
        node.end,
        code,
        note=f"set {SETTING} for PHP, and revoke the webhook: the old address stays in the history",
        secret=(SETTING, match.group().rstrip("/") + "/"),
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
