"""The differences of two JSON values, place by place, with both values.

Numbers compare by value (``1`` and ``1.0`` are the same, a flag is not a number), lists by order unless
declared otherwise, maps without order.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, Protocol, TypeAlias, cast, get_args

from b24bridge.compare.paths import Path, generalise, render
from b24bridge.wire.call import Json

__all__ = ["ABSENT", "KINDS", "Difference", "Group", "Kind", "Rules", "compare", "fingerprint", "group"]

Kind: TypeAlias = Literal["added", "missing", "type", "value"]
KINDS: Final = get_args(Kind)
# Aligning is quadratic; beyond this many pairs a linear way is taken.
_ALIGN_LIMIT: Final = 400_000


class _Absent:
    """Stands for a value that one side does not have."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()


class Rules(Protocol):
    """What a comparison may overlook; ``rules.RuleSet`` is the one from a file."""

    def is_ignored(self, path: Path) -> bool:
        """Return whether nothing at or below this place is compared."""
        ...

    def equivalent(self, path: Path, old: Json, new: Json) -> bool:
        """Return whether two different values mean the same at this place."""
        ...

    def unordered_by(self, path: Path) -> str | None:
        """Return how the list at this place is matched: None by order, "" by value, else a key's name."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ.

    Attributes:
        path: The place; positions are those of the old value, of the new one where the old has none.
        old: Value of the control, ``ABSENT`` if it has none.
        new: Value of the candidate, ``ABSENT`` if it has none.
    """

    path: Path
    old: Json
    new: Json

    @property
    def kind(self) -> Kind:
        """Say how they differ: only the new one has it, only the old one, another type, another value."""
        if self.old is ABSENT:
            return "added"
        if self.new is ABSENT:
            return "missing"
        return "value" if _shape(self.old) == _shape(self.new) else "type"

    @property
    def place(self) -> str:
        """Return the place as text."""
        return render(self.path)

    def __str__(self) -> str:
        return f"{self.place}: {_short(self.old)} -> {_short(self.new)}"


@dataclass(frozen=True, slots=True)
class Group:
    """Differences that share a pattern and a kind, which mostly means a cause.

    Attributes:
        pattern: Place with all positions as ``[*]``.
        kind: As in ``Difference``.
        count: How many there are.
        examples: The first few.
    """

    pattern: str
    kind: str
    count: int
    examples: tuple[Difference, ...]


def compare(old: Json, new: Json, rules: Rules | None = None) -> list[Difference]:
    """Return every difference between the control's value and the candidate's, in the order of places."""
    return list(_walk(old, new, (), rules))


def group(differences: Sequence[Difference], *, examples: int = 3) -> list[Group]:
    """Return the differences gathered by pattern and kind, most frequent first."""
    gathered: defaultdict[tuple[str, str], list[Difference]] = defaultdict(list)
    for difference in differences:
        gathered[generalise(difference.path), difference.kind].append(difference)
    groups = [
        Group(pattern, kind, len(members), tuple(members[:examples]))
        for (pattern, kind), members in gathered.items()
    ]
    return sorted(groups, key=lambda one: (-one.count, one.pattern, one.kind))


