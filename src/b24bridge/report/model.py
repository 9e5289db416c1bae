"""A report as a value: verdict, evidence, method.

Commands build it once; HTML, Markdown, JSON and JUnit are renderings of it. Texts are in the language of
the report, numbers stay numbers until they are rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Final, Literal, TypeAlias

from b24bridge.wire.call import Json

__all__ = [
    "BarChart",
    "Block",
    "Cell",
    "Column",
    "Fold",
    "Lane",
    "Language",
    "Listing",
    "Mark",
    "Paragraph",
    "Report",
    "Section",
    "Series",
    "Span",
    "Table",
    "Timeline",
    "Tone",
    "Verdict",
    "to_json",
]

Tone = Literal["good", "warn", "bad", "plain"]
Language = Literal["en", "ru"]

LANGUAGES: Final = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that carries a tone.

    Attributes:
        text: The word; it alone must tell the same, for print and for the colour-blind.
        tone: Whether it is good news.
    """

    text: str
    tone: Tone = "plain"


Cell: TypeAlias = "str | int | float | Mark | None"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: Heading.
        digits: Digits after the decimal sign for numbers, None to print them as they are.
        unit: Written after each number.
        code: Texts are method names, places or ids and are set in a fixed-width face.
        layout: ``line`` keeps a cell in one line, ``wide`` gives it room before others.
    """

    title: str
    digits: int | None = None
    unit: str = ""
    code: bool = False
    layout: Literal["", "line", "wide"] = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of equal rank."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.

    Attributes:
        caption: What the table shows, in one sentence.
        columns: Headings with the form of their cells; the first names the row.
        rows: Cells in the order of the columns.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a value for each label, None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from zero, grouped by label.

    Attributes:
        title: What is shown, with the unit.
        labels: One group of bars each.
        series: At most four.
        digits: Digits after the decimal sign of the printed values.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, in Unix seconds, with the name of what lasted."""

    start: float
    end: float
    name: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of a timeline."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was when.

    Attributes:
        title: What is shown.
        lanes: One row each.
        start: Left edge, Unix seconds.
        end: Right edge.
        order: Names of spans as the legend orders them.
        heads: Headings of the table of the same: row, name, from.
    """

    title: str
    lanes: tuple[Lane, ...]
    start: float
    end: float
    order: tuple[str, ...]
    heads: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Fold:
    """Details that a reader may open; printed in full."""

    title: str
    blocks: tuple[Block, ...]


Block: TypeAlias = "Paragraph | Listing | Table | BarChart | Timeline | Fold"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer that the reader came for.

    Attributes:
        subject: What it is about, such as a module.
        tone: Whether it is good news.
        answer: The answer in a few words.
        reasons: One sentence each.
    """

    subject: str
    tone: Tone
    answer: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes:
        title: Heading.
        lead: The outcome in one or two sentences.
        verdicts: What must be decided, first on the page.
        sections: Evidence, then method and machine.
        language: ``en`` or ``ru``.
        made: When and by which command, for the foot of the page.
        data: The figures behind it, for programs.
        other_languages: Language to file name of the same report in it.
    """

    title: str
    lead: str
    verdicts: tuple[Verdict, ...]
    sections: tuple[Section, ...]
    language: Language = "en"
    made: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    other_languages: Mapping[str, str] = field(default_factory=dict)


def to_json(report: Report) -> Json:
    """Return the report for a JSON file: the figures at the top, the page under ``page``."""
    page = _plain(report)
    data = page.pop("data")
    return {**data, "page": page}


def _plain(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        inner = {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
        return {"kind": type(value).__name__, **inner} if isinstance(value, _BLOCKS) else inner
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value


_BLOCKS: Final = (Paragraph, Listing, Table, BarChart, Timeline, Fold)
