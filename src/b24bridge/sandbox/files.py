"""The contents of files that clients sent, whatever record they belong to."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from .store import Store

__all__ = ["Files", "StoredFile", "file_pair", "php_base64"]

_TABLE = "files"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file."""

    name: str
    content: bytes


class Files:
    """The files of one portal."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.ensure(_TABLE, {"NAME": "TEXT", "CONTENT": "BLOB"})

    def keep(self, file: StoredFile) -> int:
        """Keep a file and return its id."""
        return self._store.insert(_TABLE, {"NAME": file.name, "CONTENT": file.content})

    def get(self, number: int) -> StoredFile | None:
        """Return a file, or None."""
        row = self._store.one(f"SELECT NAME, CONTENT FROM {_TABLE} WHERE ID=?", (number,))  # noqa: S608  # a constant
        return StoredFile(row[0], bytes(row[1])) if row else None


def php_base64(text: str) -> bytes:
    """Decode as PHP's ``base64_decode``: letters that are no base64 are skipped."""
    kept = re.sub(r"[^A-Za-z0-9+/]", "", text.partition("=")[0])
    return base64.b64decode(kept[: len(kept) - (len(kept) % 4 == 1)] + "=" * (-len(kept) % 4))


def file_pair(value: Any) -> StoredFile | None:
    """Return the file in ``["name", "BASE64"]`` or ``{"fileData": [...]}``, or None."""
    if isinstance(value, dict):
        value = value.get("fileData", list(value.values()))
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(item, str) for item in value[:2]):
        return None
    return StoredFile(value[0], php_base64(value[1]))
