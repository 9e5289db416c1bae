"""CRest against every recorded run of the PHP class."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crest_server import Servers
from crest_values import run_case

VECTORS = Path(__file__).parents[1] / "vectors" / "crest"


def _cases() -> Iterator[Any]:
    for file in sorted(VECTORS.glob("*.json")):
        for case in json.loads(file.read_text("utf-8"))["cases"]:
            marks = [pytest.mark.slow] if "slow" in case["tags"] else []
            yield pytest.param(case, id=case["id"], marks=marks)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Give the loopback servers of the vectors."""
    running = Servers()
    yield running
    running.stop()


@pytest.mark.parametrize("case", list(_cases()))
def test_behaves_as_recorded(
    case: dict[str, Any], servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests, return values, settings.json, log files and hooks are those of the PHP class."""
    differences = run_case(case, servers, tmp_path, lambda: capsys.readouterr().out)

    assert differences == []
