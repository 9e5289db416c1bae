"""Reports as HTML, Markdown and JSON."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path

import pytest

from b24bridge.errors import ConfigError
from b24bridge.report import (
    BarChart,
    Column,
    Fold,
    Listing,
    Mark,
    Paragraph,
    Report,
    Section,
    Series,
    Table,
    Verdict,
    render_html,
    render_markdown,
    write_report,
)
from b24bridge.report.charts import bar_svg
from b24bridge.report.model import Language
from b24bridge.report.numbers import number

CHART = BarChart("Запросы", ("sector", "time"), (Series("original", (43, 764)), Series("modern", (3, None))))
TABLE = Table(
    "Calls of <one> run.",
    (
        Column("module"),
        Column("calls", digits=0),
        Column("ratio", digits=1, unit="×"),
        Column("method", code=True),
    ),
    (("time", 764, 1234.56, "crm.item.list"), ("proxy|x", None, None, Mark("differs", "warn"))),
)


def report(language: Language = "en") -> Report:
    """A report with every kind of block, and texts that would break a page that does not escape."""
    return Report(
        title="Pilot <script>alert(1)</script>",
        lead="1,122.83 of 1,399.54 hours.",
        verdicts=(Verdict("time", "good", "may move", ("SD-TT-01 & SD-TT-02.",)),),
        sections=(
            Section("Evidence", (Paragraph("a < b"), CHART, TABLE)),
            Section("Method", (Listing(("two cores",)), Fold("Details", (TABLE,)))),
        ),
        language=language,
        made="b24bridge pilot",
        data={"modules": {"time": {"calls": 764}}},
        other_languages={"ru": "pilot.ru.html"} if language == "en" else {"en": "pilot.html"},
    )


class Tags(HTMLParser):
    """Collects the tags of a page and checks that they close."""

    void = frozenset({"meta", "br", "hr", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given[name] or "" for name in ("href", "src") if name in given]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> Tags:
    """The tags of a page."""
    tags = Tags()
    tags.feed(text)
    return tags


def test_page_is_one_file_without_script() -> None:
    """Nothing is fetched and nothing runs: one file, whole tags, unique ids."""
    tags = parsed(render_html(report(), json_name="pilot.json"))

    assert [] == tags.open
    assert not {"script", "link", "iframe", "img"} & tags.seen
    assert ["pilot.ru.html", "pilot.json"] == tags.links
    assert len(tags.ids) == len(set(tags.ids))


def test_page_escapes_what_it_is_given() -> None:
    """Texts from a portal cannot become markup."""
    text = render_html(report())

    assert "<script>" not in text
    assert "Pilot &lt;script&gt;" in text
    assert "Calls of &lt;one&gt; run." in text


def test_backticks_of_running_text_become_code() -> None:
    """Names of commands are set as code; a lone mark and markup inside stay text."""
    told = Report("t", "l", (), (Section("s", (Paragraph("Run `b24bridge <x>`."), Paragraph("5` high"))),))

    text = render_html(told)

    assert "<p>Run <code>b24bridge &lt;x&gt;</code>.</p>" in text
    assert "<p>5` high</p>" in text


def test_verdict_comes_before_evidence_and_method() -> None:
    """Readers find what to decide first."""
    text = render_html(report())

    assert text.index("may move") < text.index("Evidence") < text.index("Method")


def test_page_has_light_dark_and_print_styles() -> None:
    """The page follows the reader's theme and can be printed."""
    text = render_html(report())

    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


@pytest.mark.parametrize(("language", "verdict"), [("en", "Verdict"), ("ru", "Вывод")])
def test_page_speaks_the_language_of_the_report(language: Language, verdict: str) -> None:
    """Fixed words follow the language, and the page declares it."""
    text = render_html(report(language))

    assert f'<html lang="{language}">' in text
    assert f"<h2>{verdict}</h2>" in text


