"""The pages for those who come from B24PhpSDK and B24JsSDK run as printed and name what the code has."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from b24bridge import AsyncClient, calls, errors
from b24bridge.sandbox import Portal

MIGRATION = Path(__file__).parent.parent.parent / "docs" / "migration"
PAGES = ("from-b24phpsdk.md", "from-b24jssdk.md")
# Written with "await" or without: both clients have the names, but for closing.
CODE = re.compile(r"\b(b24|calls)((?:\.[A-Za-z_]\w*(?:\((?:type|task_id|140)\))?)+)")
STEP = re.compile(r"\.(\w+)(\(\w+\))?")


def tables(name: str) -> list[list[str]]:
    """Return the cells of all rows that map something."""
    lines = (MIGRATION / name).read_text("utf-8").splitlines()
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| ")]


@pytest.mark.parametrize("name", PAGES)
def test_the_python_of_the_page_runs(name: str) -> None:
    """Against the sandbox, with the assertions that are printed."""
    examples = list(Sybil(parsers=[PythonCodeBlockParser()]).parse(MIGRATION / name))

    for example in examples:
        example.evaluate()

    assert 1 == len(examples)


@pytest.mark.parametrize("name", PAGES)
def test_every_name_of_the_tables_exists(name: str) -> None:
    """On the client, among the calls, in the modules."""
    portal = Portal()
    roots: dict[str, Any] = {
        "b24": AsyncClient.from_webhook(portal.webhook_url, transport=portal),
        "calls": calls,
    }
    ours = [row[-1] for row in tables(name)]

    for root, path in (found.groups() for cell in ours for found in CODE.finditer(cell)):
        target = roots[root]
        for step, argument in STEP.findall(path):
            target = getattr(target, step)
            target = target(140) if argument else target
    for dotted in re.findall(r"`(b24bridge(?:\.\w+)+)", (MIGRATION / name).read_text("utf-8")):
        resolve_name(dotted)


@pytest.mark.parametrize("name", PAGES)
def test_every_error_of_the_page_exists(name: str) -> None:
    """In the tree of errors."""
    section = (MIGRATION / name).read_text("utf-8").partition("## Errors\n")[2].partition("\n## ")[0]
    named = [
        error
        for line in section.splitlines()
        if line.startswith("| `")
        for error in re.findall(r"`([A-Z][a-z]\w+)`", line.rsplit("|", 2)[1])
    ]

    assert 15 < len(named)
    assert [] == [error for error in named if error not in errors.__all__]
