"""Lists: what a list method asks, and all its rows, lazily, in both colours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar, Unpack

from b24bridge.engine.blocking import iterate, run
from b24bridge.engine.report import Report
from b24bridge.errors import ConfigError, DataError
from b24bridge.knowledge.catalog import lookup
from b24bridge.modern.reading import rows_in
from b24bridge.wire.call import Api, Call, Json, Params
from b24bridge.wire.call import raw as as_sent
from b24bridge.wire.ownpaging import own_strategy
from b24bridge.wire.paging import PAGE, refuse_twice

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["AsyncRows", "ListCall", "ListOptions", "Rows", "by_ids", "listed", "named_list", "reader"]

T = TypeVar("T")
# Commands read before rows are handed out: four requests, which may run at once.
WIDTH = 200


@dataclass(frozen=True, slots=True)
class ListCall(Call[list[T]]):
    """A list method: run as a call, for example in a batch, it gives one page.

    Attributes:
        row: Reads one row.
        container: Key inside ``result`` that holds the rows, empty when ``result`` is the list.
        parts: Calls that make up the list together and travel as commands of batches; empty for a
            list that is paged.
    """

    row: Callable[[Json], T] = as_sent
    container: str = ""
    parts: tuple[Call[Any], ...] = ()


def listed(
    method: str,
    params: Params,
    row: Callable[[Json], T],
    container: str = "",
    *,
    raw: bool = False,
    api: Api = Api.V2,
) -> ListCall[T]:
    """Return the call of a list method; parameters that are None are left out.

    Args:
        method: Full name.
        params: Parameters.
        row: Reads one row.
        container: Key inside ``result`` that holds the rows.
        raw: Rows stay dictionaries.
        api: Generation of the API.
    """
    given = {name: value for name, value in params.items() if value is not None}
    read = as_sent if raw else row
    return ListCall(method, given, partial(_page, read, container), api, read, container)


def by_ids(call: ListCall[T], id_filter: str, ids: Iterable[int]) -> ListCall[T]:
    """Return the list call for records of known ids, 50 to a command, each command one full page.

    Args:
        call: The list method with its other parameters.
        id_filter: Filter key that takes a list of ids, such as ``@ID``.
        ids: Ids; those that do not exist give no row.
    """
    # No record has id 0: without ids there must be no rows, not all of them.
    wanted = list(dict.fromkeys(ids)) or [0]
    params = call.params
    assert isinstance(params, Mapping)  # made by listed()
    parts = tuple(
        replace(call, params={**params, "filter": {id_filter: wanted[at : at + PAGE]}, "start": -1})
        for at in range(0, len(wanted), PAGE)
    )
    decode = call.decode if len(parts) == 1 else _refuse_one_call
    return replace(call, params=parts[0].params, decode=decode, parts=parts)


def _refuse_one_call(result: Json) -> Any:
    raise DataError(
        f"A list of more than {PAGE} ids is several calls: read it with a client, not in a batch."
    )


def named_list(method: str, params: Params | None, api: Api) -> ListCall[dict[str, Any]]:
    """Return the call of a list method known by its name only; the catalogue knows where its rows are.

    Raises:
        DataError: Filter, order or select is given in two spellings.
    """
    facts = lookup(method, api.value)
    call = listed(method, params or {}, as_sent, (facts and facts.container) or "", api=api)
    refuse_twice(call)
    return call


def _page(row: Callable[[Json], T], container: str, result: Json) -> list[T]:
    return [row(entry) for entry in rows_in(result, container)]


class ListOptions(TypedDict, total=False):
    """How a list is read.

    Attributes:
        strategy: Name of a way of paging (``ranges``, ``batched``, ``next``, ``id``, ``navigation``,
            ``cursor``, ``offset``, ``limit``, ``page``, ``last-id``); left out, the engine chooses
            by what is known of the method.
        id_key: Field by which rows are told apart; left out, what is known of the method.
        deadline_s: Seconds for the whole list.
        complete: The list must prove that it is complete, or it ends in ``IncompleteList``.
        resume: ``report.position`` of an earlier reading of the same list: go on behind it.
        progress: Called with the report after each page.
    """

    strategy: str
    id_key: str
    deadline_s: float
    complete: bool
    resume: Json
    progress: Callable[[Report], None]


@dataclass
class _Reader(Generic[T]):
    """One list over one executor: everything but the colour."""

    call: ListCall[T]
    executor: Executor
    options: ListOptions = field(default_factory=lambda: ListOptions())
    report: Report | None = None

    async def pages(self) -> AsyncIterator[list[T]]:
        from b24bridge.engine import flows

        read = self.call.row
        if self.call.parts:
            async for page in self._commands(flows.batch):
                yield page if read is as_sent else [read(row) for row in page]
            return
        reading = flows.pages(self.executor, self.call, **self.options)
        self.report = reading.report
        async for page in reading:
            yield page if read is as_sent else [read(row) for row in page]

    async def _commands(self, batch: Any) -> AsyncIterator[list[Json]]:
        call = self.call
        if self.options.get("resume") is not None:
            raise ConfigError(
                "A list of known ids has no position to go on from.",
                remedy="Leave out the ids that you have.",
            )
        self.report = Report("commands")
        for at in range(0, len(call.parts), WIDTH):
            parts = dict(enumerate(call.parts[at : at + WIDTH]))
            outcomes = await batch(self.executor, parts, deadline_s=self.options.get("deadline_s"))
            self.report.requests += ceil(len(parts) / PAGE)
            for outcome in outcomes.values():
                if outcome.error is not None:
                    raise outcome.error
                rows = rows_in(outcome.value, call.container)
                self.report.rows += len(rows)
                if (progress := self.options.get("progress")) is not None:
                    progress(self.report)
                yield rows
        self.report.finished = True

    async def first(self) -> T | None:
        if self.call.parts:
            async for page in self.pages():
                return page[0] if page else None
        answer = await self.executor.execute(self.call, deadline_s=self.options.get("deadline_s"))
        rows = rows_in(answer.result, self.call.container)
        return self.call.row(rows[0]) if rows else None

    async def count(self) -> int:
        if self.call.parts:
            return sum([len(page) async for page in self.raw().pages()])
        answer = await self.executor.execute(self.call, deadline_s=self.options.get("deadline_s"))
        if answer.total is not None:
            return answer.total
        rows = rows_in(answer.result, self.call.container)
        # Lists with a way of paging of their own have pages of other sizes.
        if answer.next is None and len(rows) < PAGE and own_strategy(self.call) is None:
            return len(rows)
        raise DataError(
            f"{self.call.method} does not say how many rows there are; count them while reading.",
            method=self.call.method,
        )

    def otherwise(self, options: ListOptions) -> _Reader[T]:
        return _Reader(self.call, self.executor, {**self.options, **options})

    def raw(self) -> _Reader[dict[str, Any]]:
        call = self.call
        plain: ListCall[dict[str, Any]] = ListCall(
            call.method,
            call.params,
            partial(_page, as_sent, call.container),
            call.api,
            as_sent,
            call.container,
            call.parts,
        )
        return _Reader(plain, self.executor, self.options)


def reader(call: ListCall[T], executor: Executor, options: ListOptions | None = None) -> _Reader[T]:
    """Return what rows of either colour read from."""
    return _Reader(call, executor, options or {})


class _Rows(Generic[T]):
    """What both colours share."""

    def __init__(self, reader: _Reader[T]) -> None:
        self._reader = reader

    @property
    def call(self) -> ListCall[T]:
        """The call that is asked, page by page."""
        return self._reader.call

    @property
    def report(self) -> Report | None:
        """How complete the list is: strategy, rows, total claimed, gaps. None before it is read."""
        return self._reader.report

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._reader.call.method}>"


class Rows(_Rows[T]):
    """All rows of a list, read page by page while they are iterated; each iteration reads anew."""

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[T]]:
        """Iterate over the pages."""
        return iterate(self._reader.pages())

    def all(self) -> list[T]:
        """Read all rows into a list."""
        return [row for page in self.pages() for row in page]

    def first(self) -> T | None:
        """Return the first row, or None, at the cost of one page."""
        return run(self._reader.first())

    def count(self) -> int:
        """Return how many rows the portal says there are, at the cost of one page.

        Raises:
            DataError: The method does not say.
        """
        return run(self._reader.count())

    def raw(self) -> Rows[dict[str, Any]]:
        """Return the same list with rows as the portal sends them."""
        return Rows(self._reader.raw())

    def read(self, **options: Unpack[ListOptions]) -> Rows[T]:
        """Return the same list read another way.

        Args:
            options: See :class:`ListOptions`; ``complete=True`` ends in ``IncompleteList`` if the
                list cannot prove that it is complete.
        """
        return Rows(self._reader.otherwise(options))


class AsyncRows(_Rows[T]):
    """All rows of a list, read page by page while they are iterated; each iteration reads anew."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self._reader.pages():
            for row in page:
                yield row

    def pages(self) -> AsyncIterator[list[T]]:
        """Iterate over the pages."""
        return self._reader.pages()

    async def all(self) -> list[T]:
        """Read all rows into a list."""
        return [row async for page in self._reader.pages() for row in page]

    async def first(self) -> T | None:
        """Return the first row, or None, at the cost of one page."""
        return await self._reader.first()

    async def count(self) -> int:
        """Return how many rows the portal says there are, at the cost of one page.

        Raises:
            DataError: The method does not say.
        """
        return await self._reader.count()

    def raw(self) -> AsyncRows[dict[str, Any]]:
        """Return the same list with rows as the portal sends them."""
        return AsyncRows(self._reader.raw())

    def read(self, **options: Unpack[ListOptions]) -> AsyncRows[T]:
        """Return the same list read another way; see :meth:`Rows.read`."""
        return AsyncRows(self._reader.otherwise(options))
