"""Field names of ``crm.item.*`` (section 4.2, vectors ``crm_item_names.json``)."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["camel", "filter_name", "snake", "upper"]

_WORDS = re.compile(r"[A-Z]+(?:_[A-Z]+)*")
_CRM_FIELD = re.compile(r"UF_CRM_(?:([0-9]+)_)?(.+)", re.DOTALL)
_NUMBERED = re.compile(r"Crm([0-9]+)(_?)(.+)", re.DOTALL)
_PREFIX = re.compile(r"[!=%<>@+?*]*")


@lru_cache(maxsize=4096)
def camel(name: str) -> str:
    """Return the name in responses of a database name: ``STAGE_ID`` is ``stageId``.

    User fields with digits or small letters in their own part keep it as it is.
    """
    if not name.startswith("UF_"):
        return _join(name)
    match = _CRM_FIELD.fullmatch(name)
    if match is None:
        rest = name[3:]
        return f"uf{_join(rest, capital=True) if _WORDS.fullmatch(rest) else rest}"
    number, rest = match[1] or "", match[2]
    if _WORDS.fullmatch(rest):
        return f"ufCrm{number}{_join(rest, capital=True)}"
    if rest.isdigit():
        return f"ufCrm{number}_{rest}"
    return f"ufCrm_{name[len('UF_CRM_') :]}"


def _join(name: str, *, capital: bool = False) -> str:
    first, *others = name.lower().split("_")
    return "".join([first.capitalize() if capital else first, *(word.capitalize() for word in others)])


@lru_cache(maxsize=4096)
def upper(name: str) -> str:
    """Return the database name of a name in responses."""
    if name[:2].lower() != "uf":
        return snake(name)
    rest = name[2:]
    if rest.startswith("Crm_"):
        own = rest[4:]
        return f"UF_CRM_{snake(own) if own != own.upper() else own}"
    match = _NUMBERED.fullmatch(rest)
    if match:
        number, _, own = match.groups()
        return f"UF_CRM_{number}_{snake(own) if own != own.upper() else own}"
    return f"UF_{snake(rest) if rest != rest.upper() else rest}"


def snake(name: str) -> str:
    """Write camelCase as UPPER_SNAKE the way the portal does it.

    Its pattern takes letters in pairs, so ``ID`` comes out as ``I_D`` and ``>ID`` as ``>_ID``.
    """
    spaced = re.sub(r"([^_])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Za-z])([0-9])", r"\1_\2", spaced).upper()


def filter_name(key: str) -> str:
    """Return the filter key that the portal checks for a key that it does not know as it is."""
    match = _PREFIX.match(key)
    prefix = match[0] if match else ""
    return prefix + upper(key[len(prefix) :]) if key[len(prefix) :][:2].lower() == "uf" else upper(key)
