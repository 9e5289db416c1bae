"""Addresses as libcurl 7.88 treats them; expected targets were measured with its binding of PHP."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import pytest
from crest_scripted import Reply

from b24bridge.engine.blocking import BlockingPort
from b24bridge.legacy.curl_url import BadUrl, follow, parse
from b24bridge.legacy.exchange import exchange

BASE = "http://h:81/rest/1/x/m.json?z=1"


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        ("http://h/rest/1/x/метод.json", "h", "/rest/1/x/%d0%bc%d0%b5%d1%82%d0%be%d0%b4.json"),
        ("http://h/rest/1/x/../y.json", "h", "/rest/1/y.json"),
        ('http://h/rest/1/x/a[0]|{<"^`.json', "h", '/rest/1/x/a[0]|{<"^`.json'),
        ("http://h/a/./b/..", "h", "/a/"),
        ("http://h/a#b?c", "h", "/a"),
        ("http://h/a?b#c", "h", "/a?b"),
        ("http://h/a?", "h", "/a?"),
        ("http://h?x=/1", "h", "/?x=/1"),
        ("http://h", "h", "/"),
        ("http:/h/a", "h", "/a"),
        ("http:///h/a", "h", "/a"),
        ("h:81/a//b", "h:81", "/a//b"),
        ("HTTP://h/A", "h", "/A"),
        ("http://u:p%40@h/r", "h", "/r"),
    ],
)
def test_an_address_is_read_as_libcurl_reads_it(url: str, host: str, target: str) -> None:
    """Dots are removed, the fragment dropped, bytes above ASCII escaped; the rest stays."""
    parsed = parse(url)

    assert (parsed.host, parsed.target) == (host, target)


@pytest.mark.parametrize(
    "url",
    [
        "http://h/a b",
        "http://h/a\nb",
        "foo://h/",
        "http:////h/",
        "http://",
        "http://h:99999/",
        "http://a|b/",
        "http://a@b@h/",
        "http://a:b@c@h/",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """White space, control characters, other protocols and broken hosts open no connection."""
    with pytest.raises(BadUrl):
        parse(url)


def test_login_is_unescaped() -> None:
    """User name and password become a Basic authorization (net-hook-userinfo)."""
    assert parse("http://u:p%40@h/r").user == (b"u", b"p@")


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("other.json?x=1", "http://h:81/rest/1/x/other.json?x=1"),
        ("/abs", "http://h:81/abs"),
        ("//g/p", "http://g/p"),
        ("https://g/p", "https://g/p"),
        ("http:/g/p", "http://g/p"),
        ("?q", "http://h:81/rest/1/x/m.json?q"),
        ("?", "http://h:81/rest/1/x/m.json"),
        ("a?", "http://h:81/rest/1/x/a"),
        ("#frag", "http://h:81/rest/1/x/"),
        ("../../x/./y.json?q=a%20b&c=д#frag", "http://h:81/rest/x/y.json?q=a%20b&c=%d0%b4"),
        ("./../y", "http://h:81/rest/1/y"),
        (".//y", "http://h:81/rest/1/x/y"),
        ("../../../../../y", "http://h:81/y"),
        ("/a b?c d", "http://h:81/a%20b?c+d"),
    ],
)
def test_a_redirect_leads_where_libcurl_goes(location: str, text: str) -> None:
    """Relative, half and strange locations are resolved as measured (net-redir-*)."""
    assert follow(parse(BASE), location).text == text


@pytest.mark.parametrize(
    ("base", "location", "text"),
    [
        ("http://h/a#f/x.json", "r", "http://h/a"),
        ("http://h/a#f/x.json", "?q", "http://h/a"),
        ("http://h/a#f/x.json", "../r", "http://h/r"),
        ("http://h/a#f/x.json", "/r", "http://h/r"),
        ("http://h/a#f?c/x.json", "r", "http://h/r"),
        ("http://h/a#f?c/x.json", "?r", "http://h/a"),
        ("http://h/a?b#f/x.json", "r", "http://h/r"),
    ],
)
def test_a_relative_redirect_is_joined_to_the_fragment_too(base: str, location: str, text: str) -> None:
    """The last slash may stand behind the hash: then nothing changes in what is sent."""
    assert follow(parse(base), location).text == text


@pytest.mark.parametrize(
    "location", ["http:x/y", "..:", "gopher://h/", "file:///etc/passwd", "http://h/#a b"]
)
def test_other_redirects_are_refused(location: str) -> None:
    """Other protocols and broken addresses end the call (net-redir-gopher)."""
    with pytest.raises(BadUrl):
        follow(parse(BASE), location)


@pytest.mark.parametrize(
    ("location", "user"),
    [
        ("/a", (b"u", b"p")),
        ("http://h:81/a", (b"u", b"p")),
        ("http://h:82/a", None),
        ("https://h:81/a", None),
    ],
)
def test_login_stays_on_the_same_server(location: str, user: tuple[bytes, bytes] | None) -> None:
    """Another port, scheme or host does not get the password."""
    assert follow(parse("http://u:p@h:81/rest/"), location).user == user


@pytest.mark.parametrize(
    ("url", "locations", "logins"),
    [
        ("http://h/r", ["http://u:p@h/x"], [None, "u:p"]),
        ("http://h/r", ["http://u:p@g/x"], [None, None]),
        ("http://u:p@h/r", ["http://x:y@g/x", "/y"], ["u:p", None, None]),
        ("http://u:p@h/r", ["http://g/x", "http://x:y@h/y"], ["u:p", None, "x:y"]),
    ],
)
def test_only_the_first_server_is_told_a_login(
    url: str, locations: list[str], logins: list[str | None]
) -> None:
    """A redirect's own user and password count on the server that was called, and on no other."""
    portal = Redirecting(locations)

    exchange(BlockingPort(portal), url, "", agent="test", is_verified=True)

    sent = [b64encode(login.encode()).decode() if login else None for login in logins]
    assert portal.logins == [login and f"Basic {login}" for login in sent]


class Redirecting:
    """Answers with one redirect after the other, and notes who is told to ask."""

    def __init__(self, locations: list[str]) -> None:
        self.logins: list[str | None] = []
        self._locations = locations

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Return the next redirect, and an empty object at the end."""
        self.logins.append(dict(headers).get("Authorization"))
        if not self._locations:
            return Reply(200, (), b"{}")
        return Reply(302, (("Location", self._locations.pop(0)),), b"")
