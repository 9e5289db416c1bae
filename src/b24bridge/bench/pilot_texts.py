"""The words of the pilot's report, from ``pilot_texts.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from b24bridge.report.model import Language

__all__ = ["texts_in"]


@cache
def texts_in(language: Language) -> Mapping[str, str]:
    """Return the words of a language by key."""
    text = (files("b24bridge.bench") / "pilot_texts.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(text)[language]
    return words
