"""Cutting of Vue components, pages and templates into their scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from b24bridge.scan.tree import Node, Text, parse

__all__ = ["Script", "blank_php", "scripts"]

# HTML standard, script element: any other type is a data block.
_JAVASCRIPT = frozenset(
    {
        "",
        "module",
        "text/javascript",
        "application/javascript",
        "text/ecmascript",
        "application/ecmascript",
        "text/babel",
        "text/jsx",
        "text/typescript",
        "application/x-javascript",
        "text/x-javascript",
    }
)
_TEMPLATE = re.compile(
    rb"\{\{--.*?--\}\}|\{\{.*?\}\}|\{!!.*?!!\}|\{%.*?%\}|\{#.*?#\}|<\?(?:php|=)?.*?\?>", re.DOTALL
)
_DIRECTIVE = re.compile(
    rb"(?m)^[ \t]*@(?:if|elseif|else|endif|foreach|endforeach|for|endfor|isset|endisset|auth|endauth"
    rb"|section|endsection|php|endphp|push|endpush|extends|include|csrf|unless|endunless|verbatim|endverbatim|yield)\b[^\n]*"
)
_QUOTE = re.compile(rb"&quot;|&#0*39;|&apos;|&#0*34;")
_ECHO = re.compile(rb"^<\?(?:=|php\s+(?:echo|print)\b|\s*echo\b)")


@dataclass(frozen=True, slots=True)
class Script:
    """One script of a page, padded so that its positions are those of the page."""

    language: str
    source: Text


def blank_php(data: bytes, spans: list[tuple[int, int]]) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """Return a page without its PHP, of the same length, and the places where PHP writes something.

    An echo becomes a name of the same length, so that the script around it still parses; the rest
    becomes blank.
    """
    page = bytearray(data)
    holes: list[tuple[int, int]] = []
    for start, end in spans:
        part = data[start:end]
        if _writes(part):
            holes.append((start, end))
            page[start:end] = _name(part)
        else:
            page[start:end] = re.sub(rb"[^\n]", b" ", part)
    return bytes(page), tuple(holes)


def _writes(part: bytes) -> bool:
    return bool(_ECHO.match(part)) or (part.startswith((b"{{", b"{!!")) and not part.startswith(b"{{--"))


def _name(part: bytes) -> bytes:
    """Return a name as long as the first line of a part, and blanks for the rest."""
    first, *others = part.split(b"\n")
    if not others:
        return b"p" * len(first)
    return b"\n".join([b"p" * len(first), *(b" " * len(line) for line in others)])


def scripts(data: bytes, *, is_vue: bool = False, is_template: bool = False) -> Iterator[Script]:
    """Yield the scripts of a page.

    Args:
        data: The page, in UTF-8.
        is_vue: Whether it is a single-file component: only scripts at the top level count.
        is_template: Whether Twig, Blade or PHP may write into it.
    """
    holes: tuple[tuple[int, int], ...] = ()
    if is_template:
        spans = [match.span() for match in _TEMPLATE.finditer(data)]
        spans += [match.span() for match in _DIRECTIVE.finditer(data)]
        data, holes = blank_php(data, sorted(spans))
    root, _ = parse("html", Text(data))
    for node in root.walk():
        if not is_vue and node.type == "attribute":
            yield from _handler(node, data, holes)
        if node.type != "script_element" or (is_vue and node.parent is not root):
            continue
        body = next((kid for kid in node.kids if kid.type == "raw_text"), None)
        attributes = _attributes(node)
        if body is None or attributes.get("type", "").lower() not in _JAVASCRIPT:
            continue
        padding = re.sub(rb"[^\n]", b" ", data[: body.start])
        yield Script(_language(attributes), Text(padding + data[body.start : body.end], holes))


def _quotes() -> Callable[[re.Match[bytes]], bytes]:
    """Return what writes quotes in the place of their entities, with the blanks outside of the text."""
    count = 0

    def quote(found: re.Match[bytes]) -> bytes:
        nonlocal count
        count += 1
        width = len(found.group())
        return b"'".rjust(width) if count % 2 else b"'".ljust(width)

    return quote


def _handler(attribute: Node, data: bytes, holes: tuple[tuple[int, int], ...]) -> Iterator[Script]:
    """Yield what an event attribute such as ``onclick`` runs, if the portal is in it."""
    name, value = attribute.kids[0], attribute.kids[-1]
    if len(attribute.kids) < 2 or not re.match(r"on[a-z]+$", name.text, re.IGNORECASE):
        return
    start, end = value.start, value.end
    if data[start : start + 1] in (b'"', b"'"):
        start, end = start + 1, end - 1
    code = data[start:end]
    if b"BX24" in code or b"BX.rest" in code or b"/rest/" in code:
        code = _QUOTE.sub(_quotes(), code)
        yield Script("javascript", Text(re.sub(rb"[^\n]", b" ", data[:start]) + code, holes))


def _attributes(script: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    tag = next((kid for kid in script.kids if kid.type == "start_tag"), None)
    for attribute in tag.kids if tag is not None else []:
        if attribute.type != "attribute" or not attribute.kids:
            continue
        value = attribute.kids[-1].text.strip("'\"") if len(attribute.kids) > 1 else ""
        found[attribute.kids[0].text.lower()] = value.strip()
    return found


def _language(attributes: dict[str, str]) -> str:
    lang = attributes.get("lang", "").lower()
    if lang in ("ts", "typescript") or attributes.get("type") == "text/typescript":
        return "typescript"
    return "tsx" if lang == "tsx" else "javascript"
