"""The fixed words of every report, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from b24bridge.report.model import Language

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "verdict": "Verdict",
        "figures": "The figures of this chart",
        "language": "in Russian",
        "made": "Made by",
        "numbers": "The same figures for programs:",
    },
    "ru": {
        "verdict": "Вывод",
        "figures": "Числа этой диаграммы",
        "language": "по-английски",
        "made": "Составлено командой",
        "numbers": "Те же числа для программ:",
    },
}
