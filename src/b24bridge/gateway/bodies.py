"""A caller's body: its parameters, the key in it, and the bytes that go on to the portal.

Facts: "How a Bitrix24 REST portal behaves", sections 1.3 to 1.7.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from b24bridge.gateway.multipart import Malformed, as_form
from b24bridge.wire.phpquery import parse_str

__all__ = ["FORM", "JSON", "Body", "Refusal", "read_body", "without_credentials"]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# Names under which a portal finds credentials; a caller must not bring any of its own to it.
_CREDENTIALS = frozenset({"auth", "access_token", "aplogin", "ap", "sessid", "auth_connector"})
# Far more than a full batch needs, and read in a quarter of a second: a body of nothing but separators
# would keep the gateway from all its callers for a minute, before anybody has shown a key.
MAX_FIELDS = 50_000
# Types that old and new portals read alike; all others are told as what they were read as here.
_CLEAR = re.compile(
    rf"({JSON}|{re.escape(FORM)}|text/plain)\s*(;\s*charset=\"?[a-z0-9_-]+\"?\s*)?\Z", re.IGNORECASE
)


class Refusal(Exception):
    """A request that the gateway does not pass on.

    Attributes:
        status: HTTP status.
        code: Code in the portal's manner.
        text: Sentence in the portal's manner.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Body:
    """A body without credentials.

    Attributes:
        content: Bytes for the portal.
        kind: How they are read; empty without a body.
        content_type: What the portal is told of them.
        key: The caller's key, if it was in the body.
        tree: Parameters as PHP arrays.
    """

    content: bytes = b""
    kind: Literal["", "form", "json"] = ""
    content_type: str = ""
    key: str = field(default="", repr=False)
    tree: Any = field(default_factory=dict, repr=False)


def read_body(verb: str, content_type: str, body: bytes) -> Body:
    """Return what a body says, as a portal would read it.

    Raises:
        Refusal: The body is of a kind that cannot be checked.
    """
    if verb != "POST" or not body:
        return Body()
    media = content_type.partition(";")[0].strip().lower()
    if media == JSON or "+json" in media:
        return _json(body, content_type if _is_clear(content_type) else JSON)
    if media.startswith("multipart/"):
        try:
            body, content_type = as_form(content_type, body), FORM
        except Malformed as problem:
            raise Refusal(415, "INVALID_REQUEST", str(problem)) from problem
    if body.count(b"&") >= MAX_FIELDS:
        raise Refusal(413, "INVALID_REQUEST", f"The form has more than {MAX_FIELDS} fields; send JSON.")
    if b"\0" in body:
        # parse_str ends there and PHP's reader of forms does not: what was checked would not be what runs.
        raise Refusal(400, "INVALID_REQUEST", "A form contains a NUL byte; send it as %00.")
    kept, key = without_credentials(body.decode("utf-8", "surrogateescape"))
    content = kept.encode("utf-8", "surrogateescape")
    told = content_type if _is_clear(content_type) else FORM
    return Body(content, "form", told, key, parse_str(content))


def without_credentials(form: str) -> tuple[str, str]:
    """Return a form text without the fields that hold credentials, and the key found in one."""
    kept: list[str] = []
    key = ""
    for text in form.split("&"):
        found = parse_str(text)
        if _CREDENTIALS.isdisjoint(found):
            kept.append(text)
        elif isinstance(value := found.get("auth", found.get("access_token")), str):
            key = value
    return "&".join(kept), key


def _is_clear(content_type: str) -> bool:
    return _CLEAR.match(content_type.strip()) is not None


def _json(body: bytes, content_type: str) -> Body:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return Body()  # the portal ignores such a body silently
    if isinstance(value, list):
        return Body(body, "json", content_type, "", value)
    if not isinstance(value, dict):
        return Body()
    if _CREDENTIALS.isdisjoint(value):
        return Body(body, "json", content_type, "", value)
    key = value.get("auth", value.get("access_token"))
    kept = {name: item for name, item in value.items() if name not in _CREDENTIALS}
    # A lone surrogate becomes bytes that PHP refuses like the escape it came from.
    content = json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Body(content, "json", content_type, key if isinstance(key, str) else "", kept)
