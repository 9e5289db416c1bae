"""Outcomes as JUnit XML, which every CI system reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET  # XML is written here, never parsed

__all__ = ["Case", "render_junit"]

# XML 1.0 has no way to write these, not even as references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """One check.

    Attributes:
        group: What was checked, such as a module.
        name: The check.
        failure: Why it failed, empty if it passed.
        detail: Lines for whoever looks closer.
        duration_s: Seconds it took.
        skipped: Why it was not made, empty if it was.
    """

    group: str
    name: str
    failure: str = ""
    detail: str = ""
    duration_s: float = 0.0
    skipped: str = ""


def render_junit(suite: str, cases: Sequence[Case]) -> str:
    """Return the cases as a JUnit document."""
    root = ET.Element("testsuites")
    element = ET.SubElement(
        root,
        "testsuite",
        {
            "name": suite,
            "tests": str(len(cases)),
            "failures": str(sum(bool(case.failure) for case in cases)),
            "errors": "0",
            "skipped": str(sum(bool(case.skipped) for case in cases)),
            "time": f"{sum(case.duration_s for case in cases):.3f}",
        },
    )
    for case in cases:
        entry = ET.SubElement(
            element,
            "testcase",
            {"classname": _clean(case.group), "name": _clean(case.name), "time": f"{case.duration_s:.3f}"},
        )
        if case.failure:
            failure = ET.SubElement(entry, "failure", {"message": _clean(case.failure)})
            failure.text = _clean(case.detail or case.failure)
        elif case.skipped:
            ET.SubElement(entry, "skipped", {"message": _clean(case.skipped)})
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
