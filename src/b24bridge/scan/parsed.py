"""Files as the rules want them: parsed once, cut into blocks, kept while there is room."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from b24bridge.scan.apis import bx24
from b24bridge.scan.facts import Facts
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.names import Names
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block
from b24bridge.scan.source import Found
from b24bridge.scan.tree import Node, Text, dismantle, parse
from b24bridge.scan.vue import blank_php, scripts
from b24bridge.scan.walk import collect

__all__ = ["Cache", "Parsed", "blocks_of", "copied_sdk", "parse_file", "sdk_classes", "uncollected"]

_PHP, _JAVASCRIPT = Php(), JavaScript()
_PAGE = re.compile(rb"<script|\son[a-z]+\s*=", re.IGNORECASE)
_CACHE_BYTES = 2_000_000


@dataclass(slots=True)
class Parsed:
    """The parsed pieces of one file."""

    blocks: list[Facts]
    syntax_errors: tuple[int, ...]

    def forget(self) -> None:
        """Take the trees apart: parents and children hold each other, and nobody collects that meanwhile."""
        for facts in self.blocks:
            dismantle(facts.root)
        self.blocks.clear()


@dataclass(slots=True)
class Cache:
    """Keeps what was parsed, up to a number of source bytes: a tree takes some hundred times its source."""

    kept: dict[str, Parsed] = field(default_factory=dict)
    free_bytes: int = _CACHE_BYTES

    @contextmanager
    def opened(self, file: Found, data: bytes) -> Iterator[Parsed]:
        """Give the parsed file; one that is not kept is taken apart afterwards."""
        found = self.kept.get(file.path)
        if found is None:
            found = parse_file(file.path, file.language, data)
            if len(data) <= self.free_bytes:
                self.free_bytes -= len(data)
                self.kept[file.path] = found
        yield found
        if file.path not in self.kept:
            found.forget()

    def drop(self, file: Found) -> None:
        """Keep a file no longer."""
        found = self.kept.pop(file.path, None)
        if found is not None:
            found.forget()


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold off the collector of cycles: it would go through all kept trees again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parse_file(path: str, language: str, data: bytes) -> Parsed:
    """Parse the code of a file: PHP, and the scripts around it."""
    facts: list[Facts] = []
    errors: list[int] = []
    if language == "php":
        root, broken = parse("php", Text(data))
        facts.append(collect(root, _PHP))
        errors += broken
        if _PAGE.search(data):
            page, holes = blank_php(data, _php_spans(root, len(data)))
            is_template = path.lower().endswith(".blade.php")
            facts += _scripts(page, holes, is_template=is_template)
    elif language in ("vue", "html"):
        facts += _scripts(data, (), is_vue=language == "vue", is_template=language == "html")
    else:
        grammar = "tsx" if path.lower().endswith(".tsx") else language
        root, broken = parse(grammar, Text(data))
        facts.append(collect(root, _JAVASCRIPT))
        errors += broken
    return Parsed(facts, tuple(errors))


def _scripts(
    page: bytes, holes: tuple[tuple[int, int], ...], *, is_vue: bool = False, is_template: bool = False
) -> Iterator[Facts]:
    for script in scripts(page, is_vue=is_vue, is_template=is_template):
        source = script.source
        if holes:
            source = Text(source.data, tuple(sorted({*holes, *source.holes})))
        root, _ = parse(script.language, source)
        yield collect(root, _JAVASCRIPT)


def _php_spans(root: Node, length: int) -> list[tuple[int, int]]:
    """Return the stretches of PHP between the stretches of page."""
    texts = sorted((node.start, node.end) for node in root.walk() if node.type == "text")
    spans: list[tuple[int, int]] = []
    position = 0
    for start, end in texts:
        if start > position:
            spans.append((position, start))
        position = end
    if position < length:
        spans.append((position, length))
    return spans


def blocks_of(path: str, language: str, text: bytes, names: Names) -> tuple[list[Block], tuple[int, ...]]:
    """Return the parsed pieces of a file, and the lines where the grammar had to guess."""
    parsed = parse_file(path, language, text)
    return [Block(facts, names) for facts in parsed.blocks], parsed.syntax_errors


def sdk_classes(facts: Facts) -> tuple[str, ...]:
    """Return the classes of a PHP script that are a copy of CRest, whatever they are called."""
    if isinstance(facts.dialect, JavaScript):
        return ()
    return tuple(
        cls.name
        for cls in facts.classes
        if not cls.parent and {"callcurl", "getappsettings"} <= {method.lower() for method in cls.methods}
    )


def copied_sdk(facts: Facts) -> str:
    """Return the SDK that a script is a copy of: CRest, BX24.js, B24JsSDK, or nothing."""
    if isinstance(facts.dialect, JavaScript):
        return bx24.copied_sdk(facts)
    return "CRest" if sdk_classes(facts) else ""
