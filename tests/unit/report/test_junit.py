"""JUnit documents."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from b24bridge.report.junit import Case, render_junit


def test_cases_become_a_suite_that_ci_reads() -> None:
    """Passed, failed and skipped checks are counted and told apart."""
    text = render_junit(
        "verify",
        [
            Case("sector", "result", duration_s=0.25),
            Case("time", "effects", failure="1 write doubled", detail="crm.item.add\x00 & <Ж>"),
            Case("graph", "result", skipped="no cassette"),
        ],
    )

    suite = ET.fromstring(text).find("testsuite")
    assert suite is not None
    assert {"tests": "3", "failures": "1", "skipped": "1", "errors": "0"}.items() <= suite.attrib.items()
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "1 write doubled" == failure.get("message")
    assert "crm.item.add\N{REPLACEMENT CHARACTER} & <Ж>" == failure.text
