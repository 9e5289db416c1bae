"""The scan in SARIF 2.1.0, for code review tools."""

from __future__ import annotations

from urllib.parse import quote

from b24bridge import __version__
from b24bridge.scan.advice import BUGS, TITLES, advice
from b24bridge.scan.model import FileReport, Finding, ScanReport
from b24bridge.wire.call import Json

__all__ = ["as_sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(report: ScanReport) -> dict[str, Json]:
    """Return one SARIF log with one run; each pattern is a rule, a site without a pattern a note."""
    results: list[Json] = []
    used: set[str] = set()
    for file in report.files:
        for finding in file.findings:
            for rule in finding.tags or ("call-site",):
                used.add(rule)
                results.append(_result(file, finding, rule))
        for line in file.syntax_errors:
            used.add("syntax-error")
            results.append(_entry(file, "syntax-error", "note", "The grammar had to guess here.", line, 1))
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "b24bridge",
                        "version": __version__,
                        "rules": [{"id": rule} for rule in sorted(used | set(TITLES))],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder that was scanned."}}},
                "results": results,
            }
        ],
    }


def _result(file: FileReport, finding: Finding, rule: str) -> dict[str, Json]:
    level = "error" if rule in BUGS or rule == "hard-coded-secret" else "warning" if finding.tags else "note"
    name = finding.known_method or finding.method_pattern
    text = f"{finding.api}{f' {name}' if name else ''}: {advice(finding)}"
    return _entry(file, rule, level, text, finding.line, finding.column)


def _entry(file: FileReport, rule: str, level: str, text: str, line: int, column: int) -> dict[str, Json]:
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(file.path), "uriBaseId": "SRCROOT"},
                    "region": {"startLine": line, "startColumn": column},
                }
            }
        ],
    }
