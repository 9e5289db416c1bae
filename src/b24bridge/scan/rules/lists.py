"""Which methods give lists, and which of those lists are longer than a page."""

from __future__ import annotations

import re

from b24bridge.scan.resolve import origin
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["is_list", "is_worth_all_pages"]

_NAMED = frozenset(
    {
        "user.get",
        "user.search",
        "department.get",
        "lists.element.get",
        "entity.item.get",
        "sonet_group.get",
    }
)
# Dictionaries that fit a page on any portal (scanner reference, section 3).
_SMALL = re.compile(
    r"^crm\.(?:status|category|dealcategory|type|currency|vat|enum|paysystem|persontype)\b|userfield|fieldtype"
    r"|^(?:placement|event|imbot|bizproc|department|crm\.stagehistory\.fields)\b|^sale\.(?:persontype|paysystem|status)\b"
    r"|^user\.option|^crm\.dealcategory|\.fields$|^crm\.automation|^imconnector|^crm\.requisite\.preset"
)
# Where a request or its parameters hold the filter.
_HOLDERS = frozenset({"filter", "body", "data", "json", "form_params", "params", "query"})
_EXACT = frozenset({"id", "=id", "ids", "uf_id", "=uf_id", "xml_id", "=xml_id"})


def is_list(method: str) -> bool:
    """Whether a method answers with pages."""
    name = method.lower()
    return (
        name.endswith((".list", ".getlist"))
        or name in _NAMED
        or bool(re.match(r"disk\..*getchildren$", name))
    )


def is_worth_all_pages(block: Block, site: Site, method: str) -> bool:
    """Whether reading one page of this list may lose rows."""
    name = method.lower()
    if not is_list(name) or _SMALL.search(name):
        return False
    return site.params is None or not _filters_by_id(block, site, origin(block, site.params, site.scope), 4)


def _filters_by_id(block: Block, site: Site, params: Node, depth: int) -> bool:
    params = block.dialect.unwrap(params)
    if params.type in block.dialect.calls:
        # JSON.stringify({...}), http_build_query([...])
        given = block.dialect.arguments(params)
        return bool(given and depth) and _filters_by_id(block, site, given[0], depth - 1)
    for key, value in block.dialect.entries(params) or []:
        name = (block.dialect.key(key) or "").lower()
        if name in _EXACT:
            return True
        if (
            name in _HOLDERS
            and depth
            and _filters_by_id(block, site, origin(block, value, site.scope), depth - 1)
        ):
            return True
    return False
