"""Files to and from the sandbox's disk."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from b24bridge import AsyncClient, Client
from b24bridge.engine.policy import Policy
from b24bridge.errors import AccessError, ConfigError, DataError, OutcomeUnknown
from b24bridge.modern.files import crm_file, file_pair
from b24bridge.sandbox import Portal
from benchmarks.faults import OwnTimePortal

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def portal() -> Iterator[Portal]:
    """An empty portal."""
    with Portal() as made:
        yield made


@pytest.fixture
def b24(portal: Portal) -> Iterator[Client]:
    """A client that waits in the portal's time."""
    with Client.from_webhook(portal.webhook_url, transport=OwnTimePortal(portal)) as client:
        yield client


@pytest.fixture
def folder(b24: Client) -> int:
    """The root folder of the caller's storage."""
    return int(b24.call("disk.storage.getlist").result[0]["ROOT_OBJECT_ID"])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file with a Cyrillic name, of half a megabyte."""
    path = tmp_path / 'Отчёт "за год".bin'
    path.write_bytes(CONTENT)
    return path


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return [path.name for path in folder.iterdir()]


def test_file_comes_back_as_it_was_sent(b24: Client, folder: int, source: Path, tmp_path: Path) -> None:
    """Sent by its address piece by piece, found under its name, and read into a folder."""
    file = b24.upload(folder, source)
    target = tmp_path / "downloads"
    target.mkdir()

    size = b24.download(file.id, target)

    assert source.name == file.name
    assert len(CONTENT) == size == file.size
    assert CONTENT == (target / source.name).read_bytes()
    assert [source.name] == names(target)


@pytest.mark.anyio
async def test_async_client_moves_files_too(portal: Portal, folder: int, source: Path) -> None:
    """The same, awaited, into an open file."""
    into = io.BytesIO(b"kept ")
    into.seek(5)

    async with AsyncClient.from_webhook(portal.webhook_url, transport=portal) as b24:
        file = await b24.upload(folder, CONTENT, name="a.bin")
        await b24.download(file, into)

    assert b"kept " + CONTENT == into.getvalue()


@pytest.mark.parametrize("preset", ["cut", "html_502", "rate_limit", "lost"])
def test_download_begins_anew_when_it_broke(
    portal: Portal, b24: Client, folder: int, tmp_path: Path, preset: str
) -> None:
    """Reading a file twice does no harm."""
    file = b24.upload(folder, CONTENT, name="a.bin")
    portal.faults.add({"method": "download", "preset": preset, "nth": 1})

    b24.download(file, tmp_path / "a.bin")

    assert CONTENT == (tmp_path / "a.bin").read_bytes()


def test_upload_whose_answer_is_lost_is_not_repeated(portal: Portal, b24: Client, folder: int) -> None:
    """The file may be there: the caller decides."""
    portal.faults.add({"method": "upload", "preset": "lost"})

    with pytest.raises(OutcomeUnknown):
        b24.upload(folder, CONTENT, name="a.bin")

    rows = b24.call("disk.folder.getchildren", {"id": folder, "filter": {"TYPE": "file"}}).result
    assert ["a.bin"] == [row["NAME"] for row in rows]


def test_file_of_the_wrong_size_is_no_file(b24: Client, folder: int, tmp_path: Path) -> None:
    """A target is replaced by a whole file only, and nothing else is left in its folder."""
    file = b24.upload(folder, CONTENT, name="a.bin")
    (tmp_path / "a.bin").write_bytes(b"old")

    with pytest.raises(OutcomeUnknown, match="512000 bytes of a file of 512001 came"):
        b24.download(file, tmp_path / "a.bin", size=len(CONTENT) + 1)

    assert b"old" == (tmp_path / "a.bin").read_bytes()
    assert ["a.bin"] == names(tmp_path)


def test_full_disk_leaves_no_half_file(
    b24: Client, folder: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to do."""
    file = b24.upload(folder, CONTENT, name="a.bin")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(DataError, match=r"No space left on device\. Make room"):
        b24.download(file, tmp_path / "a.bin")

    assert [] == names(tmp_path)


