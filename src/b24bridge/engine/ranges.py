"""Ranges of ids, and how stretches of them are cut into commands and requests: arithmetic only."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from statistics import fmean, pstdev

from b24bridge.wire.call import Json
from b24bridge.wire.paging import PAGE

__all__ = ["Plan", "Range", "Stretch", "density_of", "pages_of", "smoothed", "width_of"]

#: Neighbours on each side from which the density of a stretch is taken too.
NEAR = 2
#: Ranges after which it is known how well densities were guessed.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Range:
    """Ids above ``low`` up to ``high``, and how to read them.

    Attributes:
        low: Exclusive lower end.
        high: Inclusive upper end.
        pages: 1 for a window, which is at most 50 wide; more for a chain of commands.
        rows: Rows that are there already, as a list or as the bytes of a result; then nothing is asked,
            and only those inside the range count.
        expected: Rows that it probably holds, 0 if nobody can say.
    """

    low: int
    high: int
    pages: int = 1
    rows: list[Json] | bytes | None = None
    expected: float = 0.0

    @property
    def cost(self) -> int:
        """Commands that it takes."""
        return self.pages if self.rows is None else 0

    def names(self) -> list[str]:
        """Return the ids of its commands."""
        return [f"r{self.low}_{at}" for at in range(self.cost)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Ids above ``low`` up to ``high`` that are not cut yet.

    Attributes:
        low: Exclusive lower end.
        high: Inclusive upper end.
        density: Rows for each id, at most 1.
        doubt: Share by which there may be more rows than the density says.
    """

    low: int
    high: int
    density: float
    doubt: float = 0.0

    @property
    def pages(self) -> int:
        """Commands that it probably takes."""
        return pages_of(self.high - self.low, self.density, self.doubt)


def pages_of(width: int, density: float, doubt: float = 0.0) -> int:
    """Return how many pages so many ids hold at most, as good as surely.

    Windows of 50 ids are sure; a chain needs fewer where ids are missing, and then as many more rows as
    chance may bring (two standard deviations of holes spread at random).
    """
    rows = width * density
    most = rows * (1 + doubt) + 2 * sqrt(rows * max(0.0, 1 - density))
    return max(1, min(ceil(width / PAGE), ceil(most / PAGE)))


def width_of(pages: int, density: float, doubt: float = 0.0) -> int:
    """Return how many ids so many pages hold as good as surely: what :func:`pages_of` undoes."""
    sure, chance = 1 + doubt, 2 * sqrt(max(0.0, 1 - density))
    root = (sqrt(chance * chance + 4 * sure * PAGE * pages) - chance) / (2 * sure)
    return max(PAGE * pages, int(root * root / density))


def density_of(samples: Sequence[Sequence[int]]) -> float:
    """Return the rows for each id in some runs of ids, in rising order and of two at least.

    Only what lies between the ids counts: a hole at the edge says nothing of what follows.
    """
    gaps = sum(len(ids) - 1 for ids in samples)
    return gaps / max(gaps, sum(ids[-1] - ids[0] for ids in samples))


def smoothed(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches with the densities of their neighbours taken in: few rows of each are known."""
    found: list[Stretch] = []
    for at, one in enumerate(stretches):
        near = [other.density for other in stretches[max(0, at - NEAR) : at + NEAR + 1]]
        mean = fmean(near)
        found.append(Stretch(one.low, one.high, mean, min(0.5, pstdev(near) / mean / 2)))
    return found


class Plan:
    """What is still to be asked, in order; requests are cut from it when their turn comes.

    Args:
        pieces: Rows that are there, and stretches between them.
    """

    def __init__(self, pieces: Iterable[Range | Stretch]) -> None:
        self._pieces = deque(pieces)
        self._surprises: list[float] = []

    def pages(self) -> int:
        """Return how many commands are probably left."""
        return sum(one.cost if isinstance(one, Range) else one.pages for one in self._pieces)

    def learn(self, one: Range, rows: int) -> None:
        """Note how many rows a range really held."""
        if one.expected:
            self._surprises.append(rows / one.expected - 1)

    def rest(self) -> list[Range | Stretch]:
        """Return what is not taken yet."""
        return list(self._pieces)

    def take(self, commands: int) -> list[Range]:
        """Return the ranges of the next request, of so many commands at most; none when all is taken."""
        part: list[Range] = []
        room = commands
        while self._pieces:
            piece = self._pieces[0]
            if isinstance(piece, Range):
                self._pieces.popleft()
                part.append(piece)
                continue
            piece = self._surer(piece)
            if room < 1:
                break
            high = piece.high
            if piece.pages > room:
                high = min(high, piece.low + width_of(room, piece.density, piece.doubt))
            cut = _cut(piece, high, room)
            room -= sum(one.pages for one in cut)
            part.extend(cut)
            self._pieces.popleft()
            if high < piece.high:
                self._pieces.appendleft(replace(piece, low=high))
        return part

    def _surer(self, piece: Stretch) -> Stretch:
        """Return a stretch in doubt no more than the ranges that were read turned out to deserve."""
        if len(self._surprises) < ENOUGH:
            return piece
        return replace(piece, doubt=min(piece.doubt, sqrt(fmean(one * one for one in self._surprises))))


def _cut(piece: Stretch, high: int, room: int) -> list[Range]:
    """Return windows where they take no more commands than a chain, for they cannot overflow."""
    low = piece.low
    pages = min(room, pages_of(high - low, piece.density, piece.doubt))
    if ceil((high - low) / PAGE) <= pages:
        return [Range(start, min(start + PAGE, high)) for start in range(low, high, PAGE)]
    return [Range(low, high, pages, expected=(high - low) * piece.density)]
