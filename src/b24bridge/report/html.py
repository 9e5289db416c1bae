"""Reports as one HTML file that needs no script, no network and no second file."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from b24bridge.report.charts import bar_svg
from b24bridge.report.model import BarChart, Block, Cell, Column, Language, Mark, Report, Table, Timeline
from b24bridge.report.numbers import cell
from b24bridge.report.texts import TEXTS
from b24bridge.report.timeline import day, timeline_svg

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["chart_table", "render_html", "timeline_table"]


def render_html(report: Report, *, json_name: str = "") -> str:
    """Return the page.

    Args:
        report: The report.
        json_name: Name of the JSON file beside it, to be linked at the foot.
    """
    from markupsafe import Markup

    style = (files("b24bridge.report") / "templates" / "report.css").read_text(encoding="utf-8")
    page = _environment(report.language).get_template("report.html.j2")
    return page.render(
        report=report,
        json_name=json_name,
        texts=TEXTS[report.language],
        style=Markup(style),  # noqa: S704  # a file of this package
    )


def chart_table(chart: BarChart) -> Table:
    """Return the numbers of a chart as a table."""
    columns = (Column(""), *(Column(series.name, digits=chart.digits) for series in chart.series))
    rows = tuple(
        (label, *(series.values[at] for series in chart.series)) for at, label in enumerate(chart.labels)
    )
    return Table(chart.title, columns, rows)


def timeline_table(chart: Timeline, language: Language) -> Table:
    """Return a timeline as a table."""
    columns = tuple(Column(head, code=at == 0) for at, head in enumerate(chart.heads))
    rows = tuple(
        (lane.name, span.name, day(span.start, language)) for lane in chart.lanes for span in lane.spans
    )
    return Table(chart.title, columns, rows)


def _environment(language: Language) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    def prose(text: str) -> Markup:
        parts = text.split("`")
        if len(parts) % 2 == 0:
            return escape(text)  # a lone mark is only a mark
        return Markup("").join(
            Markup("<code>{}</code>").format(part) if at % 2 else escape(part)
            for at, part in enumerate(parts)
        )

    def shown(value: Cell, column: Column) -> Markup:
        if isinstance(value, str) and not column.code:
            return prose(value)
        text = escape(cell(value, column, language))
        if isinstance(value, Mark):
            return Markup('<span class="{}">{}</span>').format(value.tone, text)
        return Markup("<code>{}</code>").format(text) if column.code and isinstance(value, str) else text

    def svg(chart: BarChart, identity: str) -> Markup:
        return Markup(bar_svg(chart, identity=identity, language=language))  # noqa: S704  # ElementTree escapes

    def lanes(chart: Timeline, identity: str) -> Markup:
        return Markup(timeline_svg(chart, identity=identity, language=language))  # noqa: S704  # as above

    environment = Environment(
        loader=PackageLoader("b24bridge.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {
        "as_table": chart_table,
        "days": lambda chart: timeline_table(chart, language),
        "kind": lambda block: type(block).__name__,
        "lanes": lanes,
        "numeric": _numeric,
        "prose": prose,
        "shown": shown,
        "svg": svg,
    }
    return environment


def _numeric(block: Block) -> frozenset[int]:
    """Return the positions of a table's columns that hold numbers."""
    assert isinstance(block, Table)
    return frozenset(
        at
        for at in range(1, len(block.columns))
        if any(isinstance(row[at], (int, float)) for row in block.rows)
    )