def test_full_disk_under_an_open_file_is_no_fault_of_the_portal(b24: Client, folder: int) -> None:
    """It is not taken for a lost answer and not repeated."""
    file = b24.upload(folder, CONTENT, name="a.bin")

    class Full(io.BytesIO):
        def write(self, piece: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DataError, match="No space left"):
        b24.download(file, Full())


@pytest.mark.parametrize("url", ["https://elsewhere.test/x", "http://portal.test/x", "file:///etc/passwd"])
def test_address_outside_the_portal_is_refused(b24: Client, url: str) -> None:
    """The address of a file carries the rights of the caller."""
    with pytest.raises(DataError, match="is not the portal"):
        b24.download(url, io.BytesIO())


def test_forged_address_is_refused_by_the_portal(portal: Portal, b24: Client) -> None:
    """The portal checks the signature; its answer is an error, not a file."""
    into = io.BytesIO()

    with pytest.raises(AccessError, match="Link check failed"):
        b24.download(f"{portal.webhook_url}download/?token=disk%7Cx%7Cy", into)

    assert b"" == into.getvalue()


class Moving(httpx.BaseTransport):
    """Answers with a redirect, then with a file in pieces."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(f"{request.url.host}{request.extensions['target'].decode()}")
        if len(self.asked) == 1:
            return httpx.Response(302, headers={"location": self.location})
        return httpx.Response(200, content=iter([b"one ", b"two"]))


@pytest.mark.parametrize(
    ("location", "hosts", "asked"),
    [
        ("/there?x=1", (), "portal.test/there?x=1"),
        ("https://cdn.test/there", {"cdn.test"}, "cdn.test/there"),
    ],
)
def test_redirects_are_followed_inside_the_portal_and_to_named_hosts(
    location: str, hosts: Any, asked: str
) -> None:
    """One step at a time, each address checked."""
    transport = Moving(location)
    into = io.BytesIO()

    Client.from_webhook("https://portal.test/rest/1/code/", transport=transport).download(
        "https://portal.test/rest/1/code/download/?token=t", into, hosts=hosts
    )

    assert b"one two" == into.getvalue()
    assert asked == transport.asked[-1]


def test_redirect_to_another_host_is_refused() -> None:
    """Nothing is asked there."""
    transport = Moving("https://elsewhere.test/there")
    client = Client.from_webhook("https://portal.test/rest/1/code/", transport=transport, policy=Policy())

    with pytest.raises(DataError, match=r"elsewhere\.test"):
        client.download("https://portal.test/rest/1/code/download/?token=t", io.BytesIO())

    assert 1 == len(transport.asked)


def test_pairs_are_name_and_base64(source: Path) -> None:
    """Two forms, by family of methods."""
    assert ["a.txt", "YWJj"] == file_pair(b"abc", "a.txt")
    assert {"fileData": ["a.txt", "YWJj"]} == crm_file(b"abc", "a.txt")
    assert source.name == file_pair(source)[0]
    with pytest.raises(ConfigError, match="needs a name"):
        file_pair(b"abc")
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        file_pair(source.with_name("absent"))


def test_large_file_passes_in_pieces(tmp_path: Path) -> None:
    """Neither way holds the file in memory: the largest piece is 64 kB."""
    pieces: list[int] = []
    digest = hashlib.sha256()

    class Portal64(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if b"uploadfile" in request.extensions["target"]:
                return httpx.Response(
                    200, json={"result": {"field": "file", "uploadUrl": "https://portal.test/upload"}}
                )
            for piece in request.stream:  # type: ignore[union-attr]
                pieces.append(len(piece))
                digest.update(piece)
            return httpx.Response(200, json={"result": {"ID": 5, "NAME": "big.bin"}})

    path = tmp_path / "big.bin"
    path.write_bytes(b"x" * 5_000_000)

    file = Client.from_webhook("https://portal.test/rest/1/code/", transport=Portal64()).upload(7, path)

    assert 5 == file.id
    assert 65536 == max(pieces)
