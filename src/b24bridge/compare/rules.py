"""What a comparison may overlook, as data: equivalences, order, noise, and accepted differences.

A rules file is TOML (or the same as JSON)::

    [[accepted]]
    module = "sector"                    # or a list of modules; left out: every module
    path = "data.stages[*].employees"    # the place and all below it; or a list of places
    exact = true                         # the place alone, nothing below it; left out: false
    kind = "added"                       # added, missing, value or type; left out: any difference
    defect = "SD-SEC-01"                 # id of the known defect that the candidate repairs
    reason = "The original reads one page of each stage."
    expires = 2027-06-30                 # from the day after, the difference counts again

    [[equivalent]]
    path = "**.createdAt"
    rule = "date"                        # date, empty, numeric or string

    [[unordered]]
    path = "data.employees"
    key = "id"                           # left out: rows are matched by their whole value
    defect = "SD-SEC-01"                 # only where this is repaired; left out: always

    [[ignored]]
    path = "time"
    reason = "Server times differ in every answer."
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from itertools import product
from pathlib import Path as FilePath
from typing import Any, Final

from b24bridge.compare.diff import KINDS, Difference, compare
from b24bridge.compare.equivalence import EQUIVALENCES
from b24bridge.compare.paths import Path, generalise, matches, parse_pattern
from b24bridge.errors import ConfigError
from b24bridge.wire.call import Json

__all__ = [
    "Accepted",
    "Equivalent",
    "Judgement",
    "RuleSet",
    "Unordered",
    "judge",
    "learn_noise",
    "load_rules",
    "parse_rules",
]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A difference that people have looked at and want.

    Attributes:
        path: Pattern; the place and everything below it.
        reason: Why it is wanted, for those who read the report.
        expires: Last day on which it is accepted; None for good.
        module: Name of the module, empty for all.
        defect: Id of the known defect of the old path that explains it, or empty.
        exact: Whether only the place itself is meant.
        kind: The kind of difference that is meant, empty for all.
    """

    path: str
    reason: str
    expires: date | None = None
    module: str = ""
    defect: str = ""
    exact: bool = False
    kind: str = ""

    def covers(self, difference: Difference) -> bool:
        """Return whether the difference is one that is meant."""
        return (not self.kind or self.kind == difference.kind) and matches(
            self.path, difference.path, below=not self.exact
        )

    def holds(self, today: date) -> bool:
        """Return whether it still counts on that day."""
        return self.expires is None or today <= self.expires


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A named equivalence at the places of a pattern.

    Attributes:
        path: Pattern of the places.
        rule: ``date``, ``empty``, ``numeric`` or ``string``.
        module: Name of the module, empty for all.
    """

    path: str
    rule: str
    module: str = ""


@dataclass(frozen=True, slots=True)
class Unordered:
    """A list whose order does not matter.

    Attributes:
        path: Pattern of the lists.
        key: Key by which rows are matched; empty for the whole row.
        module: Name of the module, empty for all.
        defect: Id of a defect: the order matters unless the candidate repairs it; empty for never.
    """

    path: str
    key: str = ""
    module: str = ""
    defect: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Places that are not compared at all, with everything below them.

    Attributes:
        path: Pattern of the places.
        reason: Why not, for those who read the report.
        module: Name of the module, empty for all.
    """

    path: str
    reason: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a comparison.

    Attributes:
        accepted: Differences that count as wanted.
        equivalents: Places where different values mean the same.
        unordered: Lists compared without order.
        ignored: Places left out, noise learned old-against-old among them.
    """

    accepted: tuple[Accepted, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    unordered: tuple[Unordered, ...] = ()
    ignored: tuple[Ignored, ...] = field(default=())

    def for_module(self, module: str) -> RuleSet:
        """Return the rules that apply to one module."""
        return RuleSet(
            tuple(rule for rule in self.accepted if rule.module in ("", module)),
            tuple(rule for rule in self.equivalents if rule.module in ("", module)),
            tuple(rule for rule in self.unordered if rule.module in ("", module)),
            tuple(rule for rule in self.ignored if rule.module in ("", module)),
        )

    def repairing(self, defects: Iterable[str]) -> RuleSet:
        """Return the rules for a candidate that repairs these defects and keeps all the others.

        Whoever keeps a defect must keep all of it: its differences are wanted only from whoever repairs it.
        """
        wanted = {"", *defects}
        return replace(
            self,
            accepted=tuple(rule for rule in self.accepted if rule.defect in wanted),
            unordered=tuple(rule for rule in self.unordered if rule.defect in wanted),
        )

    def with_noise(self, patterns: Iterable[str]) -> RuleSet:
        """Return the rules with more places left out, as ``learn_noise`` finds them."""
        noise = tuple(Ignored(pattern, "differs between two runs of the old path") for pattern in patterns)
        return replace(self, ignored=self.ignored + noise)

    def is_ignored(self, path: Path) -> bool:
        """Return whether nothing at or below this place is compared."""
        return any(matches(rule.path, path) for rule in self.ignored)

    def equivalent(self, path: Path, old: Json, new: Json) -> bool:
        """Return whether two different values mean the same at this place."""
        return any(EQUIVALENCES[rule.rule](old, new) for rule in self.equivalents if matches(rule.path, path))

    def unordered_by(self, path: Path) -> str | None:
        """Return the key by which the list at this place is matched, "" for whole rows, None for order."""
        return next((rule.key for rule in self.unordered if matches(rule.path, path)), None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Differences sorted by what the rules say about them.

    Attributes:
        open: Nobody has accepted these.
        accepted: Accepted ones with the rule that does so.
        expired: Differences whose rule has expired, with that rule; they count like open ones.
    """

    open: tuple[Difference, ...] = ()
    accepted: tuple[tuple[Difference, Accepted], ...] = ()
    expired: tuple[tuple[Difference, Accepted], ...] = ()

    @property
    def passes(self) -> bool:
        """Return whether nothing is left that somebody must look at."""
        return not self.open and not self.expired

    @property
    def defects(self) -> tuple[str, ...]:
        """Return the ids of the known defects behind the accepted differences, each once, sorted."""
        return tuple(sorted({rule.defect for _, rule in self.accepted if rule.defect}))


