"""Findings as values, and the JSON form of a scan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from b24bridge.wire.call import Json

__all__ = ["WRITE_KINDS", "FileReport", "Finding", "Role", "ScanReport", "Skipped"]

Role = Literal["app", "vendored-sdk", "build-artifact"]

WRITE_KINDS = frozenset({"add", "update", "delete", "action"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a file talks to the portal.

    Attributes:
        line: Line of the expression, from 1.
        column: Column of the expression in characters, from 1.
        api: Name of the interface, such as ``crest.call``.
        method: REST method where it is written out at the call, else None.
        tags: Sorted pattern tags.
        method_pattern: Name with ``*`` for each part that is not written out, else None.
        via: For ``wrapper.*``: the interface behind it.
        resolved: Method found by following constants and variables, else None.
        reason: Why the method is not known, else None.
        params: Parameters as far as they are written out, else None.
        scope: Name of the enclosing function, empty at the top level.
        deprecated: Methods that replace an outdated one; None while the method is current.
        span: Place of the expression in the decoded text, in characters.
    """

    line: int
    column: int
    api: str
    method: str | None = None
    tags: tuple[str, ...] = ()
    method_pattern: str | None = None
    via: str | None = None
    resolved: str | None = None
    reason: str | None = None
    params: Json = None
    scope: str = ""
    deprecated: tuple[str, ...] | None = None
    span: tuple[int, int] = (0, 0)

    @property
    def known_method(self) -> str | None:
        """The method, written out or followed."""
        return self.method or self.resolved

    def as_json(self) -> dict[str, Json]:
        """Return the documented object; keys that say nothing are left out."""
        data: dict[str, Json] = {
            "line": self.line,
            "column": self.column,
            "api": self.api,
            "method": self.method,
            "tags": list(self.tags),
            "method_pattern": self.method_pattern,
            "via": self.via,
        }
        if self.resolved is not None:
            data["resolved_method"] = self.resolved
        if self.reason is not None:
            data["reason"] = self.reason
        if self.params is not None:
            data["params"] = self.params
        if self.scope:
            data["scope"] = self.scope
        if self.deprecated is not None:
            data["deprecated"] = {"replacement": list(self.deprecated)}
        return data


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file holds.

    Attributes:
        path: Path under the root, with ``/``.
        language: ``php``, ``javascript``, ``typescript``, ``vue`` or ``html``.
        role: Only ``app`` files list findings.
        findings: In order of line, column and interface.
        syntax_errors: Lines where the grammar had to guess.
        imports: Files of the same tree that this one includes or imports.
        lines: Number of lines.
        sdk: Name of the SDK that it is a copy of, empty for a file of the application.
    """

    path: str
    language: str
    role: Role = "app"
    findings: tuple[Finding, ...] = ()
    syntax_errors: tuple[int, ...] = ()
    imports: tuple[str, ...] = ()
    lines: int = 0
    sdk: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return the documented object."""
        data: dict[str, Json] = {
            "path": self.path,
            "language": self.language,
            "role": self.role,
            "findings": [finding.as_json() for finding in self.findings],
        }
        if self.syntax_errors:
            data["syntax_errors"] = [{"line": line} for line in self.syntax_errors]
        return data


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not searched, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScanReport:
    """The outcome of one scan.

    Attributes:
        root: The folder or file that was scanned.
        files: Files worth a line, ordered by path.
        skipped: Files left out, ordered by path.
        seen: Number of source files looked at.
    """

    root: str
    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...] = ()
    seen: int = 0
    warnings: Sequence[str] = field(default=())

    @property
    def count(self) -> int:
        """Number of findings."""
        return sum(len(file.findings) for file in self.files)

    def summary(self) -> dict[str, Json]:
        """Return totals by interface, tag and method, most frequent first."""
        apis: Counter[str] = Counter()
        tags: Counter[str] = Counter()
        methods: Counter[str] = Counter()
        for file in self.files:
            for finding in file.findings:
                apis[finding.api] += 1
                tags.update(finding.tags)
                if finding.known_method:
                    methods[finding.known_method] += 1
        return {
            "files": len(self.files),
            "findings": self.count,
            "by_api": _ranked(apis),
            "by_tag": _ranked(tags),
            "methods": _ranked(methods),
        }

    def as_json(self) -> dict[str, Json]:
        """Return the documented object."""
        return {
            "files": [file.as_json() for file in self.files],
            "skipped": [{"path": entry.path, "reason": entry.reason} for entry in self.skipped],
            "summary": self.summary(),
        }


def _ranked(counts: Mapping[str, int]) -> dict[str, Json]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
