"""Batches: packing commands, splitting at 50 with references kept, reading the five maps.

Facts: vendor page "Batch requests", portal source ``methodsBatch``, recorded answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from b24bridge.errors import ApiError, B24Error, BatchError
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.classify import Explain, api_error
from b24bridge.wire.phpquery import http_build_query
from b24bridge.wire.refs import references, substitute

__all__ = ["MAX_COMMANDS", "Command", "Outcome", "Part", "Results", "State", "pack", "plan", "unpack"]

MAX_COMMANDS = 50

T = TypeVar("T")

State = Literal["ok", "failed", "not_run", "unknown"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a batch.

    Attributes:
        id: Its key in the request, which references name.
        method: REST method.
        params: Parameters as plain texts, numbers, lists and maps.
    """

    id: str
    method: str
    params: Any = field(default_factory=dict)

    @classmethod
    def of(cls, id: str, call: Call[Any]) -> Command:
        """Return the command of a call.

        Raises:
            BatchError: The call cannot be a command.
        """
        if call.api is not Api.V2:
            raise BatchError(f"{call.method} is REST 3.0; such calls travel in requests of their own.")
        # The portal splits a command like an address: these characters would cut the name.
        if not call.method or any(mark in call.method for mark in "?#:/ "):
            raise BatchError(f"{call.method!r} is no method name, so it cannot be a command of a batch.")
        return cls(id, call.method, _plain_tree(call.params))


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of one command.

    Attributes:
        state: ``ok``; ``failed``: the portal refused it; ``not_run``: surely not carried out;
            ``unknown``: the answer was lost or the portal broke, it may have been carried out.
        value: Result of an ``ok`` command.
        error: Why it is not ``ok``.
        total: Number of rows, if the method says.
        next: Offset of the next page, if the method says.
        time: The command's time block.
    """

    state: State
    value: T
    error: B24Error | None = None
    total: int | None = None
    next: int | None = None
    time: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the command was carried out and answered."""
        return self.state == "ok"


@dataclass(frozen=True, slots=True)
class Part:
    """The commands of one request.

    Attributes:
        commands: In the order of running.
        needs: Positions of the parts that must have answered before.
    """

    commands: tuple[Command, ...]
    needs: frozenset[int] = frozenset()


