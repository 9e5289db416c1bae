"""Writing reports: a file is there whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from b24bridge.auth.files import replace_file
from b24bridge.errors import ConfigError
from b24bridge.report.html import render_html
from b24bridge.report.markdown import render_markdown
from b24bridge.report.model import Report, to_json

__all__ = ["write_report", "write_text"]


def write_report(report: Report, directory: Path, name: str, *, data_name: str = "") -> tuple[Path, ...]:
    """Write ``name.html``, ``name.md`` and ``name.json`` and return their paths.

    Args:
        data_name: Name of the JSON file of the same figures that is there already, written with the report
            in another language; none is written then.

    Raises:
        ConfigError: The directory cannot be made or written to.
    """
    page, text, data = (directory / f"{name}.{suffix}" for suffix in ("html", "md", "json"))
    write_text(page, render_html(report, json_name=data_name or data.name))
    write_text(text, render_markdown(report))
    if data_name:
        return page, text
    write_text(data, json.dumps(to_json(report), ensure_ascii=False, indent=1) + "\n")
    return page, text, data


def write_text(file: Path, text: str) -> None:
    """Replace a file by one with this text, atomically; a full disk leaves the old one.

    Raises:
        ConfigError: The file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, text.encode("utf-8", "replace"))
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written ({error.strerror}).", remedy="Choose another place or free some room."
        ) from error
