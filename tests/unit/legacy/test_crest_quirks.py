"""The table of intended differences is whole and documented."""

from __future__ import annotations

import json
from pathlib import Path

from b24bridge.legacy.quirks import QUIRKS, switches

TESTS = Path(__file__).parents[2]


def test_every_difference_cites_recorded_cases() -> None:
    """Each entry names vectors that exist."""
    known = {
        case["id"]
        for file in (TESTS / "vectors" / "crest").glob("*.json")
        for case in json.loads(file.read_text("utf-8"))["cases"]
    }

    missing = {vector for quirk in QUIRKS for vector in quirk.vectors} - known

    assert missing == set()
    assert all(quirk.vectors and quirk.reason and quirk.original and quirk.ours for quirk in QUIRKS)


def test_names_are_unique_and_all_are_on_by_default() -> None:
    """Nobody has to switch anything to get the documented behaviour."""
    names = [quirk.name for quirk in QUIRKS]

    assert len(set(names)) == len(names)
    assert switches(None) == frozenset(names)


def test_every_difference_stands_on_the_migration_page() -> None:
    """docs/migration/from-crest.md lists each entry by name."""
    page = (TESTS.parent / "docs" / "migration" / "from-crest.md").read_text("utf-8")

    assert [quirk.name for quirk in QUIRKS if f"`{quirk.name}`" not in page] == []
