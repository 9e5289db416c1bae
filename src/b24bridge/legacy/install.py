"""``installApp`` and ``checkServer`` (crest.md 8 and 12)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from b24bridge.legacy.phpdump import print_r
from b24bridge.wire.phpvalues import equals_text, html_escape, is_empty

__all__ = ["check_folder", "from_event", "from_placement"]

# Stored name and name in the request, in the order in which they are stored.
_PLACEMENT_FIELDS = (
    ("access_token", "AUTH_ID"),
    ("expires_in", "AUTH_EXPIRES"),
    ("application_token", "APP_SID"),
    ("refresh_token", "REFRESH_ID"),
    ("domain", "DOMAIN"),
)
_PERMISSION = "Check permission! Recommended: folders: 775, files: 664"


def from_event(request: Mapping[str, Any]) -> Any:
    """Return what an ``ONAPPINSTALL`` event wants stored as it came, or None if it is no such event."""
    auth = request.get("auth")
    return auth if equals_text(request.get("event"), "ONAPPINSTALL") and not is_empty(auth) else None


def from_placement(request: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what the installation page wants stored, or None if it is no such page.

    Raises:
        TypeError: A field is no scalar.
    """
    if not equals_text(request.get("PLACEMENT"), "DEFAULT"):
        return None
    settings = {name: html_escape(request.get(field)) for name, field in _PLACEMENT_FIELDS}
    settings["client_endpoint"] = f"https://{settings['domain']}/rest/"
    return settings


def check_folder(directory: Path, wall: float, *, is_printed: bool) -> dict[str, str]:
    """Return what is wrong with a folder: whether settings and logs can be written there."""
    problems: dict[str, str] = {}
    probe = directory / "settings_check.json"
    with contextlib.suppress(OSError):
        probe.write_bytes(b'{"test":"data"}')
    if probe.exists():
        with contextlib.suppress(OSError):  # whatever stands there instead of a file stays
            probe.unlink()
    else:
        problems["setting_creat_error"] = _PERMISSION
    moment = datetime.fromtimestamp(wall).astimezone()
    try:
        (directory / f"logs/{moment:%Y-%m-%d/%H}").mkdir(mode=0o775, parents=True, exist_ok=True)
    except OSError:
        problems["logs_folder_creat_error"] = _PERMISSION
    if is_printed:
        if not problems:
            problems["success"] = "Success!"
        sys.stdout.write(f"<pre>{print_r(problems)}</pre>")
    return problems
