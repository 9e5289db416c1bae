"""Values of programs, compared by what they hold."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel

from b24bridge.compare import compare, plain


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one path."""

    id: int
    tags: tuple[str, ...]


class Model(BaseModel):
    """The same row of a typed path."""

    id: int
    tags: list[str]


class Stage(Enum):
    """An enumeration of the project."""

    NEW = "NEW"


Point = namedtuple("Point", "x y")  # the old kind is what is tested


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, "a", None), [1, "a", None]),
        ({"b", "a"}, ["a", "b"]),
        (OrderedDict([(1, True), (None, {"x"})]), {"1": True, "null": ["x"]}),
        ({True: 1, Stage.NEW: Stage.NEW}, {"true": 1, "NEW": "NEW"}),
        (Row(1, ("a",)), {"id": 1, "tags": ["a"]}),
        (Model(id=1, tags=["a"]), {"id": 1, "tags": ["a"]}),
        (Point(1, 2), [1, 2]),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (Row, Row),
    ],
)
def test_containers_become_maps_and_lists(value: Any, expected: Any) -> None:
    """What is no container stays as it is."""
    assert expected == plain(value)


def test_a_map_and_an_object_of_the_same_fields_do_not_differ() -> None:
    """A difference has the place of the field, not of the whole answer."""
    old = {"rows": [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}]}
    new = {"rows": (Row(1, ("a",)), Model(id=3, tags=[]))}

    assert ["rows[1].id: 2 -> 3"] == [str(found) for found in compare(plain(old), plain(new))]


def test_what_contains_itself_ends() -> None:
    """It cannot be written out."""
    circle: list[Any] = [1]
    circle.append(circle)

    assert 1 == plain(circle)[0]
