"""Every known error code has a class, a meaning and a remedy in both languages."""

from __future__ import annotations

import b24bridge.errors
from b24bridge.knowledge import codes


def test_a_system_code_is_explained_in_both_languages() -> None:
    """The rate limit has its own class and texts."""
    english, russian = codes.explain("QUERY_LIMIT_EXCEEDED"), codes.explain("QUERY_LIMIT_EXCEEDED", "ru")

    assert english is not None
    assert russian is not None
    assert "RateLimited" == english.error
    assert "2 (Enterprise 5) a second" in english.meaning
    assert "запросов" in russian.meaning


def test_a_documented_code_is_explained_by_its_cause() -> None:
    """OWNER_NOT_FOUND stands in the catalogue with the cause not_found."""
    facts = codes.explain("OWNER_NOT_FOUND")

    assert facts is not None
    assert "NotFoundError" == facts.error


def test_an_unknown_code_is_not_made_up() -> None:
    """What nobody documents is not explained."""
    assert codes.explain("NO_SUCH_CODE_AT_ALL") is None


def test_every_code_names_an_existing_class_and_has_all_texts() -> None:
    """No code points nowhere, none is explained in one language only."""
    incomplete = [
        code
        for code in codes.known_codes()
        for language in ("en", "ru")
        if (facts := codes.explain(code, language)) is None
        or not hasattr(b24bridge.errors, facts.error)
        or not facts.meaning
        or not facts.remedy
    ]

    assert [] == incomplete


def test_a_misspelt_code_finds_its_neighbours() -> None:
    """`explain` can suggest."""
    assert "QUERY_LIMIT_EXCEEDED" in codes.nearest_codes("QUERY_LIMIT_EXCEDED")
