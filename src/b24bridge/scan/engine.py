"""The scan: two passes over the tree, and a third look where new names appear.

The first pass learns names (copies of the SDK, subclasses, wrappers), the second one reports. Only files
that can hold something are parsed at all: a search of the bytes decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from b24bridge.knowledge import catalog
from b24bridge.scan import includes
from b24bridge.scan.apis import bx24, crest, http, jssdk, phpsdk, secrets, wrappers
from b24bridge.scan.facts import Facts, collect
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.model import FileReport, Finding, Role, ScanReport, Skipped
from b24bridge.scan.names import ADDRESS, Forward, Names, Summary, close
from b24bridge.scan.php import Php
from b24bridge.scan.prefilter import QUOTED_METHOD, may_hold
from b24bridge.scan.rules import tags_of
from b24bridge.scan.rules.methods import name_of
from b24bridge.scan.site import Block, Site
from b24bridge.scan.source import MAX_BYTES, Found, artifact_reason, decode, find
from b24bridge.scan.tree import Node, Text, parse
from b24bridge.scan.vue import blank_php, scripts
from b24bridge.wire.secrets import redact

__all__ = ["Project", "blocks_of", "is_sdk", "open_project", "scan", "scan_text", "sites_of"]

_PHP, _JAVASCRIPT = Php(), JavaScript()
_METHOD_GIVEN = rb"(?:" + QUOTED_METHOD + rb"|method|action|command|endpoint)"
_MAX_ROUNDS = 4
_CACHE_BYTES = 1_000_000
_MAX_PARAMS = 4000


@dataclass(frozen=True, slots=True)
class Project:
    """A tree after the first pass.

    Attributes:
        names: Names that it defines.
        files: Files that may hold something.
        artifacts: Generated files that may.
        skipped: Files left out, and why.
        paths: Paths of all source files.
        cache: What was parsed on the way.
    """

    names: Names
    files: tuple[Found, ...]
    artifacts: tuple[Found, ...]
    skipped: tuple[Skipped, ...]
    paths: frozenset[str]
    cache: _Cache


@dataclass(slots=True)
class _Parsed:
    """The parsed pieces of one file."""

    blocks: list[Facts]
    syntax_errors: tuple[int, ...]


@dataclass(slots=True)
class _Cache:
    """Keeps what was parsed, up to a number of source bytes: a tree takes some hundred times its source."""

    kept: dict[str, _Parsed] = field(default_factory=dict)
    free_bytes: int = _CACHE_BYTES

    def get(self, file: Found, data: bytes) -> _Parsed:
        """Return the parsed file."""
        found = self.kept.get(file.path)
        if found is None:
            found = _parse(file.path, file.language, data)
            if len(data) <= self.free_bytes:
                self.free_bytes -= len(data)
                self.kept[file.path] = found
        return found


def scan(root: Path | str, *, everything: bool = False) -> ScanReport:
    """Return what a tree holds; it is read, never run.

    Args:
        root: A folder, or one file.
        everything: Also enter ``vendor``, ``node_modules`` and the like.

    Raises:
        FileNotFoundError: There is no such file or folder.
    """
    project = open_project(root, everything=everything)
    reports = [FileReport(file.path, file.language, "build-artifact") for file in project.artifacts]
    for file in project.files:
        data = _read(file, [])
        if data is not None:
            text = decode(data)
            parsed = project.cache.get(file, text)
            report = _report(file.path, file.language, text, parsed, project.names)
            if report is not None:
                reports.append(report)
    return ScanReport(
        str(root),
        includes.linked(sorted(reports, key=lambda report: report.path), project.paths),
        tuple(sorted(project.skipped, key=lambda entry: entry.path)),
        len(project.paths),
    )


def open_project(root: Path | str, *, everything: bool = False) -> Project:
    """Return the files of a tree that may hold something, and the names that it defines.

    Raises:
        FileNotFoundError: There is no such file or folder.
    """
    place = Path(root)
    if not place.exists():
        raise FileNotFoundError(f"There is nothing to scan at {place}. Give the path of a folder or a file.")
    files = list(find(place, everything=everything))
    skipped: list[Skipped] = []
    candidates: list[Found] = []
    rest: list[Found] = []
    artifacts: list[Found] = []
    for file in files:
        data = _read(file, skipped)
        if data is None:
            continue
        if not may_hold(data):
            rest.append(file)
            continue
        reason = artifact_reason(file.path, file.language, data)
        if reason is None:
            candidates.append(file)
        else:
            artifacts.append(file)
            skipped.append(Skipped(file.path, reason))
    cache = _Cache()
    names, candidates = _learn(candidates, rest, cache)
    paths = frozenset(file.path for file in files)
    return Project(names, tuple(candidates), tuple(artifacts), tuple(skipped), paths, cache)


def scan_text(path: str, language: str, data: bytes) -> FileReport:
    """Return what one file holds, taken by itself.

    Args:
        path: Name to report.
        language: Its language.
        data: Its bytes.
    """
    text = decode(data)
    parsed = _parse(path, language, text)
    names = Names()
    for _ in range(_MAX_ROUNDS):
        names = close([_summary(path, parsed, names)])
    return _report(path, language, text, parsed, names, keep=True) or FileReport(path, language)


def _read(file: Found, skipped: list[Skipped]) -> bytes | None:
    try:
        if file.place.stat().st_size > MAX_BYTES:
            skipped.append(Skipped(file.path, "too-large"))
            return None
        return file.place.read_bytes()
    except OSError as exc:
        skipped.append(Skipped(file.path, f"unreadable: {exc.strerror or type(exc).__name__}"))
        return None


def _learn(candidates: list[Found], rest: list[Found], cache: _Cache) -> tuple[Names, list[Found]]:
    """Return the names of the project and the files that may use them."""
    names = Names()
    summaries: dict[str, Summary] = {}
    pending = candidates
    for _ in range(_MAX_ROUNDS):
        before = names.size
        for file in pending:
            data = _read(file, [])
            if data is not None:
                parsed = cache.get(file, decode(data))
                summaries[file.path] = _summary(file.path, parsed, names)
        names = close(summaries.values())
        if names.size == before:
            break
        pattern = _name_pattern(names)
        new = [file for file in rest if pattern is not None and _mentions(file, pattern)]
        candidates = candidates + new
        rest = [file for file in rest if file not in new] if new else rest
        # A class learnt late makes more calls known, also in files seen before.
        pending = candidates
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
    return re.compile(b"|".join(patterns)) if patterns else None


def _words(names: Iterable[str]) -> bytes:
    return b"|".join(re.escape(name).encode() for name in sorted(names))


def _mentions(file: Found, pattern: re.Pattern[bytes]) -> bool:
    data = _read(file, [])
    return data is not None and pattern.search(data.lower()) is not None


def _parse(path: str, language: str, data: bytes) -> _Parsed:
    """Parse the code of a file: PHP, and the scripts around it."""
    facts: list[Facts] = []
    errors: list[int] = []
    if language == "php":
        root, broken = parse("php", Text(data))
        facts.append(collect(root, _PHP))
        errors += broken
        if b"<script" in data.lower():
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
    return _Parsed(facts, tuple(errors))


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


def _core_sites(block: Block) -> list[Site]:
    sites: list[Site] = []
    block.aliases = crest.aliases(block) if isinstance(block.dialect, Php) else {}
    for finder in (crest.find, bx24.find, phpsdk.find, jssdk.find):
        sites += finder(block)
    taken = {site.node.start for site in sites}
    sites += [site for site in http.find(block) if site.node.start not in taken]
    return sites


def is_sdk(facts: Facts) -> tuple[bool, tuple[str, ...]]:
    """Return whether the script is a copy of an SDK, and the classes that are."""
    if isinstance(facts.dialect, JavaScript):
        return bx24.is_sdk_copy(facts), ()
    copies = tuple(
        cls.name
        for cls in facts.classes
        if not cls.parent and {"callcurl", "getappsettings"} <= {method.lower() for method in cls.methods}
    )
    return bool(copies), copies


def _summary(path: str, parsed: _Parsed, names: Names) -> Summary:
    copies: list[str] = []
    classes: list[tuple[str, str]] = []
    forwards: list[Forward] = []
    constants: list[tuple[str, str]] = []
    extensions: list[str] = []
    getters: list[str] = []
    senders: set[tuple[str, str]] = set()
    sdk = uses = False
    for facts in parsed.blocks:
        is_copy, found = is_sdk(facts)
        sdk = sdk or is_copy
        copies += found
        classes += [(cls.name, cls.parent) for cls in facts.classes]
        if is_copy:
            continue
        block = Block(facts, names)
        if isinstance(facts.dialect, JavaScript):
            extensions += bx24.extensions(facts)
            getters += bx24.getters(block)
        uses = uses or (isinstance(facts.dialect, JavaScript) and jssdk.imports_sdk(block))
        forwards += wrappers.forwards(block, _core_sites(block))
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


def _report(
    path: str, language: str, text: bytes, parsed: _Parsed, names: Names, *, keep: bool = False
) -> FileReport | None:
    role: Role = "vendored-sdk" if any(is_sdk(facts)[0] for facts in parsed.blocks) else "app"
    findings: list[Finding] = []
    imported: list[str] = []
    for facts in parsed.blocks:
        imported += includes.targets(facts)
        if role == "app":
            findings += _findings(Block(facts, names))
    if not findings and role == "app" and not keep:
        return None
    findings.sort(key=lambda finding: (finding.line, finding.column, finding.api))
    return FileReport(
        path,
        language,
        role,
        tuple(findings),
        parsed.syntax_errors if role == "app" else (),
        tuple(imported),
        text.count(b"\n") + 1,
    )


def blocks_of(path: str, language: str, text: bytes, names: Names) -> tuple[list[Block], tuple[int, ...]]:
    """Return the parsed pieces of a file, and the lines where the grammar had to guess."""
    parsed = _parse(path, language, text)
    return [Block(facts, names) for facts in parsed.blocks], parsed.syntax_errors


def sites_of(block: Block) -> list[Site]:
    """Return all sites of a block."""
    sites = _core_sites(block)
    taken = {site.call.start for site in sites if site.call is not None}
    sites += wrappers.find(block, taken)
    sites += secrets.find(block)
    return sites


def _findings(block: Block) -> Iterator[Finding]:
    for site in sites_of(block):
        yield _finding(block, site)


def _finding(block: Block, site: Site) -> Finding:
    named = name_of(block, site)
    source = site.node.source
    known = named.literal or named.resolved
    facts = catalog.lookup(known) if known else None
    params = block.dialect.value(site.params) if site.params is not None else None
    if params is not None and len(str(params)) > _MAX_PARAMS:
        params = {"$code": "too long to show"}
    return Finding(
        line=source.line(site.start),
        column=source.column(site.start),
        api=site.api,
        method=named.literal,
        tags=tags_of(block, site),
        method_pattern=named.pattern,
        via=site.via,
        resolved=named.resolved,
        reason=named.reason,
        params=redact(params) if params is not None else None,
        scope=site.scope.label,
        deprecated=facts.replacement if facts is not None and facts.deprecated else None,
        span=_characters(source.data, site.start, site.end),
    )


def _characters(data: bytes, start: int, end: int) -> tuple[int, int]:
    first = len(data[:start].decode("utf-8", "replace"))
    return first, first + len(data[start:end].decode("utf-8", "replace"))