class Results:
    """What the portal keeps while it runs a batch: the collections that references read."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, Json]] = {
            "result": {},
            "next": {},
            "total": {},
            "time": {},
            "error": {},
        }

    def add(self, id: str, outcome: Outcome[Json]) -> None:
        """Note the outcome of a command."""
        held = self.collections
        if outcome.state == "ok":
            held["result"][id] = outcome.value
            for name, value in (("next", outcome.next), ("total", outcome.total), ("time", outcome.time)):
                if value:
                    held[name][id] = value
        elif isinstance(outcome.error, ApiError) and outcome.error.body is not None:
            held["error"][id] = outcome.error.body

    def fill(self, command: Command, resolved: frozenset[str]) -> Command:
        """Return the command with its references to these commands replaced by values."""
        params = substitute(command.params, self.collections, resolved)
        return Command(command.id, command.method, _plain_tree(params))


def pack(commands: Sequence[Command], *, halt: bool = False) -> dict[str, Any]:
    """Return the parameters of the ``batch`` call.

    Raises:
        BatchError: There are more than 50 commands, or two of the same id.
    """
    if len(commands) > MAX_COMMANDS:
        raise BatchError(f"A request carries at most {MAX_COMMANDS} commands, not {len(commands)}.")
    packed = {command.id: _line(command) for command in commands}
    if len(packed) != len(commands):
        raise BatchError("Two commands of a batch have the same id.")
    return {"halt": 1 if halt else 0, "cmd": packed}


def unpack(
    result: Json, commands: Sequence[Command], *, halt: bool = False, explain: Explain | None = None
) -> dict[str, Outcome[Json]]:
    """Return the outcome of each command.

    Args:
        result: ``result`` of the answer: five maps, each a list when its keys happen to be 0…n-1.
        commands: The commands of the request.
        halt: Whether the portal was told to stop at the first failure.
        explain: Knowledge of error codes.

    Raises:
        BatchError: The answer is not that of a batch.
    """
    if not isinstance(result, Mapping) or "result" not in result:
        raise BatchError("The portal did not answer a batch with its five maps.", may_have_been_done=True)
    maps = {name: _by_id(result.get(name)) for name in _MAPS}
    outcomes: dict[str, Outcome[Json]] = {}
    halted = False
    for command in commands:
        key = command.id
        if key in maps["result_error"]:
            error = api_error(maps["result_error"][key], method=command.method, explain=explain)
            outcomes[key] = Outcome(_refused(error), None, error)
            halted = halted or halt
        elif key in maps["result"]:
            outcomes[key] = Outcome(
                "ok",
                maps["result"][key],
                None,
                _number(maps["result_total"].get(key)),
                _number(maps["result_next"].get(key)),
                maps["result_time"].get(key) or {},
            )
        else:
            outcomes[key] = Outcome("not_run" if halted else "unknown", None, _absent(command, halted))
    return outcomes


def _refused(error: ApiError) -> State:
    """Return what became of a command that the portal answered with an error."""
    if error.code == "ERROR_BATCH_LENGTH_EXCEEDED":
        return "not_run"
    return "unknown" if error.may_have_been_done else "failed"


_MAPS = ("result", "result_error", "result_total", "result_next", "result_time")


def plan(
    commands: Sequence[Command],
    *,
    in_order: bool,
    size: int = MAX_COMMANDS,
    targets: Callable[[Command], Iterable[str]] | None = None,
) -> list[Part]:
    """Return the requests into which a batch of any length is split.

    Commands that refer to each other stay in one request where they fit; otherwise the later request
    needs the earlier one, whose values are then put in place of the references.

    Args:
        commands: In the order of running.
        in_order: Whether every request must wait for the one before, as for writes or ``halt``.
        size: Most commands in one request.
        targets: Returns the ids that a command refers to; default: the references of REST 2.
    """
    if len(commands) <= size:
        return [Part(tuple(commands))] if commands else []
    if in_order:
        chunks = [tuple(commands[at : at + size]) for at in range(0, len(commands), size)]
        return [Part(chunk, frozenset({at - 1} if at else ())) for at, chunk in enumerate(chunks)]
    edges = _edges(commands, _targets if targets is None else targets)
    if not any(edges):
        return [Part(tuple(commands[at : at + size])) for at in range(0, len(commands), size)]
    groups = _pack_groups(_components(edges), size)
    home = {at: number for number, group in enumerate(groups) for at in group}
    return [
        Part(
            tuple(commands[at] for at in group),
            frozenset(home[to] for at in group for to in edges[at] if home[to] != number),
        )
        for number, group in enumerate(groups)
    ]


def _targets(command: Command) -> Iterable[str]:
    return (name for _, name in references(command.params))


def _edges(commands: Sequence[Command], targets: Callable[[Command], Iterable[str]]) -> list[set[int]]:
    """Return for each command the positions of the earlier commands that it refers to."""
    position: dict[str, int] = {}
    edges: list[set[int]] = []
    for at, command in enumerate(commands):
        edges.append({position[name] for name in targets(command) if name in position})
        position[command.id] = at
    return edges


def _components(edges: Sequence[set[int]]) -> list[list[int]]:
    """Return the groups of commands that hang together by references, each in order."""
    root = list(range(len(edges)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for at, targets in enumerate(edges):
        for to in targets:
            root[find(at)] = find(to)
    groups: dict[int, list[int]] = {}
    for at in range(len(edges)):
        groups.setdefault(find(at), []).append(at)
    return list(groups.values())


def _pack_groups(components: Sequence[list[int]], size: int) -> list[list[int]]:
    """Fill requests with whole groups; a group larger than a request takes several in order."""
    bins: list[list[int]] = []
    current: list[int] = []
    for component in components:
        if len(component) > size:
            bins.extend(component[at : at + size] for at in range(0, len(component), size))
            continue
        if len(current) + len(component) > size:
            bins.append(sorted(current))
            current = []
        current = [*current, *component]
    if current:
        bins.append(sorted(current))
    return bins


def _line(command: Command) -> str:
    query = http_build_query(command.params)
    return f"{command.method}?{query}" if query else command.method


def _by_id(value: Json) -> dict[str, Json]:
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, list):
        return {str(at): item for at, item in enumerate(value)}
    return {}


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _absent(command: Command, halted: bool) -> B24Error:
    if halted:
        return BatchError(
            f"{command.method} was not run: the batch stops at the first failure.", method=command.method
        )
    return BatchError(
        f"The answer of the batch says nothing of {command.id} ({command.method}).",
        method=command.method,
        may_have_been_done=True,
        remedy="Look whether its effect is there before you send it again.",
    )


def _plain_tree(params: Any) -> Any:
    """Return parameters as a command can carry them.

    A command is a query string, where null and empty lists vanish. At the top that leaves a parameter
    out, which is meant; deeper they say "clear this field" or "none of these", so they travel as empty
    text: without it ``{"@ID": []}`` would select everything.
    """
    if isinstance(params, Mapping):
        return {key: _plain(item) for key, item in params.items() if not _is_nothing(item)}
    return [_plain(item) for item in params]


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping | list | tuple) and not value)


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool | int):
        return value
    if _is_nothing(value):
        return ""
    if isinstance(value, float):
        # PHP's 14 digits would round money and time stamps.
        return int(value) if value.is_integer() else repr(value)
    if isinstance(value, Mapping):
        if "$ref" in value or "$refArray" in value:
            raise BatchError(
                "REST 2 does not know $ref and $refArray: it would take them for a value.",
                remedy='Write ref("name", "FIELD").',
            )
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise BatchError(
        f"A parameter of type {type(value).__name__} cannot be sent.",
        remedy="Use text, numbers, booleans, dates, lists and maps.",
    )
