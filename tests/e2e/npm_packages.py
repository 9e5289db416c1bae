"""Where the packages of npm lie that tests compare with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["jssdk"]

_INSTALLED = Path(__file__).resolve().parents[2] / ".state/npm/node_modules/@bitrix24/b24jssdk"


def jssdk() -> Path:
    """Return the folder of ``@bitrix24/b24jssdk``; without it the test is skipped, with CI=true it fails."""
    for place in (Path(os.environ["B24JSSDK"]) if "B24JSSDK" in os.environ else _INSTALLED, _INSTALLED):
        if (place / "package.json").is_file():
            return place
    reason = "@bitrix24/b24jssdk is not installed; scripts/setup --system installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
