"""The first pass: the names that a project gives to what talks to the portal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from b24bridge.scan.apis import bx24, guesses, jssdk, wrappers
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.model import Skipped
from b24bridge.scan.names import ADDRESS, Forward, Names, Summary, close, words_in
from b24bridge.scan.parsed import Cache, Parsed, copied_sdk, sdk_classes
from b24bridge.scan.prefilter import QUOTED_METHOD
from b24bridge.scan.site import Block
from b24bridge.scan.sites import core_sites
from b24bridge.scan.source import MAX_BYTES, Found, artifact_reason, decode

__all__ = ["MAX_ROUNDS", "learn", "read_file", "summary"]

MAX_ROUNDS = 4
_METHOD_GIVEN = rb"(?:" + QUOTED_METHOD + rb"|method|action|command|endpoint)"
# The head of a function: no text or number among the parameters.
_METHOD_TAKEN = rb"\([^;{}()'\"`0-9]{0,80}(?:method|action|command|endpoint)\b[^;()]{0,200}\)[^;(]{0,80}\{"


def read_file(file: Found, skipped: list[Skipped]) -> bytes | None:
    """Return the bytes of a file, or None and note why not."""
    try:
        if file.place.stat().st_size > MAX_BYTES:
            skipped.append(Skipped(file.path, "too-large"))
            return None
        return file.place.read_bytes()
    except OSError as exc:
        skipped.append(Skipped(file.path, f"unreadable: {exc.strerror or type(exc).__name__}"))
        return None


def learn(candidates: list[Found], rest: list[Found], cache: Cache) -> tuple[Names, list[Found]]:
    """Return the names of the project and the files that may use them."""
    names = Names()
    summaries: dict[str, Summary] = {}
    pending = candidates
    for _ in range(MAX_ROUNDS):
        before = names
        for file in pending:
            data = read_file(file, [])
            if data is not None:
                parsed = cache.get(file, decode(data))
                summaries[file.path] = summary(file.path, parsed, names)
        names = close(summaries.values())
        if names.size == before.size:
            break
        pattern = _name_pattern(names)
        new = [file for file in rest if pattern is not None and _mentions(file, pattern)]
        # A class learnt late makes more calls known, also in files seen before.
        changed = names.changed_since(before)
        pending = new + [file for file in candidates if changed is None or _holds(file, changed)]
        candidates = candidates + new
        found = {file.path for file in new}
        rest = [file for file in rest if file.path not in found]
    return names, candidates


def _name_pattern(names: Names) -> re.Pattern[bytes] | None:
    """Return what a file must hold to use a name of the project: a class, or a wrapper with a method.

    Functions that take a whole address need no entry: a file with such an address is searched anyway.
    """
    wrappers_known = [w for group in names.wrappers.values() for w in group if w.via != ADDRESS]
    classes = {name for name in names.crest if name != "crest"} | {
        w.cls.lower() for w in wrappers_known if w.cls
    }
    patterns = [rb"\b(?:" + _words(classes) + rb")\b"] if classes else []
    called = {wrapper.name.lower() for wrapper in wrappers_known}
    if called:
        patterns.append(
            rb"\b(?:" + _words(called) + rb")\s*(?:<[^()]{0,300}>)?\s*\([^;{}]{0,200}" + _METHOD_GIVEN
        )
    if names.unexplained:
        wanted = _words({name.lower() for name in names.unexplained})
        patterns.append(rb"\b(?:" + wanted + rb")\s*(?:<[^()]{0,300}>)?\s*" + _METHOD_TAKEN)
    return re.compile(b"|".join(patterns)) if patterns else None


def _words(names: Iterable[str]) -> bytes:
    return b"|".join(re.escape(name).encode() for name in sorted(names))


def _mentions(file: Found, pattern: re.Pattern[bytes]) -> bool:
    data = read_file(file, [])
    if data is None or pattern.search(data.lower()) is None:
        return False
    return artifact_reason(file.path, file.language, data) is None


def _holds(file: Found, words: set[bytes]) -> bool:
    data = read_file(file, [])
    return data is not None and not words.isdisjoint(words_in(data))


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
    sdk = uses = False
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
        forwards += wrappers.forwards(block, core_sites(block))
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
