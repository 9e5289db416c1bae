"""What a text that is written out holds: escapes and heredocs, as PHP and JavaScript read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from b24bridge.scan.tree import Node

__all__ = ["heredoc", "js_escape", "js_whole", "php_escape", "php_whole"]

_PHP: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "v": "\v",
    "e": "\x1b",
    "f": "\f",
    "\\": "\\",
    "$": "$",
    '"': '"',
}
_JS: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_GREATEST: Final = 0x10FFFF


def php_escape(written: str) -> str:
    """Return what an escape of a double-quoted text stands for (PHP's manual, "Strings").

    A byte beyond ASCII comes back as a lone surrogate; ``php_whole`` makes letters of such bytes.
    """
    text = written[1:]
    if found := re.fullmatch(r"u\{([0-9A-Fa-f]+)\}", text):
        return _letter(found[1], written)
    octal, hexadecimal = re.fullmatch(r"[0-7]{1,3}", text), re.fullmatch(r"x([0-9A-Fa-f]{1,2})", text)
    if octal is None and hexadecimal is None:
        return _PHP.get(text, written)
    byte = int(hexadecimal[1], 16) if hexadecimal is not None else int(text, 8) & 0xFF
    return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)


def php_whole(text: str) -> str:
    """Return a text of PHP with its escaped bytes read as UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def js_escape(written: str) -> str:
    """Return what an escape of JavaScript stands for; half of a surrogate pair stays so for ``js_whole``."""
    text = written[1:]
    if found := re.fullmatch(r"[ux]\{?([0-9A-Fa-f]+)\}?", text):
        return _letter(found[1], written)
    if text in ("\n", "\r\n", "\u2028", "\u2029"):
        return ""  # the text goes on in the next line
    return _JS.get(text, text)


def js_whole(text: str) -> str:
    """Return a text of JavaScript with its surrogate pairs made letters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _letter(digits: str, written: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= _GREATEST else written


def heredoc(node: Node) -> Iterable[str | Node]:
    """Yield the texts of a heredoc or nowdoc and what stands between them: escapes and expressions.

    The grammar leaves out the line breaks; the indentation of the closing name is taken off each line
    (PHP's manual, "Heredoc").
    """
    body, end = node.child("value"), node.child("end_tag")
    if body is None or end is None:
        return
    data = node.source.data
    line = data[data.rfind(b"\n", 0, end.start) + 1 : end.start].decode("utf-8", "replace")

    def told(start: int, stop: int) -> str:
        text = data[start:stop].decode("utf-8", "replace").replace(f"\n{line}", "\n")
        return re.sub(r"\A\r?\n", "", text) if start == body.start else text

    done = body.start
    for kid in body.kids:
        if kid.type in ("string_content", "nowdoc_string") or kid.text == '\\"':
            continue  # a quote needs no escape here, so that the backslash stays
        yield told(done, kid.start)
        yield kid
        done = kid.end
    yield told(done, body.end)
