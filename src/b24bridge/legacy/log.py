"""CRest's log files: one a request, JSON or a dump, secrets masked by default (crest.md 11)."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from b24bridge.legacy.charset import Charset
from b24bridge.legacy.phpdump import var_export
from b24bridge.wire.phpjson import Unencodable, encode
from b24bridge.wire.phpvalues import entries, is_array, rebuilt
from b24bridge.wire.secrets import MASK, SECRET_NAMES, mask

__all__ = ["Redactor", "hook_secrets", "write"]

# Shorter secrets cannot be told from ordinary words; they are masked by the names of their keys only.
_SHORTEST_SECRET = 6
_SUSPECT = re.compile(r"""=|%3D|rest|bearer|//|["']""", re.IGNORECASE)
_LOGIN = re.compile(r"(//[^/\s:@]*:)[^/\s@]+@")


def write(
    prefix: str, type: str, data: Any, *, wall: float, is_dump: bool, charset: Charset | None
) -> int | bool:
    """Write one log file and return its bytes, or False if it could not be written.

    Args:
        prefix: ``C_REST_LOGS_DIR``; the date is joined to it without a slash.
        wall: Unix time.
        is_dump: Write ``var_export`` instead of JSON.
        charset: Charset of the constant, if it is defined.
    """
    moment = datetime.fromtimestamp(wall).astimezone()
    folder = Path(f"{prefix}{moment:%Y-%m-%d/%H}")
    stem = f"{int(wall)}_{type}_{random.randint(1, 9_999_999)}log"  # noqa: S311  # tells files apart
    suffix, content = _content(data, is_dump, charset)
    try:
        folder.mkdir(mode=0o775, parents=True, exist_ok=True)
        return (folder / (stem + suffix)).write_bytes(content)
    except (OSError, ValueError):
        return False


class Redactor:
    """Masks the secrets in what is logged.

    Secrets are found by the names of their keys, wherever the same text stands again (also in later logs),
    by the form of webhook addresses, and by the given list.

    Args:
        known: Secrets that are known from the start.
    """

    #: Secrets that are remembered from earlier logs: tokens of about as many hours.
    MEMORY = 64

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(secret for secret in known if len(secret) >= _SHORTEST_SECRET)
        self._seen: deque[str] = deque(maxlen=self.MEMORY)

    def learn(self, data: Any) -> None:
        """Remember the secrets in settings or parameters."""
        for secret in _secrets_in(data) - self._known - set(self._seen):
            self._seen.append(secret)

    def redacted(self, data: Any) -> Any:
        """Return a copy of what is logged with its secrets masked."""
        self.learn(data)
        secrets = sorted({*self._known, *self._seen}, key=len, reverse=True)
        pattern = "|".join(re.escape(secret) for secret in secrets)
        return _masked(data, re.compile(pattern) if pattern else None)


def hook_secrets(url: str) -> tuple[str, ...]:
    """Return what is secret in a webhook address: its last part, and a password before the host."""
    address = url.partition("?")[0].rstrip("/ ")
    login = address.partition("//")[2].partition("/")[0].rpartition("@")[0]
    return address.rpartition("/")[2], login.partition(":")[2]


def _content(data: Any, is_dump: bool, charset: Charset | None) -> tuple[str, bytes]:
    text = charset.encode if charset else _utf8
    if is_dump:
        return ".txt", var_export(data, text)
    try:
        return ".json", encode(charset.to_utf8(data) if charset else data).encode("ascii")
    except (Unencodable, TypeError):
        return "_backup.txt", var_export(data, text)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _secrets_in(data: Any) -> set[str]:
    secrets: set[str] = set()
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if not is_array(value):
            continue
        for key, inner in entries(value):
            if is_array(inner):
                waiting.append(inner)
            elif _is_secret(key) and isinstance(inner, str) and len(inner) >= _SHORTEST_SECRET:
                secrets.add(inner)
    return secrets


def _is_secret(key: object) -> bool:
    name = key.decode("utf-8", "replace") if isinstance(key, bytes) else key
    return isinstance(name, str) and name.lower() in SECRET_NAMES


def _masked(data: Any, secrets: re.Pattern[str] | None) -> Any:
    def text(value: Any) -> Any:
        if isinstance(value, bytes):
            value = value.decode("utf-8", "surrogateescape")
        if not isinstance(value, str):
            return value
        if secrets is not None:
            value = secrets.sub(MASK, value)
        return mask(_LOGIN.sub(rf"\1{MASK}@", value)) if _SUSPECT.search(value) else value

    def scalar(key: str | int | None, value: Any) -> Any:
        is_told = isinstance(value, (str, bytes, int)) and not isinstance(value, bool) and value != ""
        return MASK if is_told and _is_secret(key) else text(value)

    return rebuilt(data, scalar, text)
