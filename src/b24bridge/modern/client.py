"""The clients: one blocking, one async, the same names on both."""

from __future__ import annotations

from builtins import list as List  # noqa: N812  # the clients have a method of that name
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from b24bridge.auth.credentials import Credentials
from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.engine.events import Hook
from b24bridge.engine.executor import Answer, Executor
from b24bridge.modern._binding import Async, Blocking
from b24bridge.modern.batching import AsyncBatches, BlockingBatches
from b24bridge.modern.lists import AsyncRows, ListCall, ListOptions, Rows, named_list, reader
from b24bridge.modern.making import Made, Options, policy_of
from b24bridge.modern.portal import Portal
from b24bridge.modern.stats import Meter, Stats
from b24bridge.modern.transfer import AsyncTransfers, BlockingTransfers
from b24bridge.wire.call import Api, Call, Params

__all__ = ["AsyncClient", "Client"]

T = TypeVar("T")


class Client(Made, Portal[Blocking], BlockingBatches, BlockingTransfers):
    """A blocking client of one portal; may be shared by threads.

    Example:
        >>> with Client.from_webhook("https://portal.example/rest/1/code/") as b24:  # doctest: +SKIP
        ...     for item in b24.crm.items(140).list(select=["id", "title"]):
        ...         print(item.id, item.title)

    Args:
        credentials: Webhook or OAuth tokens; ``from_webhook`` and its sisters make them.
        options: See :class:`~b24bridge.modern.making.Options`.
    """

    def __init__(self, credentials: Credentials, **options: Unpack[Options]) -> None:
        Portal.__init__(self, self)
        policy = policy_of(options)
        self._meter = Meter()
        self._port = BlockingPort(options.get("transport"), connections=policy.connections)
        hooks: List[Hook] = [*options.get("hooks", ()), self._meter]
        self._executor = Executor(self._port, credentials, policy=policy, hooks=hooks)

    def call(
        self,
        method: str,
        params: Params | Sequence[Any] | None = None,
        *,
        api: Api | int = Api.V2,
        deadline_s: float | None = None,
    ) -> Answer:
        """Call any method by name and return the answer: ``.result``, ``.next``, ``.total``, ``.time``.

        Args:
            method: Full name, such as ``crm.item.list``.
            params: Parameters by name, or in order for the methods that count them.
            api: Generation of the API: ``Api.V2`` or 2, ``Api.V3`` or 3.
            deadline_s: Seconds after which an answer or an error is wanted.

        Raises:
            ApiError: The portal refused or failed.
            TransportError: No usable answer came; ``may_have_been_done`` tells about writes.
        """
        return run(self._executor.execute(Call(method, params or {}, api=Api(api)), deadline_s=deadline_s))

    def iter(
        self,
        method: str,
        params: Params | None = None,
        *,
        api: Api | int = Api.V2,
        **options: Unpack[ListOptions],
    ) -> Rows[dict[str, Any]]:
        """Return all rows of any list method by name, as the portal sends them, lazily.

        Args:
            method: Full name.
            params: Parameters, without paging.
            api: Generation of the API.
            options: See :class:`~b24bridge.modern.lists.ListOptions`.
        """
        return Rows(reader(named_list(method, params, Api(api)), self._executor, options))

    def list(
        self, method: str, params: Params | None = None, *, api: Api | int = Api.V2
    ) -> List[dict[str, Any]]:
        """Return all rows of any list method by name in a list."""
        return self.iter(method, params, api=api).all()

    # The founding document's spelling.
    callAll = list  # noqa: A003, N815  # the method above

    def stats(self) -> Stats:
        """Return what the client has done so far."""
        return self._meter.stats()

    def run(self, call: Call[T], *, deadline_s: float | None = None) -> T:
        """Run one call of ``calls`` and return its value; services are bound to this."""
        return call.decode(run(self._executor.execute(call, deadline_s=deadline_s)).result)

    def rows(self, call: ListCall[T]) -> Rows[T]:
        """Return the rows of a list call; services are bound to this."""
        return Rows(reader(call, self._executor))

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client of {self._executor.credentials.portal}>"


class AsyncClient(Made, Portal[Async], AsyncBatches, AsyncTransfers):
    """An async client of one portal, for asyncio and trio; the names of :class:`Client`, awaited.

    Concurrent reads that would have to wait for the portal's limit or for a connection travel together as
    one batch (``Policy.coalesce``, event ``Coalesced``).

    Args:
        credentials: Webhook or OAuth tokens; ``from_webhook`` and its sisters make them.
        options: See :class:`~b24bridge.modern.making.Options`.
    """

    def __init__(self, credentials: Credentials, **options: Unpack[Options]) -> None:
        Portal.__init__(self, self)
        # Loads anyio, which blocking programs do not need.
        from b24bridge.engine.asynchronous import AsyncPort

        policy = policy_of(options)
        if policy.coalesce is None:
            policy = replace(policy, coalesce=True)
        self._meter = Meter()
        self._port = AsyncPort(options.get("transport"), connections=policy.connections)
        hooks: List[Hook] = [*options.get("hooks", ()), self._meter]
        self._executor = Executor(self._port, credentials, policy=policy, hooks=hooks)

    async def call(
        self,
        method: str,
        params: Params | Sequence[Any] | None = None,
        *,
        api: Api | int = Api.V2,
        deadline_s: float | None = None,
    ) -> Answer:
        """Call any method by name and return the answer; see :meth:`Client.call`."""
        return await self._executor.execute(Call(method, params or {}, api=Api(api)), deadline_s=deadline_s)

    def iter(
        self,
        method: str,
        params: Params | None = None,
        *,
        api: Api | int = Api.V2,
        **options: Unpack[ListOptions],
    ) -> AsyncRows[dict[str, Any]]:
        """Return all rows of any list method by name, as the portal sends them, lazily.

        Args:
            method: Full name.
            params: Parameters, without paging.
            api: Generation of the API.
            options: See :class:`~b24bridge.modern.lists.ListOptions`.
        """
        return AsyncRows(reader(named_list(method, params, Api(api)), self._executor, options))

    async def list(
        self, method: str, params: Params | None = None, *, api: Api | int = Api.V2
    ) -> List[dict[str, Any]]:
        """Return all rows of any list method by name in a list."""
        return await self.iter(method, params, api=api).all()

    # The founding document's spelling.
    callAll = list  # noqa: A003, N815  # the method above

    def stats(self) -> Stats:
        """Return what the client has done so far."""
        return self._meter.stats()

    async def run(self, call: Call[T], *, deadline_s: float | None = None) -> T:
        """Run one call of ``calls`` and return its value; services are bound to this."""
        return call.decode((await self._executor.execute(call, deadline_s=deadline_s)).result)

    def rows(self, call: ListCall[T]) -> AsyncRows[T]:
        """Return the rows of a list call; services are bound to this."""
        return AsyncRows(reader(call, self._executor))

    async def aclose(self) -> None:
        """Close all connections; a later call opens new ones."""
        await self._port.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._executor.credentials.portal}>"
