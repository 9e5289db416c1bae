"""What the graph asks the portal for, as parameters of ``crm.item.list``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from examples.service_desk.moments import Span, moment
from examples.service_desk.rules import CLOSING_STAGES, Json

__all__ = ["Window", "text_of"]


def text_of(moment: datetime) -> str:
    """Return a bound as the original writes it: local to its offset, and the offset left out (SD-GRA-01)."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Window:
    """The bounds of the report.

    Attributes:
        first: First second, as text without offset.
        last: Last second, as text without offset.
        in_utc: Whether the filters say that the bounds are UTC; the original leaves that out.
    """

    first: str
    last: str
    in_utc: bool = False

    @classmethod
    def over(cls, first: Span, last: Span, *, in_utc: bool = False) -> Window:
        """Return the window from the start of one span to the end of another."""
        return cls(text_of(first.start), text_of(last.end), in_utc)

    @property
    def start(self) -> str:
        """Lower bound for a filter."""
        return f"{self.first}+00:00" if self.in_utc else self.first

    @property
    def end(self) -> str:
        """Upper bound for a filter."""
        return f"{self.last}+00:00" if self.in_utc else self.last

    def holds(self, text: str | None) -> bool:
        """Return whether the portal finds a time of its own inside; without offset it takes its own zone."""
        if not text:
            return False
        value = moment(text).astimezone(UTC) if self.in_utc else moment(text)
        return self.first <= text_of(value) <= self.last

    @property
    def created(self) -> dict[str, Json]:
        """Filter of tickets created inside."""
        return {">=createdTime": self.start, "<=createdTime": self.end}

    @property
    def moved(self) -> dict[str, Json]:
        """Filter of tickets moved inside."""
        return {">=movedTime": self.start, "<=movedTime": self.end}

    @property
    def closed(self) -> dict[str, Json]:
        """Filter of tickets moved inside and closed now."""
        return {**self.moved, "stageId": list(CLOSING_STAGES)}

    def open_in(self, stage: Json) -> dict[str, Json]:
        """Filter of tickets in a stage (or several), created not after the end."""
        return {"stageId": stage, "<=createdTime": self.end}
