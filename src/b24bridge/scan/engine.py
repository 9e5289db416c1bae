"""The scan: two passes over the tree, and a third look where new names appear.

The first pass learns names (copies of the SDK, subclasses, wrappers), the second one reports. Only files
that can hold something are parsed at all: a search of the bytes decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from b24bridge.knowledge import catalog
from b24bridge.scan import includes
from b24bridge.scan.learn import MAX_ROUNDS, learn, read_file
from b24bridge.scan.model import FileReport, Finding, ScanReport, Skipped
from b24bridge.scan.names import Names, close
from b24bridge.scan.parsed import Cache, Parsed, copied_sdk, parse_file, uncollected
from b24bridge.scan.prefilter import may_hold
from b24bridge.scan.rules import tags_of
from b24bridge.scan.rules.methods import name_of
from b24bridge.scan.site import Block, Site
from b24bridge.scan.sites import sites_of
from b24bridge.scan.source import Found, artifact_reason, decode, find
from b24bridge.scan.summary import summary
from b24bridge.wire.secrets import redact

__all__ = ["Project", "open_project", "scan", "scan_text"]

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
    cache: Cache


def scan(root: Path | str, *, everything: bool = False) -> ScanReport:
    """Return what a tree holds; it is read, never run.

    Args:
        root: A folder, or one file.
        everything: Also enter ``vendor``, ``node_modules`` and the like.

    Raises:
        FileNotFoundError: There is no such file or folder.
    """
    with uncollected():
        return _scan(root, everything=everything)


def _scan(root: Path | str, *, everything: bool) -> ScanReport:
    project = open_project(root, everything=everything)
    reports = [FileReport(file.path, file.language, "build-artifact") for file in project.artifacts]
    for file in project.files:
        data = read_file(file, [])
        if data is not None:
            text = decode(data)
            with project.cache.opened(file, text) as parsed:
                report = _report(file.path, file.language, text, parsed, project.names)
            project.cache.drop(file)
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
        data = read_file(file, skipped)
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
    cache = Cache()
    names, candidates = learn(candidates, rest, cache)
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
    parsed = parse_file(path, language, text)
    names = Names()
    for _ in range(MAX_ROUNDS):
        names = close([summary(path, parsed, names)])
    return _report(path, language, text, parsed, names, keep=True) or FileReport(path, language)


def _report(
    path: str, language: str, text: bytes, parsed: Parsed, names: Names, *, keep: bool = False
) -> FileReport | None:
    sdk = next((name for facts in parsed.blocks if (name := copied_sdk(facts))), "")
    findings: list[Finding] = []
    imported: list[str] = []
    for facts in parsed.blocks:
        imported += includes.targets(facts)
        if not sdk:
            findings += _findings(Block(facts, names))
    if not findings and not sdk and not keep and not parsed.syntax_errors:
        return None
    findings.sort(key=lambda finding: (finding.line, finding.column, finding.api))
    return FileReport(
        path,
        language,
        "vendored-sdk" if sdk else "app",
        tuple(findings),
        () if sdk else parsed.syntax_errors,
        tuple(imported),
        text.count(b"\n") + 1,
        sdk,
    )


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
