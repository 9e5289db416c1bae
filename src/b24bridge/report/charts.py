"""Charts as inline SVG: no script, no style of their own, a title and a text alternative."""

from __future__ import annotations

import re
import sys
from math import floor, log10
from types import ModuleType
from typing import Final
from xml.etree import ElementTree as ET  # only our own chart is built and written, nothing is parsed

from b24bridge.report.model import BarChart, Language
from b24bridge.report.numbers import number

__all__ = ["bar_svg", "shortened"]

_SVG: Final = "http://www.w3.org/2000/svg"
_WIDTH: Final = 760
_BAR_HEIGHT: Final = 22
_LONGEST_LABEL: Final = 34


def bar_svg(chart: BarChart, *, identity: str, language: Language = "en") -> str:
    """Return the chart as an ``<svg>`` element whose colours come from the page's style sheet.

    Args:
        chart: The bars.
        identity: Unique within the page.
        language: ``en`` or ``ru``, for the numbers.
    """
    pygal = _pygal()
    bars = len(chart.labels) * (len(chart.series) + 1)
    top = max((v for s in chart.series for v in s.values if v is not None), default=0.0)
    plot = pygal.HorizontalBar(
        js=[],
        # The page's style sheet draws the letters; pygal only has to leave room for them.
        style=pygal.style.Style(label_font_size=14, major_label_font_size=14, legend_font_size=14),
        width=_WIDTH,
        height=max(110, 64 + bars * _BAR_HEIGHT),
        explicit_size=False,
        show_legend=len(chart.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(chart.series),
        legend_box_size=12,
        truncate_label=-1,
        print_values=True,
        print_values_position="top",
        # The axis; each value brings its own digits.
        value_formatter=lambda value: number(value, digits=0, language=language),
        range=(0, _round_up(top)),
        y_labels=_ticks(top),
        show_x_guides=False,
        show_y_guides=True,
        margin=4,
        spacing=8,
        pretty_print=False,
    )
    # The first label and the first series of a horizontal bar stand at the bottom; readers start at the top.
    plot.x_labels = [shortened(label) for label in reversed(chart.labels)]
    for series in chart.series:
        plot.add(series.name, [_value(value, chart, language) for value in reversed(series.values)])
    return _cleaned(plot.render_tree(), chart, identity, language)


def _value(value: float | None, chart: BarChart, language: Language) -> dict[str, object] | None:
    if value is None:
        return None
    return {"value": value, "formatter": lambda shown: number(shown, digits=chart.digits, language=language)}


def _pygal() -> ModuleType:
    """Return the chart library, loaded at first use, without the import hook that it installs.

    The hook (for map plug-ins, which we do not use) speaks a protocol that Python 3.11 warns of at each
    failing import.
    """
    import pygal

    # Only this hook: a finder of installed packages comes with pygal too, and replaces Python's own.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    module: ModuleType = pygal
    return module


def shortened(label: str) -> str:
    """Return a label that leaves room for the bars; the table below has the whole."""
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _ticks(top: float) -> list[float]:
    """Return the marks of an axis, few enough that their numbers do not touch."""
    if top <= 0:
        return [0.0]
    step = 10.0 ** floor(log10(top / 3))
    step *= next(factor for factor in (1, 2, 5, 10) if top / (step * factor) <= 4)
    return [step * number for number in range(int(top / step) + 1)]


def _round_up(top: float) -> float:
    # Room for the printed value behind the longest bar.
    return top * 1.15 if top > 0 else 1.0


def _cleaned(tree: ET.Element, chart: BarChart, identity: str, language: Language) -> str:
    """Strip what only pygal's script and style need, and add what screen readers need."""
    for parent in list(tree.iter()):
        for child in list(parent):
            if _is_dispensable(child):
                parent.remove(child)
    for element in tree.iter():
        element.attrib.pop("id", None)
        for name, text in element.attrib.items():
            element.set(name, _rounded(text))
    tree.set("role", "img")
    tree.set("aria-labelledby", f"{identity}-t {identity}-d")
    description = ET.Element("desc", {"id": f"{identity}-d"})
    description.text = _alternative(chart, language)
    title = ET.Element("title", {"id": f"{identity}-t"})
    title.text = chart.title
    tree[:0] = [title, description]
    return ET.tostring(tree, encoding="unicode")


def _is_dispensable(element: ET.Element) -> bool:
    if not isinstance(element.tag, str):
        return True  # a comment
    return element.tag in ("script", "style", "desc", "defs", "title") or "tooltip-overlay" in (
        element.get("class") or ""
    )


def _rounded(text: str) -> str:
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", text)


def _alternative(chart: BarChart, language: Language) -> str:
    sentences = []
    for at, label in enumerate(chart.labels):
        values = ", ".join(
            f"{series.name} {number(value, digits=chart.digits, language=language)}"
            for series in chart.series
            if (value := series.values[at]) is not None
        )
        sentences.append(f"{label}: {values}.")
    return " ".join(sentences)
