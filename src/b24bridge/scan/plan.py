"""A migration plan: modules, what each depends on, effort and risk, the order, and the pilot.

The order follows the scanner reference, section 5: modules without a bug of the old code first, few
interfaces, methods written out, reads before writes; and what others include before those others.
"""

from __future__ import annotations

import fnmatch
import heapq
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from b24bridge.knowledge import catalog
from b24bridge.scan.advice import BUGS
from b24bridge.scan.commands import batch_commands
from b24bridge.scan.model import FileReport, Finding, ScanReport

__all__ = ["By", "Module", "Plan", "make_plan"]

By = Literal["file", "directory"]
Risk = Literal["low", "medium", "high"]

# Effort in points: one for a call that is translated as it stands, more where a human has to think.
_POINTS = {
    "dynamic-method": 2,
    "open-proxy": 3,
    "wrapper": 2,
    "pagination-loop": 2,
    "pagination-next-misplaced": 2,
    "infinite-loop-bug": 3,
    "single-page-list": 1,
    "n-plus-1": 2,
    "batch-built": 2,
    "batch-unbounded": 2,
    "raw-batch": 2,
    "hand-retry": 1,
    "no-error-check": 1,
    "nested-callback": 2,
    "promise-wrapper": 1,
    "settings-override": 3,
}
_HEAVY = 40


@dataclass(frozen=True, slots=True)
class Module:
    """A part of the code base that moves as one.

    Attributes:
        name: Name in the stage table.
        places: Path and finding, file by file.
        depends_on: Modules whose files it includes or whose wrappers it calls.
    """

    name: str
    places: tuple[tuple[str, Finding], ...]
    depends_on: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Its files with findings."""
        return tuple(dict.fromkeys(path for path, _ in self.places))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, file by file."""
        return tuple(finding for _, finding in self.places)

    @property
    def requests(self) -> tuple[Finding, ...]:
        """Findings that send something to the portal."""
        return tuple(
            f for f in self.findings if f.api not in ("secret", "crest.subclass") and not _in_browser(f)
        )

    @property
    def methods(self) -> tuple[str, ...]:
        """Known methods in order of name."""
        return tuple(sorted({method for f in self.findings for method in _methods(f) if method is not None}))

    @property
    def writes(self) -> int:
        """Number of requests that change something, or may."""
        return sum(_may_write(finding) for finding in self.requests)

    @property
    def dynamic(self) -> int:
        """Number of requests whose method is not known."""
        return sum("dynamic-method" in f.tags and f.resolved is None for f in self.requests)

    @property
    def deprecated(self) -> int:
        """Number of requests with an outdated method."""
        return sum(f.deprecated is not None for f in self.requests)

    @property
    def bugs(self) -> tuple[str, ...]:
        """Patterns of the bug class, by name."""
        return tuple(sorted({tag for f in self.findings for tag in f.tags if tag in BUGS}))

    @property
    def effort(self) -> int:
        """Effort in points."""
        return sum(1 + sum(_POINTS.get(tag, 0) for tag in f.tags) for f in self.findings)

    @property
    def risk(self) -> Risk:
        """How much can go wrong."""
        if self.bugs or self.dynamic or any(f.api == "crest.subclass" for f in self.findings):
            return "high"
        return "medium" if self.writes or self.deprecated or self.effort > _HEAVY else "low"

    @property
    def rank(self) -> tuple[int, int, int, int, int, str]:
        """Key of the order, the easiest first."""
        apis = {finding.api for finding in self.requests}
        return (len(self.bugs), self.dynamic, self.writes, len(apis), self.effort, self.name)