def test_chart_has_title_alternative_and_numbers() -> None:
    """A chart is told to screen readers and repeated as a table."""
    svg = bar_svg(CHART, identity="c1")
    page = render_html(report())

    assert '<title id="c1-t">Запросы</title>' in svg
    assert "sector: original 43, modern 3. time: original 764." in svg
    assert 'role="img"' in svg
    assert not re.search(r"<script|<style|<!--|\bon\w+=", svg)
    assert 2 == page.count("<caption>Calls of")
    assert 1 == page.count("<caption>Запросы")


def test_chart_of_zeros_is_drawn() -> None:
    """No gain at all is a chart too."""
    svg = bar_svg(BarChart("Refusals", ("time",), (Series("modern", (0,)),)), identity="z")

    assert "time: modern 0." in svg


def test_packages_are_still_found_after_a_chart() -> None:
    """The chart library's finder of installed packages takes the place of Python's own, and must stay."""
    bar_svg(CHART, identity="c1")

    assert "b24bridge" in {found.name for found in metadata.distributions()}


def test_markdown_has_verdict_tables_and_numbers() -> None:
    """The same report is readable in a pull request."""
    text = render_markdown(report())

    assert "- **time: may move**" in text
    assert "| time | 764 | 1,234.6 × | `crm.item.list` |" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "| proxy\\|x | – | – | differs |" in text
    assert "| sector | 43 | 3 |" in text


@pytest.mark.parametrize(
    ("value", "digits", "language", "text"),
    [
        (1399.54, 2, "en", "1,399.54"),
        (1399.54, 2, "ru", "1\N{NARROW NO-BREAK SPACE}399,54"),
        (764, None, "en", "764"),
        (1234567, 0, "ru", "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"),
        (0.5, None, "en", "0.50"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    value: float, digits: int | None, language: Language, text: str
) -> None:
    """Thousands and decimals have the signs of the language."""
    assert text == number(value, digits=digits, language=language)


def test_files_are_written_side_by_side(tmp_path: Path) -> None:
    """HTML, Markdown and JSON lie together; the figures stand at the top of the JSON."""
    written = write_report(report(), tmp_path / "reports", "pilot")

    assert ["pilot.html", "pilot.md", "pilot.json"] == [file.name for file in written]
    data = json.loads(written[2].read_text(encoding="utf-8"))
    assert 764 == data["modules"]["time"]["calls"]
    assert "BarChart" == data["page"]["sections"][0]["blocks"][1]["kind"]
    assert ["pilot.html", "pilot.json", "pilot.md"] == sorted(
        file.name for file in (tmp_path / "reports").iterdir()
    )


def test_second_language_links_the_same_figures(tmp_path: Path) -> None:
    """The Russian page has no JSON of its own."""
    written = write_report(report("ru"), tmp_path, "pilot.ru", data_name="pilot.json")

    assert ["pilot.ru.html", "pilot.ru.md"] == [file.name for file in written]
    assert 'href="pilot.json"' in written[0].read_text(encoding="utf-8")


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A directory that is a file ends in a clear error and leaves nothing behind."""
    blocked = tmp_path / "reports"
    blocked.write_text("", encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be written"):
        write_report(report(), blocked, "pilot")


def test_marks_of_an_axis_do_not_touch() -> None:
    """Long names leave few pixels for the bars; at most five numbers stand below them."""
    names = ("get-sector-data", "очень-длинное-имя-модуля-отчётности-по-сделкам-и-счетам")

    svg = bar_svg(
        BarChart("ms", names, (Series("old", (622.9, 3236.3)), Series("new", (200.0, 0.4)))), identity="a"
    )

    marks = re.findall(r"<text[^>]*>([0-9,]+)</text>", svg)
    assert [mark for mark in ("0", "1,000", "2,000", "3,000") if mark in marks] == [
        "0",
        "1,000",
        "2,000",
        "3,000",
    ]
    assert "400" not in marks
    assert "очень-длинное-имя-модуля-отчётнос…" in svg
    assert f"{names[1]}: old 3,236" in svg


def test_a_chart_of_nothing_is_drawn() -> None:
    """No value is above zero."""
    svg = bar_svg(BarChart("ms", ("a",), (Series("old", (0.0,)), Series("new", (None,)))), identity="a")

    assert 'role="img"' in svg
