"""Reports as Markdown, for pull requests and terminals."""

from __future__ import annotations

from b24bridge.report.html import chart_table, timeline_table
from b24bridge.report.model import (
    BarChart,
    Block,
    Cell,
    Column,
    Fold,
    Language,
    Listing,
    Paragraph,
    Report,
    Table,
    Timeline,
)
from b24bridge.report.numbers import cell
from b24bridge.report.texts import TEXTS

__all__ = ["render_markdown", "table_lines"]


def render_markdown(report: Report) -> str:
    """Return the report as Markdown."""
    lines = [f"# {report.title}", "", report.lead, ""]
    if report.verdicts:
        lines += [f"## {TEXTS[report.language]['verdict']}", ""]
        for verdict in report.verdicts:
            lines += [
                f"- **{verdict.subject}: {verdict.answer}**",
                *(f"  - {text}" for text in verdict.reasons),
            ]
        lines.append("")
    for section in report.sections:
        lines += [f"## {section.title}", ""]
        for block in section.blocks:
            lines += [*_block(block, report.language), ""]
    if report.made:
        lines.append(f"{TEXTS[report.language]['made']} {report.made}.")
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Block, language: Language) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Listing):
        return [f"- {item}" for item in block.items]
    if isinstance(block, BarChart):
        return table_lines(chart_table(block), language)
    if isinstance(block, Timeline):
        return table_lines(timeline_table(block, language), language)
    if isinstance(block, Table):
        return table_lines(block, language)
    assert isinstance(block, Fold)
    lines = [f"### {block.title}", ""]
    for inner in block.blocks:
        lines += [*_block(inner, language), ""]
    return lines[:-1]


def table_lines(table: Table, language: Language) -> list[str]:
    """Return a table with its caption."""
    head = "| " + " | ".join(_safe(column.title) for column in table.columns) + " |"
    rule = (
        "| " + " | ".join("---" if at == 0 else _rule(table, at) for at in range(len(table.columns))) + " |"
    )
    rows = [
        "| " + " | ".join(_cell(*pair, language) for pair in zip(row, table.columns, strict=True)) + " |"
        for row in table.rows
    ]
    return [*([table.caption, ""] if table.caption else []), head, rule, *rows]


def _rule(table: Table, at: int) -> str:
    return "---:" if any(isinstance(row[at], (int, float)) for row in table.rows) else "---"


def _cell(value: Cell, column: Column, language: Language) -> str:
    text = _safe(cell(value, column, language))
    return f"`{text}`" if column.code and isinstance(value, str) and text and "`" not in text else text


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
