"""How complete a list is."""

from __future__ import annotations

from dataclasses import dataclass, field

from b24bridge.wire.call import Json

__all__ = ["Report"]


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
    """

    strategy: str
    rows: int = 0
    requests: int = 0
    total: int | None = None
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    finished: bool = False
    position: Json = None

    @property
    def is_complete(self) -> bool:
        """Whether the list is proven complete: read to the end, and as many rows as the portal claimed."""
        counted = self.total is None or self.rows >= self.total
        return self.finished and not self.notes and counted

    def doubts(self) -> str:
        """Return why the list is not proven complete."""
        doubts = list(self.notes)
        if self.total is not None and self.rows < self.total:
            doubts.append(f"{self.rows} rows of {self.total}")
        return "; ".join(doubts) or "its end was not reached"
