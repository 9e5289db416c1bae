"""Reports: one model, rendered as HTML, Markdown, JSON and JUnit."""

from b24bridge.report.explained import explain_run
from b24bridge.report.files import write_report, write_text
from b24bridge.report.html import render_html
from b24bridge.report.junit import Case, render_junit
from b24bridge.report.markdown import render_markdown
from b24bridge.report.model import (
    BarChart,
    Column,
    Fold,
    Lane,
    Listing,
    Mark,
    Paragraph,
    Report,
    Section,
    Series,
    Span,
    Table,
    Timeline,
    Verdict,
    to_json,
)

__all__ = [
    "BarChart",
    "Case",
    "Column",
    "Fold",
    "Lane",
    "Listing",
    "Mark",
    "Paragraph",
    "Report",
    "Section",
    "Series",
    "Span",
    "Table",
    "Timeline",
    "Verdict",
    "explain_run",
    "render_html",
    "render_junit",
    "render_markdown",
    "to_json",
    "write_report",
    "write_text",
]
