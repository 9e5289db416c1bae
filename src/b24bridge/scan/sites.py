"""All places of a block where something talks to the portal."""

from __future__ import annotations

from b24bridge.scan.apis import bx24, crest, guesses, http, jssdk, phpsdk, secrets, wrappers
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block, Site

__all__ = ["core_sites", "sites_of"]


def core_sites(block: Block) -> list[Site]:
    """Return the sites of a block that need no wrapper of the project."""
    sites: list[Site] = []
    block.aliases = crest.aliases(block) if isinstance(block.dialect, Php) else {}
    for finder in (crest.find, bx24.find, phpsdk.find, jssdk.find):
        sites += finder(block)
    taken = {site.node.start for site in sites}
    sites += [site for site in http.find(block) if site.node.start not in taken]
    return sites


def sites_of(block: Block) -> list[Site]:
    """Return all sites of a block."""
    sites = core_sites(block)
    taken = {site.call.start for site in sites if site.call is not None}
    sites += guesses.find(block, taken)
    sites += wrappers.find(block, taken)
    sites += secrets.find(block)
    return sites