@dataclass(frozen=True, slots=True)
class Plan:
    """Modules in the order in which they should move.

    Attributes:
        modules: The modules.
        pilot: Name of the first module to move, or None where nothing sends a request.
        reasons: Why it is the pilot, as keys of the texts.
        cycles: Groups of modules that need each other.
        vendored: Copies of the SDK: they are deleted last.
    """

    modules: tuple[Module, ...]
    pilot: str | None
    reasons: tuple[str, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    vendored: tuple[str, ...] = ()

    def module(self, name: str) -> Module:
        """Return a module by its name."""
        return next(module for module in self.modules if module.name == name)


def make_plan(
    report: ScanReport, *, by: By = "file", mapping: Mapping[str, Sequence[str]] | None = None
) -> Plan:
    """Return the plan for what a scan found.

    Args:
        report: The scan.
        by: What is a module where the mapping does not say.
        mapping: Patterns of paths by name of a module.
    """
    files = [file for file in report.files if file.role == "app" and file.findings]
    names = _assign(files, by, mapping or {})
    parts: dict[str, list[FileReport]] = {}
    for file in files:
        parts.setdefault(names[file.path], []).append(file)
    modules = [_module(name, group, names) for name, group in parts.items()]
    ordered, cycles = _order(modules)
    pilot = _pilot(ordered)
    return Plan(
        tuple(ordered),
        pilot.name if pilot is not None else None,
        _reasons(pilot) if pilot is not None else (),
        cycles,
        tuple(file.path for file in report.files if file.role == "vendored-sdk"),
    )


def _in_browser(finding: Finding) -> bool:
    return finding.api.startswith("bx24.") and not finding.api.startswith("bx24.call")


def _may_write(finding: Finding) -> bool:
    if finding.api in ("crest.installApp", "crest.checkServer", "crest.setLog"):
        return False
    if finding.api in ("b24jssdk.init", "b24phpsdk.init"):
        return False
    # A batch does what its commands do; one that is not known may write.
    return any(method is None or catalog.safety(method) != "safe" for method in _methods(finding))


def _methods(finding: Finding) -> tuple[str | None, ...]:
    """Return the method of a finding, or those of its batch; None for each that is not known."""
    commands = batch_commands(finding)
    return (finding.known_method,) if commands is None else commands


def _assign(files: Iterable[FileReport], by: By, mapping: Mapping[str, Sequence[str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    for file in files:
        given = next(
            (n for n, patterns in mapping.items() if any(fnmatch.fnmatch(file.path, p) for p in patterns)),
            None,
        )
        if given is not None:
            names[file.path] = given
            continue
        whole = file.path if by == "file" else posixpath.dirname(file.path) or "root"
        names[file.path] = _unique(whole, taken, set(mapping))
    return names


def _unique(whole: str, taken: dict[str, str], reserved: set[str]) -> str:
    """Return the shortest name that no other path has: the last part, then more of the path."""
    stem = re.sub(r"\.[A-Za-z]+$", "", whole)
    parts = stem.split("/")
    for length in range(1, len(parts) + 1):
        name = _slug("-".join(parts[-length:]))
        if name not in reserved and taken.setdefault(name, whole) == whole:
            return name
    name = _slug(whole)
    taken[name] = whole
    return name


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text, flags=re.UNICODE).strip("-").lower() or "module"


def _module(name: str, files: Sequence[FileReport], names: Mapping[str, str]) -> Module:
    needed = {names[path] for file in files for path in file.imports if path in names} - {name}
    return Module(
        name,
        tuple((file.path, finding) for file in files for finding in file.findings),
        tuple(sorted(needed)),
    )


def _order(modules: Sequence[Module]) -> tuple[list[Module], tuple[tuple[str, ...], ...]]:
    """Return the modules, needed ones first and easy ones first among equals; and the cycles.

    In a cycle the easiest module goes first, as if it needed nobody.
    """
    waiting = {module.name: set(module.depends_on) for module in modules}
    by_name = {module.name: module for module in modules}
    ready = [(m.rank, m.name) for m in modules if not waiting[m.name]]
    heapq.heapify(ready)
    ordered: list[Module] = []
    done: set[str] = set()
    cycles: list[tuple[str, ...]] = []
    while len(ordered) < len(modules):
        if not ready:
            stuck = [by_name[name] for name in waiting if name not in done]
            first = min(
                (m for m in stuck if _needs_itself(m.name, waiting, done)), key=_rank, default=stuck[0]
            )
            cycles.append(tuple(sorted(_circle(first.name, waiting, done))))
            heapq.heappush(ready, (first.rank, first.name))
        _, name = heapq.heappop(ready)
        if name in done:
            continue
        done.add(name)
        ordered.append(by_name[name])
        for other, needed in waiting.items():
            if other not in done and name in needed:
                needed.discard(name)
                if not needed:
                    heapq.heappush(ready, (by_name[other].rank, other))
    return ordered, tuple(cycles)


def _rank(module: Module) -> tuple[int, int, int, int, int, str]:
    return module.rank


def _reach(name: str, waiting: Mapping[str, set[str]], done: set[str]) -> set[str]:
    found: set[str] = set()
    stack = [name]
    while stack:
        for needed in waiting.get(stack.pop(), ()):
            if needed not in found and needed not in done:
                found.add(needed)
                stack.append(needed)
    return found


def _needs_itself(name: str, waiting: Mapping[str, set[str]], done: set[str]) -> bool:
    return name in _reach(name, waiting, done)


def _circle(name: str, waiting: Mapping[str, set[str]], done: set[str]) -> set[str]:
    return {other for other in _reach(name, waiting, done) if name in _reach(other, waiting, done)} | {name}


def _pilot(ordered: Sequence[Module]) -> Module | None:
    """Return the module to prove the way on: it calls the portal, reads only if one does, and is small."""
    candidates = [module for module in ordered if module.requests]
    useful = [module for module in candidates if module.methods]
    alone = [module for module in useful if not module.depends_on]
    return min(alone or useful or candidates, key=_rank, default=None)


def _reasons(module: Module) -> tuple[str, ...]:
    found: list[str] = []
    if not module.bugs:
        found.append("no-bugs")
    if not module.dynamic:
        found.append("literal")
    if not module.writes:
        found.append("reads-only")
    if not module.depends_on:
        found.append("independent")
    return tuple(found) or ("least-risk",)
