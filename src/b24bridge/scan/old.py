"""Whether anything old is left: what of a scan belongs to CRest, BX24.js or requests made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from b24bridge.scan.model import FileReport, Finding, ScanReport

__all__ = ["is_old", "only_old"]

_OLD_BX24: Final = frozenset({"bx24.callMethod", "bx24.callBatch", "bx24.callBind", "bx24.callUnbind"})


def is_old(finding: Finding) -> bool:
    """Whether a finding asks the portal by an old interface.

    Functions of BX24.js for the frame (``fitWindow``, ``placement.info`` ...) stay in the browser for good,
    the newer SDKs are a choice, and a secret in the source is a fault of its own; none of them is old.
    """
    api = finding.via if finding.api.startswith("wrapper.") and finding.via else finding.api
    return api.startswith(("crest.", "bxrest.", "http.rest", "wrapper.")) or api in _OLD_BX24


def only_old(report: ScanReport) -> ScanReport:
    """Return the scan with nothing but old calls, and with the copies of the old SDKs."""
    kept = []
    for file in report.files:
        found = tuple(finding for finding in file.findings if is_old(finding))
        if found or file.sdk in ("CRest", "BX24.js"):
            kept.append(_with(file, found))
    return replace(report, files=tuple(kept))


def _with(file: FileReport, findings: tuple[Finding, ...]) -> FileReport:
    return replace(file, findings=findings, syntax_errors=())
