"""Which files are searched, in which language, and how their bytes are read.

Rules of language, encoding and what is left out: scanner reference, section 1, "Languages".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "ARTIFACT_DIRECTORIES",
    "EXCLUDED_DIRECTORIES",
    "MAX_BYTES",
    "Found",
    "artifact_reason",
    "decode",
    "encoding_of",
    "find",
    "is_script",
    "language_of",
]

EXCLUDED_DIRECTORIES = frozenset({"vendor", "node_modules", "bower_components", ".git"})
ARTIFACT_DIRECTORIES = frozenset({"dist", "build", "coverage", ".output", ".nuxt"})
MAX_BYTES = 4 * 1024 * 1024
_MAX_LINE = 3000

_LANGUAGES = {
    ".php": "php",
    ".phtml": "php",
    ".inc": "php",
    ".js": "javascript",
    ".jsx": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".ts": "typescript",
    ".tsx": "typescript",
    ".mts": "typescript",
    ".vue": "vue",
    ".html": "html",
    ".htm": "html",
    ".twig": "html",
}

_LONG_LINE = re.compile(rb"[^\n]{%d}" % (_MAX_LINE + 1))
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Found:
    """A source file of the tree."""

    path: str
    place: Path
    language: str


def language_of(name: str) -> str | None:
    """Return the language of a file name, or None when it is not source.

    A Blade template is a page: PHP is only a part of it, and the grammar of PHP copes with that.
    """
    lowered = name.lower()
    if lowered.endswith(".d.ts"):
        return None
    return _LANGUAGES.get(lowered[lowered.rfind(".") :])


def is_script(language: str) -> bool:
    """Whether a file of the language is JavaScript as a whole."""
    return language in ("javascript", "typescript")


def find(root: Path, *, everything: bool = False) -> Iterator[Found]:
    """Yield source files under a folder, ordered by path.

    Args:
        root: A folder, or one file.
        everything: Enter ``vendor``, ``node_modules`` and the like as well.
    """
    if root.is_file():
        language = language_of(root.name)
        if language is not None:
            yield Found(root.name, root, language)
        return
    excluded = frozenset({".git"}) if everything else EXCLUDED_DIRECTORIES
    found: list[Found] = []
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if name not in excluded]
        base = Path(folder)
        inside = base.relative_to(root).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        for name in names:
            language = language_of(name)
            if language is not None:
                found.append(Found(prefix + name, base / name, language))
    found.sort(key=lambda file: file.path)
    yield from found


def artifact_reason(path: str, language: str, data: bytes) -> str | None:
    """Return why a file counts as generated, or None.

    One repository carries 25 stale bundle files; counting them would multiply its findings.
    """
    parts = path.split("/")
    if any(part in ARTIFACT_DIRECTORIES for part in parts[:-1]):
        return "build-artifact"
    if not is_script(language):
        return None
    if re.search(r"\.min\.[cm]?jsx?$", parts[-1], re.IGNORECASE) or _LONG_LINE.search(data):
        return "build-artifact"
    return None


def encoding_of(data: bytes) -> str:
    """Return ``utf-8-sig``, ``utf-8`` or ``cp1251``."""
    if data.startswith(_BOM):
        return "utf-8-sig"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def decode(data: bytes) -> bytes:
    """Return the text as UTF-8 without a byte order mark; what is not UTF-8 is windows-1251."""
    data = data.removeprefix(_BOM)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace").encode("utf-8")
    return data
