"""Asking a list for ranges of ids, and reading the answers command by command."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from itertools import pairwise
from math import ceil
from typing import Any

from b24bridge.engine.batches import batch
from b24bridge.engine.executor import Executor
from b24bridge.engine.held import Opened, duration_of, fetch, opened
from b24bridge.engine.pace import Pace
from b24bridge.engine.port import Running
from b24bridge.engine.ranges import Plan, Range, Stretch
from b24bridge.engine.report import Report
from b24bridge.engine.rowjson import load_rows
from b24bridge.engine.window import in_order
from b24bridge.errors import IncompleteList
from b24bridge.wire.batch import MAX_COMMANDS, Outcome
from b24bridge.wire.call import Call, Json
from b24bridge.wire.idlist import IdList
from b24bridge.wire.paging import PAGE, rows_of
from b24bridge.wire.request import WireResponse

__all__ = ["END_DOUBT", "Begun", "RangeReader"]

#: Error of a density that is known from the two pages at the ends only.
END_DOUBT = 0.03
#: Least commands of a request, as long as there are so many.
NARROW = 12
#: Portal seconds that a request may take; the cloud cuts it after 60.
REQUEST_S = 40.0


class Begun:
    """Requests that are under way before the plan is complete, with what they ask for."""

    def __init__(self) -> None:
        self.parts: deque[tuple[list[Range], dict[str, Call[Any]]]] = deque()
        self.flows: list[Running[Json]] = []

    def cancel(self) -> None:
        """Give up the flows that nobody took over."""
        for flow in self.taken():
            flow.cancel()

    def taken(self) -> list[Running[Json]]:
        """Return the flows; whoever takes them over waits for them or cancels them."""
        flows, self.flows = self.flows, []
        return flows


class RangeReader:
    """One list on its way.

    Args:
        executor: Carries out the requests.
        ids: How the method is asked for ranges of ids.
        report: Grows while the list is read.
        deadline: Monotonic time at which to give up, or None.
    """

    def __init__(self, executor: Executor, ids: IdList, report: Report, deadline: float | None) -> None:
        self.executor = executor
        self.ids = ids
        self.report = report
        self.deadline = deadline
        self.width = MAX_COMMANDS
        self.pace = Pace(max(1, executor.policy.connections), executor.port.now)

    def spread(self, commands: int, requests: int) -> int:
        """Return how many commands a request should carry.

        The commands of a request run one after the other, so few of them are spread over as many
        requests, as long as requests are to be had without waiting.
        """
        budget = self.executor.admission.budget()
        if budget is not None and budget.wait(self.executor.port.now()) > 0:
            return self.width
        return min(self.width, max(NARROW, ceil(commands / requests)))

    async def ask(self, calls: Mapping[str, Call[Any]], size: int) -> dict[str, Outcome[Json]]:
        """Run the commands and return their outcomes, what was lost asked again."""
        size = min(size, self.width)
        began = self.executor.port.now()
        outcomes = await batch(self.executor, calls, size=size, deadline_s=self.left_s())
        self.report.requests += ceil(len(calls) / size)
        self.pace.sent(min(size, len(calls)), self.executor.port.now() - began)
        self._learn(outcomes.values())
        return outcomes

    async def fetch(self, calls: Mapping[str, Call[Any]]) -> Json:
        """Return the answer to some commands, unread if it can be; None if there are none.

        What the portal refuses command by command, and what is lost, is asked again when it is opened.
        """
        if not calls:
            return None
        began = self.executor.port.now()
        result = await fetch(self.executor, calls, self.left_s())
        self.report.requests += 1
        held_s = result.held_s if isinstance(result, WireResponse) else 0.0
        self.pace.sent(len(calls), self.executor.port.now() - began - held_s)
        return result

    def _opened(self, calls: Mapping[str, Call[Any]], result: Json) -> Opened:
        answer = opened(self.executor, calls, result)
        self._learn(answer.outcomes.values())
        return answer

    def _rows(self, answer: Opened, name: str) -> tuple[list[Json], list[int]] | None:
        """Return the rows of a command in the order of ids, and these; None if it failed or is unreadable."""
        try:
            value = answer.value(name)
        except ValueError:
            return None
        return self.ids.ordered(rows_of(value, self.ids.container, method=self.ids.method))

    async def samples(
        self, calls: Mapping[str, Call[Any]]
    ) -> dict[str, tuple[list[int], list[Json] | bytes]]:
        """Return the ids and the rows that some commands bring; of the rows the bytes if possible."""
        size = self.width
        names = list(calls)
        groups = [{name: calls[name] for name in names[at : at + size]} for at in range(0, len(names), size)]
        found: dict[str, tuple[list[int], list[Json] | bytes]] = {}
        answers = in_order(
            self.executor.port, (self.fetch(group) for group in groups), lambda: self.pace.connections
        )
        async with aclosing(answers):
            async for result in answers:
                group = groups[0]
                del groups[0]
                answer = self._opened(group, result)
                for name, call in group.items():
                    read = self._rows(answer, name)
                    if read is None:
                        rows, numbers = self.rows((await self.ask({name: call}, 1))[name])
                        found[name] = numbers, rows
                    else:
                        rows, numbers = read
                        kept = answer.kept(name)
                        found[name] = numbers, kept if isinstance(kept, bytes) else rows
        return found

    def _known(self, one: Range) -> list[Json]:
        """Return those rows of a range that are there already."""
        rows = one.rows
        assert rows is not None  # only asked for such ranges
        if isinstance(rows, bytes):
            rows = rows_of(load_rows(rows), self.ids.container, method=self.ids.method)
        rows, numbers = self.ids.ordered(rows)
        return [row for row, number in zip(rows, numbers, strict=True) if one.low < number <= one.high]

    async def read(self, plan: Plan, begun: Begun) -> AsyncGenerator[list[Json], None]:
        """Yield the rows of a plan in order, page by page.

        Raises:
            B24Error: The portal refuses a command for good.
        """
        width = self.spread(plan.pages(), self.pace.connections)
        parts = begun.parts

        def requests() -> Iterator[Coroutine[Any, Any, Json]]:
            while part := plan.take(min(width, self.width)):
                calls = self.calls(part)
                parts.append((part, calls))
                yield self.fetch(calls)

        answers = in_order(self.executor.port, requests(), self.pace.requests, begun.taken())
        async with aclosing(answers):
            async for result in answers:
                part, calls = parts.popleft()
                answer = self._opened(calls, result)
                del result
                began = self.executor.port.now()
                for one in part:
                    if one.rows is None:
                        read = 0
                        async with aclosing(self._pages(one, answer)) as pages:
                            async for rows in pages:
                                read += len(rows)
                                yield rows
                        plan.learn(one, read)
                    elif rows := self._known(one):
                        yield rows
                self.pace.used(sum(one.cost for one in part), self.executor.port.now() - began)

    async def _pages(self, one: Range, answer: Opened) -> AsyncGenerator[list[Json], None]:
        """Yield the rows of a range page by page.

        What failed, or could not be read, is asked again; what follows a short page of a chain is not to
        be trusted. Of a range that holds far more than was thought, the rest is planned anew.
        """
        asked, low = one, one.low
        while True:
            begin, read = low, 0
            for name in asked.names():
                outcome = answer.outcomes.get(name)
                found = self._rows(answer, name)
                if found is None:
                    break
                rows, numbers = found
                self.check(numbers, low, one.high)
                if rows:
                    yield rows
                    low = numbers[-1]
                    read += len(rows)
                if len(rows) < PAGE or low >= one.high:
                    return
            if asked is not one and not read and outcome is not None and outcome.error is not None:
                raise outcome.error
            rest = Stretch(low, one.high, read / max(1, low - begin), END_DOUBT) if read else None
            if rest is not None and rest.pages > MAX_COMMANDS:
                async with aclosing(self.read(Plan([rest]), Begun())) as pages:
                    async for rows in pages:
                        yield rows
                return
            asked = Range(low, one.high, rest.pages if rest is not None else asked.pages)
            answer = Opened(await self.ask(self.calls([asked]), MAX_COMMANDS))

    def left_s(self) -> float | None:
        """Return the seconds until the deadline."""
        return None if self.deadline is None else self.deadline - self.executor.port.now()

    def calls(self, part: Sequence[Range]) -> dict[str, Call[Any]]:
        """Return the commands of some ranges by their ids."""
        calls: dict[str, Call[Any]] = {}
        for one in part:
            names = one.names()
            if names:
                calls[names[0]] = self.ids.above(one.low, one.high)
            for before, name in pairwise(names):
                calls[name] = self.ids.behind(before, one.high)
        return calls

    def rows(self, outcome: Outcome[Json]) -> tuple[list[Json], list[int]]:
        """Return the rows of a command in the order of ids, and these.

        Raises:
            B24Error: The command failed.
        """
        if outcome.error is not None:
            raise outcome.error
        return self.ids.ordered(rows_of(outcome.value, self.ids.container, method=self.ids.method))

    def check(self, numbers: Sequence[int], low: int, high: int) -> None:
        """Make sure that the portal kept to a range: a filter that it does not know is dropped silently.

        Raises:
            IncompleteList: It did not.
        """
        if numbers and (numbers[0] <= low or numbers[-1] > high):
            raise IncompleteList(
                f"{self.ids.method} sent rows outside the ids {low + 1} to {high} that were asked for.",
                method=self.ids.method,
                remedy="Read the list with strategy='next'.",
            )

    def _learn(self, outcomes: Iterable[Outcome[Json]]) -> None:
        """Make requests narrower where commands are slow."""
        slowest = max(map(duration_of, outcomes), default=0.0)
        if slowest > 0:
            self.width = max(1, min(MAX_COMMANDS, int(REQUEST_S / slowest)))
