"""What the graph asks the portal for, as parameters of ``crm.item.list``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from examples.service_desk.moments import Span
from examples.service_desk.rules import CLOSING_STAGES, Json

__all__ = ["Window", "text_of"]


def text_of(moment: datetime) -> str:
    """Return a bound as the original writes it: local to its offset, and the offset left out (SD-GRA-01)."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Window:
    """The bounds of the report as filter texts."""

    start: str
    end: str

    @classmethod
    def over(cls, first: Span, last: Span, *, offset: str = "") -> Window:
        """Return the window from the start of one span to the end of another."""
        return cls(text_of(first.start) + offset, text_of(last.end) + offset)

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
