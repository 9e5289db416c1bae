"""How libcurl 7.88 reads an address and resolves a redirect (crest.md 3 and 3.2).

Only what decides which bytes go to which server: white space and control characters are refused, dot
segments removed, the fragment not sent, bytes above ASCII escaped with small hex digits; everything
else stays as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

__all__ = ["BadUrl", "CurlUrl", "follow", "parse"]

_SCHEME = re.compile(r"([A-Za-z0-9+.\-]+):(.*)\Z", re.DOTALL)
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+")
_NO_HOST = re.compile(r"""[\s/:#?!@{}\[\]\\$'"^`*<>=;,+&()|%]""")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_PORTS = {"http": 80, "https": 443}


class BadUrl(ValueError):
    """An address that libcurl does not open; the text says why, without the address."""


@dataclass(frozen=True, slots=True)
class CurlUrl:
    """An address in parts.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Host, and port if there is one, as written.
        path: Path with its leading slash.
        query: What follows the question mark, or None.
        user: User name and password before the host, unescaped, or None.
        fragment: What is not sent, with its ``#``; a relative redirect is resolved against it too.
    """

    scheme: str
    host: str
    path: str
    query: str | None = None
    user: tuple[bytes, bytes] | None = None
    fragment: str = ""

    @property
    def target(self) -> str:
        """Path and query as they stand in the request line."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def text(self) -> str:
        """The address without user name and password."""
        return f"{self.scheme}://{self.host}{self.target}"

    @property
    def server(self) -> tuple[str, str, int]:
        """Scheme, host and port, to compare servers."""
        name, _, port = self.host.rpartition(":") if _has_port(self.host) else (self.host, "", "")
        return self.scheme, name.lower(), int(port) if port else _PORTS[self.scheme]


def parse(url: str) -> CurlUrl:
    """Return the parts of an address as libcurl takes it from a program.

    Raises:
        BadUrl: White space, a control character, another protocol, or no host.
    """
    if " " in url:
        raise BadUrl("The address contains a space.")
    match = _SCHEME.match(url)
    # "host:8080/path" has a port and no scheme (net-noscheme).
    if match is None or not match[2].startswith("/"):
        return _parsed("http", url)
    return _parsed(match[1], _without_slashes(match[2]))


def follow(base: CurlUrl, location: str) -> CurlUrl:
    """Return the address that a ``Location`` leads to.

    User name and password are kept for the same server only.

    Raises:
        BadUrl: As in `parse`; a space is allowed here.
    """
    if _SCHEME.match(location) and " " in location.partition("#")[2]:
        raise BadUrl("The fragment of the address contains a space.")
    location = _spaces_escaped(location)
    place, mark, query = location.partition("#")[0].partition("?")
    if mark and not query:
        # A query without anything in it is dropped here, while the program's own is kept.
        location = place or base.path
    if match := _SCHEME.match(location):
        moved = _parsed(match[1], _without_slashes(match[2]))
    elif location.startswith("//"):
        moved = _parsed(base.scheme, location[2:])
    else:
        moved = _parsed(base.scheme, base.host + _resolved(base, location))
    if moved.user is None and moved.server == base.server:
        return replace(moved, user=base.user)
    return moved


def _parsed(scheme: str, rest: str) -> CurlUrl:
    if _FORBIDDEN.search(rest):
        raise BadUrl("The address contains a control character.")
    scheme = scheme.lower()
    if scheme not in _PORTS:
        raise BadUrl(f'Protocol "{scheme}" is not supported.')
    end = next((at for at, character in enumerate(rest) if character in "/?#"), len(rest))
    authority = rest[:end]
    tail, hash_sign, fragment = rest[end:].partition("#")
    path, mark, query = tail.partition("?")
    user, host = _split_user(authority)
    if not _is_host(host):
        raise BadUrl("The address has no host, or a wrong port.")
    return CurlUrl(
        scheme,
        host,
        _without_dots(_escaped(path)) or "/",
        _escaped(query) if mark else None,
        user,
        hash_sign + fragment,
    )


def _without_slashes(rest: str) -> str:
    """Return what follows the slashes behind a scheme; libcurl forgives one too few or too many."""
    inner = rest.lstrip("/")
    if not 1 <= len(rest) - len(inner) <= 3:
        raise BadUrl("The address has a wrong number of slashes behind its scheme.")
    return inner


def _split_user(authority: str) -> tuple[tuple[bytes, bytes] | None, str]:
    login, mark, host = authority.partition("@")
    if not mark:
        return None, authority
    name, _, password = login.partition(":")
    return (unquote_to_bytes(name), unquote_to_bytes(password)), host


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]


def _is_host(host: str) -> bool:
    name, port = host, ""
    if _has_port(host):
        name, _, port = host.rpartition(":")
    if name.startswith("[") and name.endswith("]"):
        is_name = _IPV6.fullmatch(name[1:-1]) is not None
    else:
        is_name = bool(name) and _NO_HOST.search(name) is None
    return is_name and (not port or (port.isascii() and port.isdecimal() and int(port) < 65536))


def _escaped(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        chr(byte) if byte < 0x80 else f"%{byte:02x}" for byte in text.encode("utf-8", "surrogateescape")
    )


def _spaces_escaped(location: str) -> str:
    """Return a redirect's address with spaces escaped: ``%20`` in the path, ``+`` in the query."""
    path, mark, query = location.partition("?")
    return path.replace(" ", "%20") + mark + query.replace(" ", "+")


def _resolved(base: CurlUrl, location: str) -> str:
    if location.startswith("/"):
        return location
    # libcurl cuts the text of the base at its first question mark, and looks for slashes in what is left.
    place = base.path if base.query is not None else base.path + base.fragment.partition("?")[0]
    if location.startswith("?"):
        return place + location
    folder = place[: place.rindex("/")]
    location = location.removeprefix("./")
    while location.startswith("../"):
        location = location[3:]
        folder = folder.rpartition("/")[0]
    return folder + location if location.startswith(("/", "?")) and folder else f"{folder}/{location}"


def _without_dots(path: str) -> str:
    """Return the path without ``.`` and ``..`` segments (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
