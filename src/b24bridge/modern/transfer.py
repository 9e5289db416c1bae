"""Whole files to and from the portal: piece by piece, checked, never half a file at the end.

Facts: vendor pages "Upload File to Folder" and "Get File Parameters": an upload without content is answered
with an address that takes a form with one file; a file has a ``DOWNLOAD_URL``. Both addresses carry the
rights of the caller, so they are secrets, and go to no other host.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from b24bridge.engine.blocking import run
from b24bridge.engine.events import AnswerReceived, RequestSent, emit
from b24bridge.engine.policy import RetryBudget
from b24bridge.errors import BadAnswer, ConfigError, DataError, OutcomeUnknown
from b24bridge.knowledge.codes import explain
from b24bridge.wire.call import Api, Call
from b24bridge.wire.classify import of_envelope
from b24bridge.wire.request import WireRequest, WireResponse
from b24bridge.wire.response import Envelope, decode

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor
    from b24bridge.modern.models.office import DiskFile

__all__ = ["AsyncTransfers", "BlockingTransfers"]

T = TypeVar("T")

PIECE = 65536
REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class _Sink:
    """Where the pieces of a download go; begins anew with each attempt."""

    file: BinaryIO
    start: int
    size: int = 0

    def take(self, piece: bytes) -> None:
        """Write one piece.

        Raises:
            DataError: It cannot be written.
        """
        try:
            self.file.write(piece)
        except OSError as exc:
            raise _unwritable(exc) from exc
        self.size += len(piece)

    def again(self) -> None:
        """Forget what came so far."""
        if self.size:
            self.file.seek(self.start)
            self.file.truncate()
            self.size = 0


async def _download(
    executor: Executor,
    file: DiskFile | int | str,
    target: str | Path | BinaryIO,
    size: int | None,
    hosts: Collection[str],
) -> int:
    url, known, name = await _address(executor, file)
    wanted = size if size is not None else known
    if not isinstance(target, str | Path):
        start = target.tell() if target.seekable() else 0
        return await _into(executor, url, _Sink(target, start), wanted, hosts)
    path = Path(target)
    if path.is_dir():
        path = path / (Path(name.replace("\\", "/")).name or "download")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as opened:
            count = await _into(executor, url, _Sink(opened, 0), wanted, hosts)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(path)
    except OSError as exc:
        raise _unwritable(exc) from exc
    finally:
        with suppress(OSError):
            part.unlink()
    return count


async def _address(executor: Executor, file: DiskFile | int | str) -> tuple[str, int | None, str]:
    """Return address, size and name of a file, asking the portal if only its id is known."""
    if isinstance(file, str):
        return file, None, ""
    if isinstance(file, int):
        from b24bridge.modern.models.office import DiskFile  # models load with the first file

        file = DiskFile.from_wire((await executor.execute(Call("disk.file.get", {"id": file}))).result)
    if not file.download_url:
        raise DataError("The file has no address to download from.", method="disk.file.get")
    return file.download_url, file.size, str(file.name or "")


async def _into(executor: Executor, url: str, sink: _Sink, wanted: int | None, hosts: Collection[str]) -> int:
    async def once() -> int:
        sink.again()
        address = url
        for _ in range(REDIRECTS):
            address = _inside(executor, address, hosts)
            headers = (("Accept-Encoding", "identity"), ("User-Agent", "b24bridge"))
            response = await _send(executor, "download", WireRequest("GET", address, headers, take=sink.take))
            if response.status not in _MOVED:
                break
            address = urljoin(address, response.header("location") or "")
        if response.status != 200:
            raise _refused(response, "download")
        _measure(sink.size, response, wanted)
        return sink.size

    return await _repeated(executor, once, is_safe=True)


def _measure(came: int, response: WireResponse, wanted: int | None) -> None:
    """Make sure that a download is whole.

    Raises:
        OutcomeUnknown: Fewer or more bytes came than the answer announced, or than the file has.
    """
    announced = response.header("content-length")
    for size in (int(announced) if announced and announced.isdecimal() else None, wanted):
        if size is not None and size != came:
            raise OutcomeUnknown(
                f"{came} bytes of a file of {size} came.", may_have_been_done=False, retryable=True
            )


async def _upload(
    executor: Executor, folder_id: int, source: str | Path | bytes, name: str, unique: bool
) -> DiskFile:
    from b24bridge.modern.models.office import DiskFile  # models load with the first file

    body = _Form(source, name)
    params = {"id": folder_id, "data": {"NAME": body.name}, "generateUniqueName": unique}
    place = (await executor.execute(Call("disk.folder.uploadfile", params), safe=True)).result
    if not isinstance(place, dict) or not isinstance(place.get("uploadUrl"), str):
        raise DataError("The portal named no address to upload to.", method="disk.folder.uploadfile")
    url = _inside(executor, place["uploadUrl"], ())
    request = WireRequest(
        "POST", url, body.headers, source=lambda: body.pieces(str(place.get("field") or "file"))
    )

    async def once() -> DiskFile:
        response = await _send(executor, "upload", request)
        envelope = decode(response, method="upload", api=Api.V2)
        if envelope.is_error:
            raise _error(envelope)
        return DiskFile.from_wire(envelope.result)

    return await _repeated(executor, once, is_safe=False)


class _Form:
    """A form with one file, piece by piece."""

    def __init__(self, source: str | Path | bytes, name: str) -> None:
        self._source = source
        self.name = name or (Path(source).name if isinstance(source, str | Path) else "")
        if not self.name:
            raise ConfigError("A content without a path needs a name.", remedy="Give name='a.pdf'.")
        try:
            self._size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
        except OSError as exc:
            raise ConfigError(f"The file {self.name} cannot be read: {exc.strerror}.") from exc
        self._mark = secrets.token_hex(16)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Kind and length of the body."""
        length = len(self._head("file")) + self._size + len(self._tail())
        return (
            ("Content-Type", f"multipart/form-data; boundary={self._mark}"),
            ("Content-Length", str(length)),
            ("User-Agent", "b24bridge"),
        )

    def pieces(self, field: str) -> Iterator[bytes]:
        """Yield the body.

        Raises:
            ConfigError: The file cannot be read, or changed meanwhile.
        """
        yield self._head(field)
        sent = 0
        for piece in self._content():
            sent += len(piece)
            yield piece
        if sent != self._size:
            raise ConfigError(f"The file {self.name} changed while it was sent.", remedy="Send it again.")
        yield self._tail()

    def _content(self) -> Iterator[bytes]:
        if isinstance(self._source, bytes):
            yield self._source
            return
        with Path(self._source).open("rb") as opened:
            while piece := opened.read(PIECE):
                yield piece

    def _head(self, field: str) -> bytes:
        name = self.name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
        return (
            f'--{self._mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()

    def _tail(self) -> bytes:
        return f"\r\n--{self._mark}--\r\n".encode()


async def _send(executor: Executor, method: str, request: WireRequest) -> WireResponse:
    await executor.admission.admit(method)
    emit(executor.hooks, RequestSent(method, 1, 0))
    began = executor.port.now()
    response = await executor.port.send(request)
    elapsed_s = executor.port.now() - began
    emit(
        executor.hooks,
        AnswerReceived(method, 1, response.status, elapsed_s, len(response.body), None, None),
    )
    return response


async def _repeated(executor: Executor, once: Callable[[], Awaitable[T]], *, is_safe: bool) -> T:
    from tenacity import AsyncRetrying, retry_if_exception  # loaded when files are moved

    from b24bridge.engine.retry import Repetition

    port = executor.port
    plan = Repetition(
        executor.policy, RetryBudget(), is_safe=is_safe, now=port.now, wall=port.wall, deadline=None
    )
    retrying = AsyncRetrying(
        sleep=port.sleep, retry=retry_if_exception(plan.wants), wait=plan.delay, stop=plan.stop, reraise=True
    )
    return await retrying(once)


def _inside(executor: Executor, url: str, hosts: Collection[str]) -> str:
    """Return the address in full, if it is one of the portal.

    Raises:
        DataError: It leads elsewhere; the address carries the caller's rights.
    """
    rest = urlsplit(executor.credentials.access().rest)
    full = urljoin(f"{rest.scheme}://{rest.netloc}/", url)
    parts = urlsplit(full)
    if (parts.scheme, parts.netloc) == (rest.scheme, rest.netloc):
        return quote(full, safe="%/:=&?~#+!$,;'@()*[]|")
    if parts.scheme == "https" and parts.hostname in hosts:
        return full
    raise DataError(
        f"The address of a file leads to {parts.scheme}://{parts.hostname}, which is not the portal.",
        remedy=f"If that host may serve files, say hosts={{{parts.hostname!r}}}.",
    )


def _refused(response: WireResponse, method: str) -> Exception:
    try:
        envelope = decode(response, method=method, api=Api.V2)
    except BadAnswer as error:
        return error
    if envelope.is_error:
        return _error(envelope, method)
    return BadAnswer(f"The portal answered a {method} with status {response.status}.", status=response.status)


def _error(envelope: Envelope, method: str = "upload") -> Exception:
    return of_envelope(envelope, method=method, explain=explain)


def _unwritable(exc: OSError) -> DataError:
    return DataError(
        f"The file cannot be written: {exc.strerror or type(exc).__name__}.",
        remedy="Make room or choose another place; nothing was left behind.",
    )


class BlockingTransfers:
    """``download`` and ``upload`` of the blocking client."""

    _executor: Executor

    def download(
        self,
        file: DiskFile | int | str,
        target: str | Path | BinaryIO,
        *,
        size: int | None = None,
        hosts: Collection[str] = (),
    ) -> int:
        """Write a file of the portal to a path or an open file and return its size.

        A path is replaced when all has come; whatever fails leaves it as it was.

        Args:
            file: A file of the disk, its id, or an address that a method gave.
            target: Path, folder, or a file open for writing bytes.
            size: Bytes that must come; known for files of the disk.
            hosts: Hosts besides the portal that may serve the file.

        Raises:
            DataError: The address leads elsewhere, or the file cannot be written.
            ApiError, TransportError: The portal refused, or the file did not come whole.
        """
        return run(_download(self._executor, file, target, size, hosts))

    def upload(
        self, folder_id: int, source: str | Path | bytes, *, name: str = "", unique: bool = False
    ) -> DiskFile:
        """Send a file to a folder of the disk, piece by piece, and return it.

        Args:
            folder_id: Folder; a storage has one as ``root_object_id``.
            source: Path, or the content itself.
            name: Name on the portal; default: that of the path.
            unique: Whether a number is added to a name that is taken.

        Raises:
            ConfigError: The file cannot be read.
            ApiError, TransportError: The portal refused, or nobody knows: look before you repeat it.
        """
        return run(_upload(self._executor, folder_id, source, name, unique))


class AsyncTransfers:
    """``download`` and ``upload`` of the async client."""

    _executor: Executor

    async def download(
        self,
        file: DiskFile | int | str,
        target: str | Path | BinaryIO,
        *,
        size: int | None = None,
        hosts: Collection[str] = (),
    ) -> int:
        """Write a file of the portal to a path or an open file; see ``Client.download``."""
        return await _download(self._executor, file, target, size, hosts)

    async def upload(
        self, folder_id: int, source: str | Path | bytes, *, name: str = "", unique: bool = False
    ) -> DiskFile:
        """Send a file to a folder of the disk; see ``Client.upload``."""
        return await _upload(self._executor, folder_id, source, name, unique)
