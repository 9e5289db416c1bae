"""Pattern tags: one rule, one module, one question about a call site (scanner reference, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from b24bridge.scan.rules import batches, callbacks, checks, loops, methods, paging, retries, transport
from b24bridge.scan.site import Block, Site

__all__ = ["RULES", "tags_of"]

Rule = Callable[[Block, Site], Iterable[str]]

RULES: tuple[Rule, ...] = (
    methods.tags,
    checks.tags,
    loops.tags,
    paging.tags,
    batches.tags,
    retries.tags,
    callbacks.tags,
    transport.tags,
)


def tags_of(block: Block, site: Site) -> tuple[str, ...]:
    """Return the sorted tags of a site."""
    tags = set(site.extra)
    for rule in RULES:
        tags.update(rule(block, site))
    return tuple(sorted(tags))
