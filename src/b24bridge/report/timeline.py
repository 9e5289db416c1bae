"""Stages over time as inline SVG: one lane for each module, one bar for each stage that it was in.

pygal draws no such chart; the letters and colours come from the page's style sheet.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET  # only our own chart is built and written, nothing is parsed

from b24bridge.report.charts import shortened
from b24bridge.report.model import Language, Timeline

__all__ = ["day", "minute", "timeline_svg"]

_WIDTH: Final = 760
_LANE: Final = 26
_TOP: Final = 26
_LETTER: Final = 7.2


def timeline_svg(chart: Timeline, *, identity: str, language: Language = "en") -> str:
    """Return the chart as an ``<svg>`` element.

    Args:
        chart: The lanes.
        identity: Unique within the page.
        language: ``en`` or ``ru``, for the dates.
    """
    left = max((len(shortened(lane.name)) for lane in chart.lanes), default=0) * _LETTER + 14
    height = _TOP + _LANE * len(chart.lanes) + 40
    tree = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "class": "timeline",
            "role": "img",
            "aria-labelledby": f"{identity}-t {identity}-d",
        },
    )
    ET.SubElement(tree, "title", {"id": f"{identity}-t"}).text = chart.title
    ET.SubElement(tree, "desc", {"id": f"{identity}-d"}).text = _alternative(chart, language)
    scale = (_WIDTH - left - 6) / max(chart.end - chart.start, 1e-9)
    _dates(tree, chart, left, language)
    for row, lane in enumerate(chart.lanes):
        top = _TOP + row * _LANE
        _text(tree, left - 8, top + 16, shortened(lane.name), "lane")
        for span in lane.spans:
            x, width = left + (span.start - chart.start) * scale, max((span.end - span.start) * scale, 1.5)
            box = {"x": f"{x:.2f}", "y": f"{top + 3}", "width": f"{width:.2f}", "height": f"{_LANE - 6}"}
            ET.SubElement(tree, "rect", {**box, "class": f"st-{span.name}"})
            if width > len(span.name) * _LETTER + 6:
                _text(tree, x + 5, top + 17, span.name, f"in in-{span.name}")
    _legend(tree, chart, left, height - 12)
    return ET.tostring(tree, encoding="unicode")


def day(moment: float, language: Language) -> str:
    """Return a Unix time as a day of the calendar, in UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%d.%m.%Y" if language == "ru" else "%Y-%m-%d")


def minute(moment: float, language: Language) -> str:
    """Return a Unix time as day and minute, in UTC."""
    return f"{day(moment, language)} {datetime.fromtimestamp(moment, UTC):%H:%M}"


def _dates(tree: ET.Element, chart: Timeline, left: float, language: Language) -> None:
    _text(tree, left, 15, day(chart.start, language), "date")
    _text(tree, _WIDTH - 6, 15, day(chart.end, language), "date end")


def _legend(tree: ET.Element, chart: Timeline, left: float, y: float) -> None:
    names = dict.fromkeys(span.name for lane in chart.lanes for span in lane.spans)
    x = left
    for name in sorted(names, key=chart.order.index):
        box = {"x": f"{x:.2f}", "y": f"{y - 10}", "width": "12", "height": "12", "class": f"st-{name}"}
        ET.SubElement(tree, "rect", box)
        _text(tree, x + 17, y, name, "key")
        x += 17 + len(name) * _LETTER + 18


def _text(tree: ET.Element, x: float, y: float, text: str, name: str) -> None:
    ET.SubElement(tree, "text", {"x": f"{x:.2f}", "y": f"{y:.0f}", "class": name}).text = text


def _alternative(chart: Timeline, language: Language) -> str:
    return " ".join(
        f"{lane.name}: " + ", ".join(f"{span.name} {day(span.start, language)}" for span in lane.spans) + "."
        for lane in chart.lanes
    )
