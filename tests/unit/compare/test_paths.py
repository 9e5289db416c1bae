"""Places and patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.compare.paths import Path, generalise, matches, parse_pattern, render

PARTS = st.lists(st.integers(0, 30) | st.text(min_size=1, max_size=4), max_size=5).map(tuple)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), "$"),
        (("data", "weeks", 0, "employees"), "data.weeks[0].employees"),
        ((3, "id"), "[3].id"),
        (("a b", "c.d", 'e"f'), '["a b"]["c.d"]["e\\"f"]'),
        (("Имя",), "Имя"),
        (("$",), '["$"]'),
    ],
)
def test_place_is_printed_as_one_would_write_it(path: Path, text: str) -> None:
    """Keys that need it are quoted, positions stand in brackets."""
    assert text == render(path)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("data.rows[*].id", ("data", "rows", 4, "id"), True),
        ("data.rows[4].id", ("data", "rows", 4, "id"), True),
        ("data.rows[3].id", ("data", "rows", 4, "id"), False),
        ("data.*.id", ("data", "rows", "id"), True),
        ("**.id", ("id",), True),
        ("**.id", ("a", 1, "id"), True),
        ("a.**.id", ("a", 1, "b", "id"), True),
        ("a.**", ("a",), True),
        ("data", ("data", "rows"), False),
        ("$", (), True),
        ("$", ("a",), False),
    ],
)
def test_pattern_fits_whole_place(pattern: str, path: Path, fits: bool) -> None:
    """A pattern must cover the place from root to end."""
    assert fits == matches(pattern, path)


def test_pattern_may_cover_all_below() -> None:
    """An accepted place takes everything inside with it."""
    assert matches("data.stages[*].employees", ("data", "stages", 1, "employees", 0, "name"), below=True)
    assert not matches("data.stages[*].employees", ("data", "stages", 1, "id"), below=True)


@pytest.mark.parametrize("pattern", ["", "a..b", "a[", "a[x]"])
def test_broken_pattern_is_refused(pattern: str) -> None:
    """A pattern that cannot be read is an error, not a pattern that never fits."""
    with pytest.raises(ValueError, match="attern"):
        parse_pattern(pattern)


@given(PARTS)
def test_every_place_fits_its_own_text(path: Path) -> None:
    """What is printed can be written into a rules file."""
    assert matches(render(path), path)


@given(PARTS)
def test_every_place_fits_its_generalisation(path: Path) -> None:
    """The pattern of a group covers its members."""
    assert matches(generalise(path), path)
