"""Field names in their three spellings: ``STAGE_ID``, ``stageId`` and ``stage_id``.

The portal prints one field as ``STAGE_ID`` in the classic families and as ``stageId`` in
``crm.item.*``; Python code says ``stage_id``. The rules for user fields are measured
(tests/vectors/portal/crm_item_names.json): words without digits are joined in camel case, a smart
process's number moves up to the prefix, and everything else stays as it is behind ``ufCrm_``.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["to_camel", "to_snake", "to_upper"]

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")
_NUMBERED = re.compile(r"UF_CRM_(\d+)_(\d+)")
_WORDED = re.compile(r"UF_(CRM_(?:\d+_)?)?([A-Z]+(?:_[A-Z]+)*)")
# The portal's own prefixes of a filter key; they stay in front of the converted name.
_PREFIX = re.compile(r"[!<>=@%?*+]*")


@lru_cache(maxsize=4096)
def to_upper(name: str) -> str:
    """Return the database spelling (``STAGE_ID``) of a name in any spelling."""
    if not any(map(str.islower, name)):
        return name
    if not any(map(str.isupper, name)) and "_" in name:
        return name.upper()
    if not name.startswith("uf") or name[2:3].islower() or len(name) == 2:
        return _WORDS.sub("_", name).upper()
    rest = name[2:]
    if rest.startswith("Crm_"):
        return "UF_CRM_" + _split_words(rest[4:])
    return "UF_" + _split_words(rest).removeprefix("_")


@lru_cache(maxsize=4096)
def to_camel(name: str) -> str:
    """Return the spelling of ``crm.item.*`` (``stageId``) of a name in any spelling."""
    if name.startswith("UF_"):
        return _user_field_to_camel(name)
    if any(map(str.isupper, name)) and any(map(str.islower, name)):
        return name
    if name.startswith("uf_"):
        return _user_field_to_camel(name.upper())
    return _join_words(name)


@lru_cache(maxsize=4096)
def to_snake(name: str) -> str:
    """Return the attribute spelling (``stage_id``) of a name in any spelling."""
    return to_upper(name).lower()


def split_prefix(key: str) -> tuple[str, str]:
    """Return the operator prefix of a filter key and the name behind it."""
    end = _PREFIX.match(key).end()  # type: ignore[union-attr]  # the pattern matches the empty text
    return key[:end], key[end:]


def _user_field_to_camel(name: str) -> str:
    if numbered := _NUMBERED.fullmatch(name):
        return f"ufCrm{numbered[1]}_{numbered[2]}"
    if worded := _WORDED.fullmatch(name):
        number = (worded[1] or "").removeprefix("CRM_").rstrip("_")
        return ("ufCrm" if worded[1] else "uf") + number + _capitalised(worded[2])
    if name.startswith("UF_CRM_"):
        return "ufCrm_" + name.removeprefix("UF_CRM_")
    return "uf" + name.removeprefix("UF_")


def _join_words(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _capitalised(words: str) -> str:
    return "".join(word[:1] + word[1:].lower() for word in words.split("_"))


def _split_words(name: str) -> str:
    if not any(map(str.islower, name)):
        return name
    return _WORDS.sub("_", name).upper()
