"""What a code base has of Bitrix24: call sites, patterns, a plan, skeletons and repairs."""

from __future__ import annotations

from b24bridge.scan.engine import scan, scan_text
from b24bridge.scan.model import FileReport, Finding, ScanReport, Skipped

__all__ = ["FileReport", "Finding", "ScanReport", "Skipped", "scan", "scan_text"]
