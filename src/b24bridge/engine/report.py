"""How complete a list is."""

from __future__ import annotations

from dataclasses import dataclass, field

from b24bridge.wire.call import Json

__all__ = ["BY_OFFSET", "Report"]

#: Strategies whose pages are counted from the start of the list.
BY_OFFSET = frozenset({"batched", "limit", "navigation", "next", "offset", "page"})


@dataclass(slots=True)
class Report:
    """How complete a list is; it grows while the list is read.

    Attributes:
        strategy: Name of the way of paging.
        rows: Rows handed out.
        requests: Requests sent, repetitions left aside.
        total: Number of rows as the portal said at first, or None.
        duplicates: Rows that came twice and were left out.
        notes: What was noticed: a total that changed, a short page, a gap.
        finished: Whether the end of the list was reached.
        position: The last id or offset that was read: where to resume.
        confirmed: Whether a second reading brought the same rows.
    """

    strategy: str
    rows: int = 0
    requests: int = 0
    total: int | None = None
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    finished: bool = False
    position: Json = None
    confirmed: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing speaks against it: read to the end, as many rows as claimed, no change noticed."""
        counted = self.total is None or self.rows >= self.total
        return self.finished and not self.notes and counted

    @property
    def is_proven(self) -> bool:
        """Whether every row that was there throughout must be among the rows.

        By id that follows from reading to the end. By offset in several requests it does not: one row
        deleted and one added between two pages hide a third one, and the total stays the same.
        """
        return self.is_complete and (self.confirmed or self.requests < 2 or self.strategy not in BY_OFFSET)

    def doubts(self) -> str:
        """Return why the list is not proven complete."""
        doubts = list(self.notes)
        if self.total is not None and self.rows < self.total:
            doubts.append(f"{self.rows} rows of {self.total}")
        if not self.finished:
            doubts.append("its end was not reached")
        return "; ".join(doubts) or "pages were read by offset, and rows may have moved between two of them"