def judge(differences: Sequence[Difference], rules: RuleSet, *, today: date) -> Judgement:
    """Sort differences into open, accepted and expired; the first rule that fits and holds decides."""
    open_, accepted, expired = [], [], []
    for difference in differences:
        fitting = [rule for rule in rules.accepted if rule.covers(difference)]
        holding = next((rule for rule in fitting if rule.holds(today)), None)
        if holding is not None:
            accepted.append((difference, holding))
        elif fitting:
            expired.append((difference, fitting[0]))
        else:
            open_.append(difference)
    return Judgement(tuple(open_), tuple(accepted), tuple(expired))


def learn_noise(runs: Sequence[Json], rules: RuleSet | None = None) -> tuple[str, ...]:
    """Return the patterns of places that differ between runs of the old path alone.

    What the old path does not repeat to itself cannot be asked of the new one.

    Args:
        runs: Results of the same request, at least two.
        rules: Rules that hold already.

    Raises:
        ValueError: There are fewer than two runs: one cannot differ from itself.
    """
    if len(runs) < 2:
        raise ValueError("Noise is learnt from at least two runs of the same request.")
    first, *others = runs
    patterns = {generalise(found.path) for other in others for found in compare(first, other, rules)}
    return tuple(sorted(patterns))


def load_rules(file: FilePath) -> RuleSet:
    """Read a rules file, TOML or (by its suffix) JSON.

    Raises:
        ConfigError: The file is missing, cannot be read, or has unknown or missing entries.
    """
    try:
        text = file.read_text(encoding="utf-8")
        data = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"Rules file {file} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ConfigError(
            f"Rules file {file} is not valid {file.suffix.lstrip('.') or 'TOML'}: {error}."
        ) from error
    return parse_rules(data, source=str(file))


_TABLES: Final[Mapping[str, tuple[Any, frozenset[str]]]] = {
    "accepted": (Accepted, frozenset({"path", "reason"})),
    "equivalent": (Equivalent, frozenset({"path", "rule"})),
    "unordered": (Unordered, frozenset({"path"})),
    "ignored": (Ignored, frozenset({"path"})),
}


def parse_rules(data: Mapping[str, Json], *, source: str = "rules") -> RuleSet:
    """Build the rules from the decoded tables of a rules file.

    Raises:
        ConfigError: An entry is unknown, incomplete, or names an unknown equivalence.
    """
    for table in data:
        if table not in _TABLES:
            raise ConfigError(f"{source}: unknown table {table!r}.", remedy=_nearest(table, _TABLES))
    read = {table: tuple(_entries(table, data.get(table, []), source)) for table in _TABLES}
    return RuleSet(read["accepted"], read["equivalent"], read["unordered"], read["ignored"])


def _entries(table: str, entries: Json, source: str) -> Iterable[Any]:
    build, required = _TABLES[table]
    known = set(build.__dataclass_fields__)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"{source}: {table!r} must be a list of tables ([[{table}]]).")
    for number, entry in enumerate(entries, 1):
        place = f"{source}: [[{table}]] number {number}"
        for name in entry:
            if name not in known:
                raise ConfigError(f"{place} has an unknown key {name!r}.", remedy=_nearest(name, known))
        if lacking := sorted(name for name in required if not entry.get(name)):
            raise ConfigError(f"{place} lacks {', '.join(lacking)}.")
        if entry.get("kind", "") not in ("", *KINDS):
            raise ConfigError(f"{place}: no kind {entry['kind']!r}.", remedy=_nearest(entry["kind"], KINDS))
        if not isinstance(entry.get("exact", False), bool):
            raise ConfigError(f"{place}: exact must be true or false.")
        if table == "equivalent" and entry["rule"] not in EQUIVALENCES:
            raise ConfigError(
                f"{place}: no equivalence {entry['rule']!r}.", remedy=_nearest(entry["rule"], EQUIVALENCES)
            )
        for module, path in product(_each(entry.get("module", "")), _each(entry["path"])):
            try:
                parse_pattern(path)
            except (ValueError, TypeError) as error:
                raise ConfigError(f"{place}: {error}") from error
            yield build(**{**entry, "module": module, "path": path, **_expiry(entry, place)})


def _each(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _expiry(entry: Mapping[str, Json], place: str) -> dict[str, date]:
    value = entry.get("expires")
    if value is None:
        return {}
    try:
        return {"expires": value if type(value) is date else date.fromisoformat(value)}
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{place}: expires must be a date such as 2027-06-30.") from error


def _nearest(asked: object, existing: Iterable[str]) -> str:
    names = sorted(existing)
    nearest = get_close_matches(str(asked), names, n=1)
    return (f"Did you mean {nearest[0]!r}? " if nearest else "") + f"There are: {', '.join(names)}."
