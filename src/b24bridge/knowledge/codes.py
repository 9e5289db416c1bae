"""Error codes of the portal: class, meaning and remedy, in English and Russian.

``errors.json`` holds what we wrote for the system's codes and for each kind of cause; ``codes.json``
says which cause the vendor's pages give for every other code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Literal

__all__ = ["CodeFacts", "Language", "explain", "known_codes", "nearest_codes"]

Language = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What an error code means.

    Attributes:
        code: The code as the portal sends it.
        error: Name of the class in ``b24bridge.errors``.
        meaning: One sentence.
        remedy: One sentence on what to do.
    """

    code: str
    error: str
    meaning: str
    remedy: str


def explain(code: str, language: Language = "en") -> CodeFacts | None:
    """Return the facts of a code, or None if neither the vendor's pages nor we know it.

    Codes are compared as sent first and without regard to case then: pages and portals vary.
    """
    codes, causes, documented, folded = _data()
    name = code if code in codes or code in documented else folded.get(code.lower())
    if name is None:
        return None
    row = codes.get(name) or causes[documented[name]]
    meaning, remedy = row[language]
    return CodeFacts(code, row["class"], meaning, remedy)


def known_codes() -> list[str]:
    """Return all known codes, sorted."""
    codes, _, documented, _ = _data()
    return sorted({*codes, *documented})


def nearest_codes(code: str, count: int = 3) -> list[str]:
    """Return the known codes most like a code, the best first."""
    return get_close_matches(code.upper(), known_codes(), n=count, cutoff=0.5)


@cache
def _data() -> tuple[dict[str, Any], dict[str, Any], dict[str, str], dict[str, str]]:
    home = files(__package__)
    written = json.loads(home.joinpath("errors.json").read_text("utf-8"))
    codes = {row["code"]: row for row in written["codes"]}
    causes = {row["cause"]: row for row in written["causes"]}
    documented = {
        row["code"]: row["cause"] for row in json.loads(home.joinpath("codes.json").read_text("utf-8"))
    }
    folded = {name.lower(): name for name in [*documented, *codes]}
    return codes, causes, documented, folded
