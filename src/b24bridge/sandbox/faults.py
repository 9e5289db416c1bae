"""Spoiled calls on demand: refused, cut, late, lost ("The service desk", section 2, ``faults``)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["PRESETS", "Fault", "Faults"]

_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"

# Spoiled answers that live portals give, by a short name ("How a portal behaves", 2.4, 6, 7.3 and 10).
PRESETS: dict[str, dict[str, Any]] = {
    "rate_limit": {
        "status": 503,
        "body": {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"},
    },
    "operating_limit": {
        "status": 429,
        "body": {
            "error": "OPERATION_TIME_LIMIT",
            "error_description": "Method is blocked due to operation time limit.",
        },
        "reset_in_s": 600,
    },
    "overload": {
        "status": 503,
        "body": {"error": "OVERLOAD_LIMIT", "error_description": "REST API is blocked due to overload."},
    },
    "internal": {
        "status": 500,
        "body": {"error": "INTERNAL_SERVER_ERROR", "error_description": "Internal server error"},
    },
    "empty_503": {"status": 503, "raw": ""},
    "html_502": {"status": 502, "raw": _PAGE.format("502 Bad Gateway")},
    "html_504": {"status": 504, "raw": _PAGE.format("504 Gateway Time-out")},
    "html_200": {"status": 200, "raw": _PAGE.format("Authorization")},
    "wrong_json": {
        "status": 200,
        "raw": '{"result":[{"ID":"1"',
        "headers": {"content-type": "application/json; charset=utf-8"},
    },
    "cut": {"drop": True},
    "refused": {"refuse": True},
    "no_answer": {"timeout": True},
    "lost": {"lost": True},
    "late": {"slow_s": 5.0},
    "slow_body": {"drip_s": 5.0},
    "expired_token": {"expired_token": True},
    "invalid_grant": {"method": "oauth.token", "status": 400, "body": {"error": "invalid_grant"}},
    "bad_verification_code": {
        "method": "oauth.token",
        "status": 400,
        "body": {"error": "bad_verification_code"},
    },
    "no_auth_found": {
        "method": "oauth.token",
        "status": 401,
        "body": {"error": "NO_AUTH_FOUND", "error_description": "Wrong authorization data"},
    },
}


@dataclass(slots=True)
class Fault:
    """One rule.

    Attributes:
        method: Method whose calls are spoiled, also as commands of a batch; ``*`` for any request, where
            a batch counts as one.
        where: Dotted parameter names and the values they must have.
        nth: Which of the fitting calls, from 1, or None for all of them.
        probability: Share of the fitting calls, drawn with ``seed``.
        seed: Seed of that draw.
        times: How many calls at most.
        status: HTTP status of the spoiled answer, or None.
        body: Its body as JSON.
        raw: Its body as text.
        headers: Its further headers.
        reset_in_s: Adds ``retry-after`` and ``time.operating_reset_at`` to the answer.
        drop: The connection is closed without an answer, nothing is done.
        reset: The same, hard (RST over a socket, ``ConnectionRefusedError`` in the process).
        refuse: Another name of ``reset``.
        timeout: No answer ever comes.
        slow_s: The answer comes that many seconds late.
        drip_s: The body of the answer takes that many seconds, a few bytes at a time.
        lost: The call is carried out, then the connection is cut.
        expired_token: The caller's access token expires before this call.
        seen: How many calls fitted so far.
        hits: How many of them were spoiled.
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
    reset_in_s: int | None = None
    drop: bool = False
    reset: bool = False
    refuse: bool = False
    timeout: bool = False
    slow_s: float = 0.0
    drip_s: float = 0.0
    lost: bool = False
    expired_token: bool = False
    seen: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)
    _random: random.Random | None = field(default=None, init=False, repr=False)

    @classmethod
    def parse(cls, rule: Mapping[str, Any]) -> Fault:
        """Return a rule from its JSON form; ``preset`` names one of ``PRESETS`` to start from.

        Raises:
            ValueError: The rule has a key or a preset that no fault knows, or a value of the wrong type.
        """
        values = dict(rule)
        preset = values.pop("preset", None)
        if preset is not None and preset not in PRESETS:
            raise ValueError(f"There is no fault preset {preset!r}; choose one of {', '.join(PRESETS)}.")
        unknown = set(values) - _KNOWN
        if unknown:
            raise ValueError(
                f"A fault has no {', '.join(sorted(map(repr, unknown)))}; "
                f"it may have {', '.join(sorted({*_KNOWN, 'preset'}))}."
            )
        values = {**PRESETS.get(preset or "", {}), **values}
        nth = values.pop("nth", "all")
        numbers = [nth] if isinstance(nth, int) else nth
        if numbers != "all" and not (isinstance(numbers, list) and all(isinstance(n, int) for n in numbers)):
            raise ValueError(f"'nth' of a fault is a number, a list of numbers, or \"all\", not {nth!r}.")
        for name in ("probability", "slow_s", "drip_s"):
            if not isinstance(values.get(name, 0), (int, float)):
                raise ValueError(f"{name!r} of a fault is a number, not {values[name]!r}.")
        values["method"] = str(values.get("method", "*")).lower()
        return cls(**values, nth=None if numbers == "all" else frozenset(numbers))

    @property
    def replaces(self) -> bool:
        """Whether the answer is another than the true one."""
        return self.status is not None or self.body is not None or self.raw is not None

    def strikes(self, method: str, params: Any, *, is_command: bool = False) -> bool:
        """Count a call if it fits, and say whether it is spoiled."""
        fits = self.method == method or (self.method == "*" and not is_command)
        if not fits or not all(_fits(params, path, wanted) for path, wanted in (self.where or {}).items()):
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


_KNOWN = frozenset(item.name for item in fields(Fault) if item.init)


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

    def strike(self, method: str, params: Any, *, is_command: bool = False) -> Fault | None:
        """Return the rule that spoils this call; every fitting rule counts it."""
        struck = [rule for rule in self.rules if rule.strikes(method, params, is_command=is_command)]
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
