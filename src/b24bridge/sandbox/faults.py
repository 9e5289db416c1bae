"""Spoiled calls on demand: refused, cut, late, lost ("The service desk", section 2, ``faults``)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Fault", "Faults"]

_KNOWN = frozenset(
    [
        "method",
        "where",
        "nth",
        "probability",
        "seed",
        "times",
        "status",
        "body",
        "raw",
        "headers",
        "drop",
        "reset",
        "refuse",
        "timeout",
        "slow_s",
        "lost",
        "expired_token",
    ]
)


@dataclass(slots=True)
class Fault:
    """One rule.

    Attributes:
        method: Method whose calls are spoiled, ``*`` for any.
        where: Dotted parameter names and the values they must have.
        nth: Which of the fitting calls, from 1, or None for all of them.
        probability: Share of the fitting calls, drawn with ``seed``.
        times: How many calls at most.
        status: HTTP status of the spoiled answer, or None.
        body: Its body as JSON.
        raw: Its body as text.
        headers: Its further headers.
        drop: The connection is closed without an answer, nothing is done.
        reset: The same, hard (RST over a socket, ``ConnectionRefusedError`` in the process).
        refuse: Another name of ``reset``.
        timeout: No answer ever comes.
        slow_s: The right answer, that many seconds late.
        lost: The call is carried out, then the connection is cut.
        expired_token: The caller's access token expires before this call.
    """

    method: str = "*"
    where: Mapping[str, Any] | None = None
    nth: frozenset[int] | None = None
    probability: float = 1.0
    seed: int = 0
    times: int | None = None
    status: int | None = None
    body: Any = None
    raw: str | None = None
    headers: Mapping[str, str] | None = None
    drop: bool = False
    reset: bool = False
    refuse: bool = False
    timeout: bool = False
    slow_s: float = 0.0
    lost: bool = False
    expired_token: bool = False
    seen: int = 0
    hits: int = 0
    _random: random.Random | None = None

    @classmethod
    def parse(cls, rule: Mapping[str, Any]) -> Fault:
        """Return a rule from its JSON form.

        Raises:
            ValueError: The rule has a key that no fault knows, or ``nth`` is none.
        """
        unknown = set(rule) - _KNOWN
        if unknown:
            raise ValueError(
                f"A fault has no {', '.join(sorted(map(repr, unknown)))}; "
                f"it may have {', '.join(sorted(_KNOWN))}."
            )
        values = dict(rule)
        nth = values.pop("nth", "all")
        numbers = [nth] if isinstance(nth, int) else nth
        if numbers != "all" and not (isinstance(numbers, list) and all(isinstance(n, int) for n in numbers)):
            raise ValueError(f"'nth' of a fault is a number, a list of numbers, or \"all\", not {nth!r}.")
        return cls(**values, nth=None if numbers == "all" else frozenset(numbers))

    def strikes(self, method: str, params: Any) -> bool:
        """Count a call if it fits, and say whether it is spoiled."""
        if self.method not in ("*", method) or not all(
            _fits(params, path, wanted) for path, wanted in (self.where or {}).items()
        ):
            return False
        self.seen += 1
        if self.times is not None and self.hits >= self.times:
            return False
        if self.nth is not None and self.seen not in self.nth:
            return False
        if self.probability < 1:
            self._random = self._random or random.Random(self.seed)
            if self._random.random() >= self.probability:
                return False
        self.hits += 1
        return True


class Faults:
    """The rules in force, first match wins."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(self, rule: Mapping[str, Any]) -> Fault:
        """Add a rule and return it with its counters."""
        fault = Fault.parse(rule)
        self.rules.append(fault)
        return fault

    def set(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Replace all rules; counters start anew."""
        self.rules = [Fault.parse(rule) for rule in rules]

    def clear(self) -> None:
        """Remove all rules."""
        self.rules = []

    def strike(self, method: str, params: Any) -> Fault | None:
        """Return the rule that spoils this call; every fitting rule counts it."""
        struck = [rule for rule in self.rules if rule.strikes(method, params)]
        return struck[0] if struck else None


def _fits(params: Any, path: str, wanted: Any) -> bool:
    node = params
    for name in path.split("."):
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            return False
    return bool(_plain(node) == _plain(wanted))


def _plain(value: Any) -> Any:
    # Forms make text of everything, so values compare as text.
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return "" if value is None else str(value)
