"""Answers to batches that stay bytes until their turn comes, and are then decoded command by command."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from b24bridge.engine.executor import Executor
from b24bridge.engine.rowjson import load_rows
from b24bridge.errors import BadAnswer, BatchError
from b24bridge.knowledge.codes import explain
from b24bridge.wire.batch import Command, Outcome, pack, unpack
from b24bridge.wire.call import Call, Json
from b24bridge.wire.cutting import CutBatch, cut
from b24bridge.wire.request import WireResponse
from b24bridge.wire.response import decode

__all__ = ["Opened", "duration_of", "fetch", "opened"]


async def fetch(executor: Executor, calls: Mapping[str, Call[Any]], deadline_s: float | None) -> Json:
    """Return the answer to some reads by name, unread if it can be.

    What the portal refuses command by command is seen when it is opened.
    """
    commands = [Command.of(name, call) for name, call in calls.items()]
    await executor.admission.rest({call.method for call in calls.values()})
    answer = await executor.execute(
        Call("batch", pack(commands)), deadline_s=deadline_s, safe=True, hold=True, bulk=True
    )
    return answer.result


def opened(executor: Executor, calls: Mapping[str, Call[Any]], result: Json) -> Opened:
    """Return an answer as outcomes by command; none of them if it cannot be read.

    What it tells of the operating time of the methods is heeded.
    """
    # Of a command that ran only its name and its method matter.
    commands = [Command(name, call.method) for name, call in calls.items()]
    parts = None
    with suppress(BadAnswer, BatchError):
        if isinstance(result, WireResponse):
            parts = cut(result.body, list(calls))
            result = decode(result, method="batch").result if parts is None else parts.outline()
        outcomes = unpack(result, commands, explain=explain)
        if (budget := executor.admission.budget()) is not None:
            for command in commands:
                if time := outcomes[command.id].time:
                    budget.observe(command.method, dict(time))
        return Opened(outcomes, parts)
    return Opened({})


class Opened:
    """An answer to a batch whose results are decoded command by command, in the order of running.

    Args:
        outcomes: What became of each command; values are there only if nothing was cut.
        parts: The results as bytes.
    """

    def __init__(self, outcomes: Mapping[str, Outcome[Json]], parts: CutBatch | None = None) -> None:
        self.outcomes = outcomes
        self._parts = parts

    def value(self, name: str) -> Json:
        """Return the result of a command.

        Raises:
            ValueError: It failed, or cannot be read.
        """
        outcome = self.outcomes.get(name)
        if outcome is None or outcome.error is not None:
            raise ValueError("no result")
        return outcome.value if self._parts is None else self._parts.result(name, load_rows)

    def kept(self, name: str) -> Json:
        """Return the result of a command for later, as bytes if they are there: they take least memory."""
        return self.outcomes[name].value if self._parts is None else self._parts.part(name)


def duration_of(outcome: Outcome[Json]) -> float:
    """Return the seconds that the portal spent on a command, 0 if that cannot be told."""
    # `duration` counts from the whole second, so it is up to a second too long; `processing` is mostly 0.
    duration = outcome.time.get("duration")
    return max(0.0, float(duration) - 0.5) if isinstance(duration, int | float) else 0.0
