"""What one file adds to the names of its project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from b24bridge.scan.apis import bx24, guesses, jssdk, secrets, wrappers
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.names import Forward, Names, Summary
from b24bridge.scan.parsed import Parsed, copied_sdk, sdk_classes
from b24bridge.scan.site import Block
from b24bridge.scan.sites import core_sites

__all__ = ["Look", "look", "summary"]


@dataclass(frozen=True, slots=True)
class Look:
    """What is kept of a parsed file, so that it need not be parsed in each round.

    Attributes:
        summary: What it adds to the names.
        called: Names of the functions that it calls, in lower case.
        sent: Those of them that were taken for a request without an SDK.
        scopes: Class and name of its own functions.
        is_speaking: Whether it holds something of ours that no wrapper of the project has to explain, or a
            syntax error, which is told in any case.
    """

    summary: Summary
    called: frozenset[str]
    sent: frozenset[str]
    scopes: frozenset[tuple[str, str]]
    is_speaking: bool


def look(path: str, parsed: Parsed, names: Names) -> Look:
    """Return what one file adds to the names of the project, and what of them it may use."""
    told = summary(path, parsed, names)
    return Look(
        told,
        frozenset(call.callee.name.lower() for facts in parsed.blocks for call in facts.calls),
        frozenset(told.sent),
        frozenset((scope.cls, scope.name) for facts in parsed.blocks for scope in facts.scopes),
        told.is_sdk
        or told.has_sites
        or bool(told.named)
        or bool(parsed.syntax_errors)
        or any(_tells(Block(facts, names)) for facts in parsed.blocks),
    )


def _tells(block: Block) -> bool:
    return next(secrets.find(block), None) is not None


def summary(path: str, parsed: Parsed, names: Names) -> Summary:
    """Return what one file adds to the names of the project."""
    copies: list[str] = []
    classes: list[tuple[str, str]] = []
    forwards: list[Forward] = []
    constants: list[tuple[str, str]] = []
    extensions: list[str] = []
    getters: list[str] = []
    senders: set[tuple[str, str]] = set()
    named: set[tuple[str, str, int]] = set()
    sent: set[str] = set()
    sdk = uses = has_sites = False
    for facts in parsed.blocks:
        is_copy = bool(copied_sdk(facts))
        sdk = sdk or is_copy
        copies += sdk_classes(facts)
        classes += [(cls.name, cls.parent) for cls in facts.classes]
        if is_copy:
            continue
        block = Block(facts, names)
        if isinstance(facts.dialect, JavaScript):
            extensions += bx24.extensions(facts)
            getters += bx24.getters(block)
        uses = uses or (isinstance(facts.dialect, JavaScript) and jssdk.imports_sdk(block))
        sites = core_sites(block)
        has_sites = has_sites or bool(sites)
        sent.update(s.call.callee.name.lower() for s in sites if s.api == "http.rest" and s.call is not None)
        forwards += wrappers.forwards(block, sites)
        forwards += guesses.forwards(block)
        named.update(guesses.named_calls(block))
        senders.update(wrappers.rest_senders(block))
        constants += _constants(block)
    return Summary(
        path,
        tuple(copies),
        tuple(classes),
        tuple(forwards) if not sdk else (),
        tuple(constants),
        sdk,
        uses,
        tuple(extensions),
        tuple(getters),
        tuple(sorted(senders)),
        tuple(sorted(named)),
        has_sites,
        tuple(sorted(sent)),
    )


def _constants(block: Block) -> Iterator[tuple[str, str]]:
    for node in block.facts.imports:
        if node.type == "const_element" and len(node.kids) > 1:
            text = block.dialect.literal(node.kids[-1])
            if text is not None:
                yield node.kids[0].text, text
    for call in block.facts.calls:
        if call.callee.name == "define" and len(call.args) > 1:
            name, text = block.dialect.literal(call.args[0]), block.dialect.literal(call.args[1])
            if name is not None and text is not None:
                yield name, text
