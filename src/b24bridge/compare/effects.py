"""Effects of a run: the set of writes it sent, made comparable between two paths.

Two paths may read as they please, in single calls or batches, by form or JSON; what they change on the
portal must be the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24bridge.knowledge.catalog import safety
from b24bridge.wire.call import Json
from b24bridge.wire.phpquery import parse_str

__all__ = ["Effects", "EffectsComparison", "Sent", "commands", "compare_effects", "effects_of", "is_write"]


# No method of the catalogue, so it counts as a write.
_UNREADABLE = "(a command that cannot be read)"


@dataclass(frozen=True, slots=True)
class Sent:
    """One command that reached the portal: a request of its own, or a part of a batch.

    Attributes:
        method: REST method.
        params: Parameters as the portal understood them.
    """

    method: str
    params: Mapping[str, Json] | Sequence[Json]

    @property
    def key(self) -> str:
        """Return a text that is equal for equal commands, however they were written on the wire."""
        return f"{self.method.lower()} {json.dumps(_normal(self.params), sort_keys=True, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Effects:
    """The writes of one run, in the order they were sent."""

    writes: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectsComparison:
    """Writes of two runs side by side, as multisets.

    Attributes:
        same: How many writes both sent.
        only_old: Writes that only the control sent.
        only_new: Writes that only the candidate sent.
    """

    same: int = 0
    only_old: tuple[Sent, ...] = ()
    only_new: tuple[Sent, ...] = ()

    @property
    def passes(self) -> bool:
        """Return whether both runs change the same."""
        return not self.only_old and not self.only_new


def is_write(method: str) -> bool:
    """Return whether a method may change something; one that nobody knows may.

    A read too many in the list of effects costs a look, a write too few costs data.
    """
    return method.lower() != "batch" and safety(method) != "safe"


def commands(method: str, params: Mapping[str, Json] | Sequence[Json]) -> list[Sent]:
    """Return what a request asks for: itself, or the commands of a batch.

    A batch command is ``method?query`` (vendor's page "batch"), in REST 3.0 an object with method and query;
    one that is written as a pair of method and parameters is read as well. What cannot be read counts as a
    command that may write.
    """
    if method.lower() != "batch":
        return [Sent(method, params)]
    given: Any = params.get("cmd", params) if isinstance(params, Mapping) else params
    if isinstance(given, str):
        return [Sent(_UNREADABLE, {})]
    found: list[Sent] = []
    for command in given.values() if isinstance(given, Mapping) else given or ():
        if isinstance(command, str) and command:
            name, _, query = command.partition("?")
            found.extend(commands(name, parse_str(query)))
        elif isinstance(command, Mapping) and isinstance(command.get("method"), str):
            found.extend(commands(command["method"], command.get("params") or command.get("query") or {}))
        elif isinstance(command, (list, tuple)) and command and isinstance(command[0], str):
            found.extend(commands(command[0], command[1] if len(command) > 1 else {}))
        elif not isinstance(command, (int, float)):
            found.append(Sent(_UNREADABLE, {}))
    return found


def effects_of(requests: Iterable[tuple[str, Mapping[str, Json] | Sequence[Json]]]) -> Effects:
    """Return the writes among requests given as pairs of method and parameters."""
    return Effects(
        tuple(
            sent for method, params in requests for sent in commands(method, params) if is_write(sent.method)
        )
    )


def compare_effects(old: Effects, new: Effects) -> EffectsComparison:
    """Compare the writes of two runs; their order does not count, their number does."""
    left, right = (Counter(sent.key for sent in effects.writes) for effects in (old, new))
    return EffectsComparison(
        same=(left & right).total(),
        only_old=_rest(old, left - right),
        only_new=_rest(new, right - left),
    )


def _rest(effects: Effects, wanted: Counter[str]) -> tuple[Sent, ...]:
    rest = []
    for sent in reversed(effects.writes):  # of equal writes the last ones are too many
        if wanted[sent.key] > 0:
            wanted[sent.key] -= 1
            rest.append(sent)
    return tuple(reversed(rest))


def _normal(value: Any) -> Json:
    """Return parameters as a form carries them: texts, flags as 1 and 0, no nulls, no empty lists."""
    if isinstance(value, Mapping):
        inner = {str(key): _normal(item) for key, item in value.items()}
        kept = {key: item for key, item in inner.items() if item is not None}
        positions = [str(at) for at in range(len(kept))]
        if kept and list(kept) == positions:
            return [kept[at] for at in positions]
        return kept or None
    if isinstance(value, (list, tuple)):
        return _normal({str(at): item for at, item in enumerate(value)})
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None else str(value)
