"""Reading whole lists: pages in a row, with a report on how complete they are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from b24bridge.engine.executor import Executor
from b24bridge.errors import ConfigError, DeadlineExceeded, IncompleteList
from b24bridge.knowledge.catalog import lookup
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.paging import (
    ByCursor,
    ById,
    ByNavigation,
    ByNext,
    ByOffset3,
    Page,
    StallGuard,
    Strategy,
    default_strategy,
    rows_of,
)

__all__ = ["Reading", "Report", "pages"]

NAMES: dict[str, type[Strategy]] = {
    "cursor": ByCursor,
    "id": ById,
    "navigation": ByNavigation,
    "next": ByNext,
    "offset": ByOffset3,
}


@dataclass(slots=True)
class Report:
    """How complete a list is; it grows while the list is read.

    Attributes:
        strategy: Name of the way of paging.
        rows: Rows handed out.
        requests: Requests sent.
        total: Number of rows as the portal said at first, or None.
        duplicates: Rows that came twice and were left out.
        notes: What was noticed: a total that changed, a page that came again, a gap.
        finished: Whether the end of the list was reached.
        position: The last id or offset that was read: where to resume.
    """

    strategy: str
    rows: int = 0
    requests: int = 0
    total: int | None = None
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    finished: bool = False
    position: Json = None

    @property
    def is_complete(self) -> bool:
        """Whether the list is proven complete: read to the end, and as many rows as the portal claimed."""
        counted = self.total is None or self.rows >= self.total
        return self.finished and not self.notes and counted


class Reading:
    """A list being read: iterate over its pages; ``report`` says how complete it is."""

    def __init__(self, report: Report, stream: AsyncIterator[list[Json]]) -> None:
        self.report = report
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[list[Json]]:
        return self._stream


def pages(
    executor: Executor,
    call: Call[Any],
    *,
    strategy: str | Strategy | None = None,
    id_key: str | None = None,
    container: str | None = None,
    deadline_s: float | None = None,
    complete: bool = False,
) -> Reading:
    """Return the pages of a list, read while they are iterated.

    Args:
        executor: Carries out the requests.
        call: The list method as for its first page.
        strategy: A way of paging or its name; default: what suits the method.
        id_key: Field by which rows are told apart, to leave out those that come twice.
        container: Key inside ``result`` that holds the rows; default: the catalogue's.
        deadline_s: Seconds for the whole list.
        complete: End in ``IncompleteList`` if the list cannot prove that it is complete.

    Raises:
        ConfigError: No strategy has that name.
    """
    chosen, name = _chosen(call, strategy, id_key)
    report = Report(name)
    key = id_key or _id_key(call)
    place = container or getattr(call, "container", "") or _container(call)
    deadline = None if deadline_s is None else executor.port.now() + deadline_s
    stream = _one_after_another(executor, call, chosen, report, key, place, deadline, complete)
    return Reading(report, stream)


async def _one_after_another(
    executor: Executor,
    call: Call[Any],
    strategy: Strategy,
    report: Report,
    key: str,
    container: str | None,
    deadline: float | None,
    complete: bool,
) -> AsyncIterator[list[Json]]:
    guard = StallGuard(call.method)
    seen: set[Json] = set()
    following: Call[Any] | None = strategy.first(call)
    while following is not None:
        left_s = None if deadline is None else deadline - executor.port.now()
        if left_s is not None and left_s <= 0:
            raise DeadlineExceeded(
                f"The list of {call.method} did not end before its deadline; {report.rows} rows were read.",
                method=call.method,
                remedy=f"Resume behind {report.position!r}." if report.position is not None else "",
            )
        answer = await executor.execute(following, deadline_s=left_s)
        report.requests += 1
        page = Page(rows_of(answer.result, container, method=call.method), answer.next, answer.total)
        if isinstance(strategy, ByNavigation):
            if not guard.is_new(page):
                break  # a number past the end brings the last page again
        else:
            guard.check(page)
        _note_total(report, page)
        rows = _fresh(page.rows, key, seen, report)
        if rows:
            report.rows += len(rows)
            report.position = _position(rows[-1], key, page)
            yield rows
        following = strategy.following(following, page)
    report.finished = True
    if complete and not report.is_complete:
        raise IncompleteList(
            f"The list of {call.method} cannot prove that it is complete: {_doubts(report)}.",
            method=call.method,
            remedy="Read it again, by id if the method can.",
        )


def _note_total(report: Report, page: Page) -> None:
    if page.total is None:
        return
    if report.total is None:
        report.total = page.total
    elif page.total != report.total and not any(note.startswith("total") for note in report.notes):
        report.notes.append(f"total changed from {report.total} to {page.total} while reading")


def _fresh(rows: Any, key: str, seen: set[Json], report: Report) -> list[Json]:
    """Return the rows that did not come before."""
    fresh: list[Json] = []
    for row in rows:
        mark = row.get(key) if isinstance(row, Mapping) else None
        if isinstance(mark, str | int):
            if mark in seen:
                report.duplicates += 1
                continue
            seen.add(mark)
        fresh.append(row)
    return fresh


def _position(row: Json, key: str, page: Page) -> Json:
    mark = row.get(key) if isinstance(row, Mapping) else None
    return mark if mark is not None else page.next


def _doubts(report: Report) -> str:
    doubts = list(report.notes)
    if report.total is not None and report.rows < report.total:
        doubts.append(f"{report.rows} rows of {report.total}")
    return "; ".join(doubts) or "its end was not reached"


def _chosen(call: Call[Any], strategy: str | Strategy | None, id_key: str | None) -> tuple[Strategy, str]:
    if strategy is None:
        found = default_strategy(call)
    elif isinstance(strategy, str):
        if strategy not in NAMES:
            raise ConfigError(f"There is no list strategy {strategy!r}; there are {', '.join(NAMES)}.")
        if strategy == "id":
            row_key = id_key or _id_key(call)
            found = ById(row_key if call.method.lower() in CAMEL else row_key.upper(), row_key)
        else:
            found = NAMES[strategy]()
    else:
        found = strategy
    name = next((name for name, kind in NAMES.items() if isinstance(found, kind)), type(found).__name__)
    return found, name


#: Lists of REST 2 whose rows and filters have camelCase names.
CAMEL = frozenset({"crm.item.list", "crm.type.list", "crm.category.list", "crm.item.productrow.list"})


def _id_key(call: Call[Any]) -> str:
    """Return the name of the id in the rows of a method (portal.md 2.8)."""
    method = call.method.lower()
    camel = call.api is Api.V3 or method in CAMEL or method.startswith(("tasks.task", "catalog."))
    return "id" if camel else "ID"


def _container(call: Call[Any]) -> str | None:
    facts = lookup(call.method, call.api.value)
    return facts.container if facts is not None else None
