"""The scan as text for a terminal."""

from __future__ import annotations

from b24bridge.scan.model import Finding, ScanReport

__all__ = ["as_table"]


def as_table(report: ScanReport) -> str:
    """Return one line per finding, under the name of its file, and totals at the end."""
    lines: list[str] = []
    for file in report.files:
        if file.role != "app":
            lines.append(f"{file.path}  [{file.role}]")
            continue
        if not file.findings and not file.syntax_errors:
            continue
        lines.append(file.path)
        lines += [f"  {_row(finding)}" for finding in file.findings]
        lines += [f"  {line:>5}      syntax error, read as far as it parses" for line in file.syntax_errors]
    summary = report.summary()
    for title, key in (("interfaces", "by_api"), ("patterns", "by_tag")):
        counts = summary[key]
        assert isinstance(counts, dict)
        if counts:
            lines += ["", title]
            lines += [f"  {count:>5}  {name}" for name, count in counts.items()]
    return "\n".join(lines) if lines else "Nothing found."


def _row(finding: Finding) -> str:
    method = finding.method or finding.method_pattern or ""
    if finding.resolved and not finding.method:
        method = f"{method or '?'} = {finding.resolved}"
    tags = ", ".join(finding.tags)
    if finding.deprecated is not None:
        tags = (
            f"{tags + ', ' if tags else ''}outdated: use {', '.join(finding.deprecated) or 'another method'}"
        )
    return f"{finding.line:>5}:{finding.column:<4} {finding.api:<22} {method:<34} {tags}".rstrip()
