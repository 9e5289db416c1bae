"""Secrets out of recordings: replaced where they are known to stand, searched for everywhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from b24bridge.contract.exchanges import Exchange
from b24bridge.wire.call import Json
from b24bridge.wire.secrets import MASK, SECRET_NAMES, mask, redact

__all__ = ["HOST", "kinds_left", "scrub"]

# Recordings do not tell whose portal they come from.
HOST: Final = "portal.example"
_KEPT_HEADERS: Final = frozenset({"content-type"})

_NAMES = "|".join(sorted((re.escape(name) for name in SECRET_NAMES), key=len, reverse=True))
_NAMED = re.compile(
    rf"""(?<![A-Za-z0-9_])(?P<name>{_NAMES})["'\]]*\s*(?:=>|[=:])\s*["']?(?P<value>[^\s"'&,;}}\]\[{{]+)""",
    re.IGNORECASE,
)
_CODE = re.compile(r"/rest/(?:api/)?\d+/(?P<value>[^/\s?#\"'<>&]+)/", re.IGNORECASE)
# Addresses of files carry a token of their own, which signs the download ("How a portal behaves", 1.7).
_TOKEN = re.compile(r"(?P<name>(?:[?&]|%3F|%26)token(?:=|%3D))(?P<value>[^&\s\"'<>\\]+)", re.IGNORECASE)
_HARMLESS = frozenset({MASK, "null", "none", "false", "true", "0"})


def scrub(exchange: Exchange, known: Mapping[str, str]) -> Exchange:
    """Return the exchange without secrets and without the host, in addresses inside its bodies too.

    Args:
        known: Kind of secret to its value, such as the webhook code that the recording used.
    """
    secrets = tuple(known.values())
    parts = urlsplit(_masked(exchange.url, secrets))
    url = urlunsplit(("https", HOST, parts.path, parts.query, ""))
    return Exchange(
        exchange.verb,
        url,
        _headers(exchange.headers),
        _body(exchange.body, parts.netloc, secrets),
        exchange.status,
        _headers(exchange.answer_headers),
        _body(exchange.answer, parts.netloc, secrets),
    )


def kinds_left(text: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the kinds of secrets that a text still shows, in clear or encoded, sorted; never the secrets."""
    found: set[str] = set()
    for variant in _variants(text):
        found.update(kind for kind, value in known.items() if len(value) > 3 and value in variant)
        if any(code["value"] != MASK for code in _CODE.finditer(variant)):
            found.add("webhook code")
        if any(token["value"] != MASK for token in _TOKEN.finditer(variant)):
            found.add("token")
        found.update(
            pair["name"].lower()
            for pair in _NAMED.finditer(variant)
            if pair["value"].lower() not in _HARMLESS and not pair["value"].startswith(MASK)
        )
    return tuple(sorted(found))


def _headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in headers if name.lower() in _KEPT_HEADERS)


def _body(body: bytes, host: str, secrets: tuple[str, ...]) -> bytes:
    # An error page in another encoding keeps its meaning with a few replaced letters.
    text = (
        body.decode("utf-8", "replace")
        .replace(f"//{host}", f"//{HOST}")
        .replace(f"/\\/{host}", f"/\\/{HOST}")
    )
    try:
        value: Json = json.loads(text)
    except ValueError:
        return _masked(text, secrets).encode()
    clean = _without_tokens(redact(value, secrets))
    if clean == value:
        return text.encode()
    return json.dumps(clean, ensure_ascii=False, separators=(",", ":")).encode()


def _masked(text: str, secrets: tuple[str, ...]) -> str:
    return _TOKEN.sub(rf"\g<name>{MASK}", mask(text, secrets))


def _without_tokens(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_tokens(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_tokens(item) for item in value]
    return _TOKEN.sub(rf"\g<name>{MASK}", value) if isinstance(value, str) else value


def _variants(text: str) -> Iterator[str]:
    """Yield a text and what it becomes when URLs and JSON inside it are decoded, twice over."""
    seen = {text}
    level = [text]
    for _ in range(3):
        yield from level
        decoded = dict.fromkeys(way(one) for one in level for way in (unquote_plus, _unescaped))
        level = [one for one in decoded if one not in seen]
        seen.update(level)


def _unescaped(text: str) -> str:
    text = text.replace("\\/", "/").replace('\\"', '"')
    return re.sub(r"\\u00([0-7][0-9a-fA-F])", lambda found: chr(int(found[1], 16)), text)
