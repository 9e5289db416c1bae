"""Batches: typed results, an outcome for each command, any number of commands."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Unpack, overload

from b24bridge.engine.blocking import run
from b24bridge.errors import ConfigError
from b24bridge.modern.manybyname import AsyncMany, BlockingMany
from b24bridge.modern.outcomes import BatchOptions, Outcome, outcomes_of
from b24bridge.modern.references import AsyncBatch, BlockingBatch
from b24bridge.wire.call import Api, Call, Params

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["AsyncBatches", "BlockingBatches", "ref"]

T = TypeVar("T")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
T6 = TypeVar("T6")
T7 = TypeVar("T7")
T8 = TypeVar("T8")
K = TypeVar("K", bound=Hashable)
# A command by name, as CRest's callBatch and BX24.callBatch take it.
Named: TypeAlias = "tuple[str, Params] | Mapping[str, Any]"
CHUNK = 50


def ref(name: str, *path: str | int) -> str:
    """Return a reference to the result of another command of the batch, to be used as a parameter.

    ``ref("me", "UF_DEPARTMENT", 0)`` is the first department of the command named ``me``. Commands of REST
    3.0 take it too, and besides ``{"$refArray": "rows.id"}`` for the ids of all rows.
    """
    return f"$result[{name}]" + "".join(f"[{part}]" for part in path)


async def _batch(executor: Executor, calls: tuple[Any, ...], options: BatchOptions) -> Any:
    if len(calls) == 1 and isinstance(calls[0], Mapping):
        commands = {key: _as_call(call) for key, call in calls[0].items()}
        return await outcomes_of(executor, commands, **options)
    numbered = {f"c{at}": _as_call(call) for at, call in enumerate(calls)}
    return tuple((await outcomes_of(executor, numbered, **options)).values())


def _as_call(given: object) -> Call[Any]:
    if isinstance(given, Call):
        return given
    if isinstance(given, tuple | list) and given and isinstance(given[0], str):
        return Call(given[0], given[1] if len(given) > 1 else {})
    if isinstance(given, Mapping) and isinstance(given.get("method"), str):
        return Call(given["method"], given.get("params") or {}, api=Api(given.get("api", Api.V2)))
    raise ConfigError(
        f"batch() takes calls, but got {type(given).__name__}.",
        remedy='Write calls.users.get(1) or calls.call("user.get", {"ID": 1}).',
    )


class BlockingBatches(BlockingMany):
    """``batch`` of the blocking client."""

    def batching(self, **options: Unpack[BatchOptions]) -> BlockingBatch:
        """Return a batch to be built step by step, run at the end of its ``with`` block.

        Example:
            >>> with b24.batching() as batch:  # doctest: +SKIP
            ...     me = batch.add(calls.users.current())
            ...     home = batch.add(calls.call("department.get"), ID=me["UF_DEPARTMENT"][0])
            >>> me.value.id, home.value  # doctest: +SKIP
        """
        return BlockingBatch(self._executor, options)

    @overload
    def batch(self, c1: Call[T1], /, **options: Unpack[BatchOptions]) -> tuple[Outcome[T1]]: ...
    @overload
    def batch(
        self, c1: Call[T1], c2: Call[T2], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2]]: ...
    @overload
    def batch(
        self, c1: Call[T1], c2: Call[T2], c3: Call[T3], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3]]: ...
    @overload
    def batch(
        self, c1: Call[T1], c2: Call[T2], c3: Call[T3], c4: Call[T4], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4]]: ...
    @overload
    def batch(
        self, c1: Call[T1], c2: Call[T2], c3: Call[T3], c4: Call[T4], c5: Call[T5], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5]]: ...
    @overload
    def batch(
        self,
        c1: Call[T1],
        c2: Call[T2],
        c3: Call[T3],
        c4: Call[T4],
        c5: Call[T5],
        c6: Call[T6],
        /,
        **options: Unpack[BatchOptions],
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5], Outcome[T6]]: ...
    @overload
    def batch(
        self,
        c1: Call[T1],
        c2: Call[T2],
        c3: Call[T3],
        c4: Call[T4],
        c5: Call[T5],
        c6: Call[T6],
        c7: Call[T7],
        /,
        **options: Unpack[BatchOptions],
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5], Outcome[T6], Outcome[T7]]: ...
    @overload
    def batch(
        self,
        c1: Call[T1],
        c2: Call[T2],
        c3: Call[T3],
        c4: Call[T4],
        c5: Call[T5],
        c6: Call[T6],
        c7: Call[T7],
        c8: Call[T8],
        /,
        **options: Unpack[BatchOptions],
    ) -> tuple[
        Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5], Outcome[T6], Outcome[T7], Outcome[T8]
    ]: ...
    @overload
    def batch(
        self, calls: Mapping[K, Call[T]], /, **options: Unpack[BatchOptions]
    ) -> dict[K, Outcome[T]]: ...
    @overload
    def batch(
        self, calls: Mapping[K, Named], /, **options: Unpack[BatchOptions]
    ) -> dict[K, Outcome[Any]]: ...
    @overload
    def batch(self, *calls: Call[T], **options: Unpack[BatchOptions]) -> tuple[Outcome[T], ...]: ...
    def batch(self, *calls: Any, **options: Unpack[BatchOptions]) -> Any:
        """Run any number of calls, 50 to a request, and return what became of each.

        Args:
            calls: Calls of ``calls``, one after another, or a mapping of names to calls, which may
                also be written ``("user.get", {"ID": 1})``. A list call gives its first page. A
                parameter may name the result of an earlier call of the mapping with :func:`ref`.
            options: See :class:`~b24bridge.modern.outcomes.BatchOptions`.

        Raises:
            AuthError, TransportError: The batch as a whole failed before anything was run.
        """
        return run(_batch(self._executor, calls, options))

    def each(self, calls: Iterable[Call[T]], *, together: bool = False) -> Iterator[Outcome[T]]:
        """Run calls of a stream, 50 to a request, and give the outcome of each in order.

        The stream is read as it goes, so it may be endless; thousands of updates hold 50 at a time.
        """
        stream = iter(calls)
        while chunk := tuple(islice(stream, CHUNK)):
            yield from run(_batch(self._executor, chunk, {"together": together}))


class AsyncBatches(AsyncMany):
    """``batch`` of the async client."""

    def batching(self, **options: Unpack[BatchOptions]) -> AsyncBatch:
        """Return a batch to be built step by step; see ``Client.batching``."""
        return AsyncBatch(self._executor, options)

    @overload
    async def batch(self, c1: Call[T1], /, **options: Unpack[BatchOptions]) -> tuple[Outcome[T1]]: ...
    @overload
    async def batch(
        self, c1: Call[T1], c2: Call[T2], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2]]: ...
    @overload
    async def batch(
        self, c1: Call[T1], c2: Call[T2], c3: Call[T3], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3]]: ...
    @overload
    async def batch(
        self, c1: Call[T1], c2: Call[T2], c3: Call[T3], c4: Call[T4], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4]]: ...
    @overload
    async def batch(
        self, c1: Call[T1], c2: Call[T2], c3: Call[T3], c4: Call[T4], c5: Call[T5], /, *, halt: bool = False
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5]]: ...
    @overload
    async def batch(
        self,
        c1: Call[T1],
        c2: Call[T2],
        c3: Call[T3],
        c4: Call[T4],
        c5: Call[T5],
        c6: Call[T6],
        /,
        **options: Unpack[BatchOptions],
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5], Outcome[T6]]: ...
    @overload
    async def batch(
        self,
        c1: Call[T1],
        c2: Call[T2],
        c3: Call[T3],
        c4: Call[T4],
        c5: Call[T5],
        c6: Call[T6],
        c7: Call[T7],
        /,
        **options: Unpack[BatchOptions],
    ) -> tuple[Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5], Outcome[T6], Outcome[T7]]: ...
    @overload
    async def batch(
        self,
        c1: Call[T1],
        c2: Call[T2],
        c3: Call[T3],
        c4: Call[T4],
        c5: Call[T5],
        c6: Call[T6],
        c7: Call[T7],
        c8: Call[T8],
        /,
        **options: Unpack[BatchOptions],
    ) -> tuple[
        Outcome[T1], Outcome[T2], Outcome[T3], Outcome[T4], Outcome[T5], Outcome[T6], Outcome[T7], Outcome[T8]
    ]: ...
    @overload
    async def batch(
        self, calls: Mapping[K, Call[T]], /, **options: Unpack[BatchOptions]
    ) -> dict[K, Outcome[T]]: ...
    @overload
    async def batch(
        self, calls: Mapping[K, Named], /, **options: Unpack[BatchOptions]
    ) -> dict[K, Outcome[Any]]: ...
    @overload
    async def batch(self, *calls: Call[T], **options: Unpack[BatchOptions]) -> tuple[Outcome[T], ...]: ...
    async def batch(self, *calls: Any, **options: Unpack[BatchOptions]) -> Any:
        """Run any number of calls, 50 to a request; see ``Client.batch``."""
        return await _batch(self._executor, calls, options)

    async def each(
        self, calls: Iterable[Call[T]] | AsyncIterable[Call[T]], *, together: bool = False
    ) -> AsyncIterator[Outcome[T]]:
        """Run calls of a stream, plain or async, 50 to a request; see ``Client.each``."""
        async for chunk in _chunks(calls):
            for outcome in await _batch(self._executor, chunk, {"together": together}):
                yield outcome


async def _chunks(calls: Iterable[Call[T]] | AsyncIterable[Call[T]]) -> AsyncIterator[tuple[Call[T], ...]]:
    if not isinstance(calls, AsyncIterable):
        stream = iter(calls)
        while taken := tuple(islice(stream, CHUNK)):
            yield taken
        return
    chunk: list[Call[T]] = []
    async for call in calls:
        chunk.append(call)
        if len(chunk) == CHUNK:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)
