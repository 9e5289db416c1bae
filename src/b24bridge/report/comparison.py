"""CRest, B24PhpSDK, BX24.js, B24JsSDK and b24bridge side by side: facts with their sources, not stars."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from b24bridge.report.markdown import table_lines
from b24bridge.report.model import Block, Column, Fold, Language, Paragraph, Section, Table

__all__ = ["NAMES", "Fact", "comparison_page", "comparison_section", "facts", "measured", "peers"]

NAMES: Final[Mapping[str, str]] = {
    "crest": "CRest",
    "phpsdk": "B24PhpSDK",
    "bx24": "BX24.js",
    "jssdk": "B24JsSDK",
    "b24bridge": "b24bridge",
}

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Five ways to the portal, side by side", "Пять путей к порталу, рядом"),
    "lead": (
        "Each cell is a fact: recorded from the original, read in its source, held by a test of this "
        "project, or "
        "measured. The sources stand below.",
        "Каждая ячейка — факт: записан с оригинала, прочитан в его коде, закреплён тестом проекта "
        "или измерен. "
        "Источники ниже.",
    ),
    "caption": ("What each does.", "Что делает каждый."),
    "question": ("", ""),
    "measured": (
        "Requests and time of the same work, `{command}`; {machine}.",
        "Запросы и время одной и той же работы, `{command}`; {machine}.",
    ),
    "peers": (
        "A whole list over a network, `{command}`; {machine}. B24PhpSDK and BX24.js were not measured.",
        "Весь список по сети, `{command}`; {machine}. B24PhpSDK и BX24.js не измерялись.",
    ),
    "client": ("client", "клиент"),
    "how": ("how", "как"),
    "requests": ("requests", "запросов"),
    "ms": ("ms", "мс"),
    "work": ("work", "работа"),
    "crest-requests": ("requests, CRest", "запросов, CRest"),
    "own-requests": ("requests, b24bridge", "запросов, b24bridge"),
    "crest-ms": ("CRest, ms", "CRest, мс"),
    "own-ms": ("b24bridge, ms", "b24bridge, мс"),
    "sources": ("Sources of the table", "Источники таблицы"),
    "releases": (
        "Read in the source: {names}. `vector` names a case recorded from the original, in `tests/vectors`.",
        "Прочитано в коде: {names}. `vector` — случай, записанный с оригинала, в `tests/vectors`.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell.

    Attributes:
        question: Row, English and Russian.
        who: Key of ``NAMES``.
        text: The fact, English and Russian.
        source: Where it comes from.
    """

    question: tuple[str, str]
    who: str
    text: tuple[str, str]
    source: str


@cache
def _given() -> Mapping[str, Any]:
    text = (files("b24bridge.report") / "comparison.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def facts() -> tuple[Fact, ...]:
    """Return all cells, row by row, in the order of ``NAMES``."""
    return tuple(
        Fact(tuple(row["question"]), who, tuple(row[who][:2]), row[who][2])
        for row in _given()["rows"]
        for who in NAMES
    )


def measured() -> Mapping[str, Any]:
    """Return the measured part: command, machine, and figures by piece of work."""
    found: Mapping[str, Any] = _given()["measured"]
    return found


def peers() -> Mapping[str, Any]:
    """Return what was measured of several clients: command, machine, and each way of reading a list."""
    found: Mapping[str, Any] = _given()["peers"]
    return found


def comparison_section(language: Language) -> Section:
    """Return the table, the figures, and the sources behind a fold."""
    index = 0 if language == "en" else 1
    words = {key: pair[index] for key, pair in _TEXTS.items()}
    blocks: tuple[Block, ...] = (
        Paragraph(words["lead"]),
        _table(words["caption"], index),
        Paragraph(_measured_how(words, index)),
        _figures(words, index),
        Paragraph(_peers_how(words, index)),
        _peers(words, index),
        Fold(words["sources"], (_sources(words["caption"], index), Paragraph(_releases(words)))),
    )
    return Section(words["title"], blocks)


def comparison_page() -> str:
    """Return ``docs/explanation/comparison.md``."""
    words = {key: pair[0] for key, pair in _TEXTS.items()}
    parts = [
        f"# {words['title']}",
        words["lead"],
        *("\n".join(table_lines(table, "en")) for table in (_table(words["caption"], 0),)),
        "## Measured",
        _measured_how(words, 0),
        "\n".join(table_lines(_figures(words, 0), "en")),
        _peers_how(words, 0),
        "\n".join(table_lines(_peers(words, 0), "en")),
        "## Sources",
        "\n".join(table_lines(_sources("The same table, each cell with its source.", 0), "en")),
        _releases(words),
        "The facts are data: `src/b24bridge/report/comparison.toml`. `b24bridge report` prints the "
        "same table.",
    ]
    return "\n\n".join(parts) + "\n"


def _measured_how(words: Mapping[str, str], index: int) -> str:
    found = measured()
    return words["measured"].format(command=found["command"], machine=found["machine"][index])


def _peers_how(words: Mapping[str, str], index: int) -> str:
    found = peers()
    return words["peers"].format(command=found["command"], machine=found["machine"][index])


def _peers(words: Mapping[str, str], index: int) -> Table:
    columns = (
        Column(words["client"]),
        Column(words["how"]),
        Column(words["requests"], digits=0),
        Column(words["ms"], digits=0),
    )
    rows = tuple(
        (NAMES[way["who"]], way["how"][index], way["requests"], way["ms"]) for way in peers()["ways"]
    )
    return Table("", columns, rows)


def _table(caption: str, index: int) -> Table:
    columns = (Column(""), *(Column(name) for name in NAMES.values()))
    rows = tuple((row["question"][index], *(row[who][index] for who in NAMES)) for row in _given()["rows"])
    return Table(caption, columns, rows)


def _sources(caption: str, index: int) -> Table:
    columns = (Column(""), *(Column(name, code=True) for name in NAMES.values()))
    rows = tuple((row["question"][index], *(row[who][2] for who in NAMES)) for row in _given()["rows"])
    return Table(caption, columns, rows)


def _releases(words: Mapping[str, str]) -> str:
    return words["releases"].format(names="; ".join(_given()["sources"]["code"].values()))


def _figures(words: Mapping[str, str], index: int) -> Table:
    columns = (
        Column(words["work"]),
        Column(words["crest-requests"], digits=0),
        Column(words["own-requests"], digits=0),
        Column(words["crest-ms"], digits=0),
        Column(words["own-ms"], digits=0),
    )
    rows = tuple(
        (
            work["name"][index],
            work["crest"]["requests"],
            work["b24bridge"]["requests"],
            work["crest"]["ms"],
            work["b24bridge"]["ms"],
        )
        for work in measured()["works"]
    )
    return Table("", columns, rows)
