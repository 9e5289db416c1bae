"""Numbers as people of a language write them."""

from __future__ import annotations

from b24bridge.report.model import Cell, Column, Language, Mark

__all__ = ["cell", "number"]

# A narrow no-break space groups thousands in Russian; a comma in English.
_SIGNS = {"en": (",", "."), "ru": ("\N{NARROW NO-BREAK SPACE}", ",")}


def number(value: float, *, digits: int | None = None, language: Language = "en") -> str:
    """Return a number with grouped thousands.

    Args:
        digits: Digits after the decimal sign; None prints an integer as it is and a float with two.
    """
    if digits is None:
        digits = 0 if isinstance(value, int) else 2
    thousands, decimal = _SIGNS[language]
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def cell(value: Cell, column: Column, language: Language) -> str:
    """Return the text of a table cell; a missing value is a dash."""
    if value is None:
        return "–"
    if isinstance(value, Mark):
        return value.text
    if isinstance(value, str):
        return value
    text = number(value, digits=column.digits, language=language)
    return f"{text}\N{NO-BREAK SPACE}{column.unit}" if column.unit else text