def fingerprint(value: Json) -> str:
    """Return a text that is equal exactly for values without a difference."""
    return json.dumps(_canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _canonical(value: Json) -> Json:
    if isinstance(value, dict):
        return {str(key): _canonical(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _walk(old: Json, new: Json, path: Path, rules: Rules | None) -> Iterator[Difference]:
    if rules is not None and rules.is_ignored(path):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _maps(old, new, path, rules)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, path, rules)
    elif not _same(old, new) and not (rules is not None and rules.equivalent(path, old, new)):
        yield Difference(path, old, new)


def _maps(
    old: dict[str, Json], new: dict[str, Json], path: Path, rules: Rules | None
) -> Iterator[Difference]:
    for key, value in old.items():
        yield from _walk(value, new.get(key, ABSENT), (*path, key), rules)
    for key, value in new.items():
        if key not in old:
            yield from _walk(ABSENT, value, (*path, key), rules)


def _lists(old: list[Json], new: list[Json], path: Path, rules: Rules | None) -> Iterator[Difference]:
    key = rules.unordered_by(path) if rules is not None else None
    if key is not None:
        pairs = _match(old, new, key)
    elif len(old) == len(new):
        pairs = [(at, at) for at in range(len(old))]
    else:
        pairs = _align(old, new)
    for left, right in pairs:
        if left is not None and right is not None and _surely_same(old[left], new[right]):
            continue
        yield from _walk(
            ABSENT if left is None else old[left],
            ABSENT if right is None else new[right],
            (*path, left if left is not None else cast("int", right)),
            rules,
        )


def _match(old: list[Json], new: list[Json], key: str) -> list[tuple[int | None, int | None]]:
    """Pair the rows of two lists by a key's value, or by their own value, order aside."""
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(new):
        waiting[_identity(row, key)].append(at)
    pairs: list[tuple[int | None, int | None]] = []
    for at, row in enumerate(old):
        candidates = waiting[_identity(row, key)]
        pairs.append((at, candidates.pop(0) if candidates else None))
    pairs.extend((None, at) for at in sorted(at for rest in waiting.values() for at in rest))
    return pairs


def _identity(row: Json, key: str) -> str:
    return fingerprint(row[key]) if key and isinstance(row, dict) and key in row else fingerprint(row)


def _align(old: list[Json], new: list[Json]) -> list[tuple[int | None, int | None]]:
    """Pair the rows of two ordered lists of different length so that one missing row stays one difference."""
    left, right = ([_row_name(row) for row in rows] for rows in (old, new))
    shorter = min(len(left), len(right))
    head = next((at for at in range(shorter) if left[at] != right[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if left[-1 - at] != right[-1 - at]), rest)
    pairs: list[tuple[int | None, int | None]] = [(at, at) for at in range(head)]
    middle_left, middle_right = left[head : len(left) - tail], right[head : len(right) - tail]
    search = _best if len(middle_left) * len(middle_right) <= _ALIGN_LIMIT else _next_best
    pairs.extend(
        (None if one is None else one + head, None if other is None else other + head)
        for one, other in search(middle_left, middle_right)
    )
    pairs.extend((len(left) - at, len(right) - at) for at in range(tail, 0, -1))
    return pairs


def _best(left: list[str], right: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pair names so that as many as possible are equal; quadratic."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for _, from_left, to_left, from_right, to_right in matcher.get_opcodes():
        common = min(to_left - from_left, to_right - from_right)
        yield from ((from_left + step, from_right + step) for step in range(common))
        yield from ((at, None) for at in range(from_left + common, to_left))
        yield from ((None, at) for at in range(from_right + common, to_right))


def _next_best(left: list[str], right: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pair each name with its next occurrence; linear, and right where rows are only missing or added."""
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for at, name in enumerate(right):
        places[name].append(at)
    done = 0
    for at, name in enumerate(left):
        found = places[name]
        while found and found[0] < done:
            found.popleft()
        if not found:
            yield at, None
            continue
        yield from ((None, skipped) for skipped in range(done, found[0]))
        done = found[0] + 1
        yield at, found[0]
    yield from ((None, at) for at in range(done, len(right)))


def _surely_same(old: Json, new: Json) -> bool:
    """Return whether two rows are equal to the letter, which is told much faster than by walking them."""
    return bool(old == new) and repr(old) == repr(new)


def _row_name(row: Json) -> str:
    """Return what makes a row the same row although its fields changed: its id, else its value."""
    if isinstance(row, dict):
        for key in ("id", "ID"):
            if row.get(key) is not None:
                return fingerprint(row[key])
    return fingerprint(row)


def _same(old: Json, new: Json) -> bool:
    return _shape(old) == _shape(new) and bool(old == new)


def _shape(value: Json) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _short(value: Json, limit: int = 80) -> str:
    if value is ABSENT:
        return repr(value)
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
