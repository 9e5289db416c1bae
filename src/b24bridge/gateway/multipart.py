"""Multipart bodies read as form fields: what PHP's curl sends for an array.

Facts: RFC 7578; "How a Bitrix24 REST portal behaves", section 1.3.
"""

from __future__ import annotations

import re
from email.message import Message

from b24bridge.wire.phpquery import url_encode

__all__ = ["Malformed", "as_form"]

_NAME = re.compile(rb'(?:^|[;\s])name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_FILE = re.compile(rb"(?:^|[;\s])filename\*?=", re.IGNORECASE)
_ESCAPED = re.compile(rb'\\(["\\])')
# PHP takes no more fields than this (``max_input_vars``).
MAX_FIELDS = 1000


class Malformed(Exception):
    """A multipart body that is no list of form fields; the text says what is wrong."""


def as_form(content_type: str, body: bytes) -> bytes:
    """Return the same fields as an urlencoded form.

    A form has one way to be read; multipart bodies are read differently by different programs, so
    the portal must not get one that was checked here.

    Raises:
        Malformed: The body cannot be read without doubt, or holds a file.
    """
    boundary = _boundary(content_type)
    start = b"--" + boundary
    parts = (b"\r\n" + body).split(b"\r\n" + start)
    if len(parts) < 2 or parts[0] != b"" or parts[-1] not in (b"--", b"--\r\n"):
        raise Malformed("The multipart body has no proper boundaries.")
    if len(parts) - 2 > MAX_FIELDS:
        raise Malformed(f"The multipart body has more than {MAX_FIELDS} fields.")
    return b"&".join(_field(part) for part in parts[1:-1])


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_boundary()
    if not boundary or len(boundary) > 70 or not boundary.isascii():
        raise Malformed("The multipart body names no boundary.")
    return boundary.encode("ascii")


def _field(part: bytes) -> bytes:
    head, blank, content = part.partition(b"\r\n\r\n")
    if not head.startswith(b"\r\n") or not blank:
        raise Malformed("A part of the multipart body has no headers.")
    lines = head[2:].split(b"\r\n")
    named = [line for line in lines if line.lower().startswith(b"content-disposition:")]
    if len(named) != 1 or any(line[:1] in b" \t" for line in lines):
        raise Malformed("A part of the multipart body has no proper Content-Disposition.")
    if _FILE.search(named[0]):
        raise Malformed("Files cannot be sent through the gateway; send them as base64 in a field.")
    names = _NAME.findall(named[0])
    if len(names) != 1:
        raise Malformed("A part of the multipart body has no name.")
    name = _ESCAPED.sub(rb"\1", names[0])
    return f"{url_encode(name)}={url_encode(content)}".encode("ascii")
