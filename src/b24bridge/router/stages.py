"""The stages of a module's migration, and the state that a stage table keeps of each module."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import Enum
from math import inf
from typing import Any, Final

from b24bridge.errors import ConfigError

__all__ = ["Gates", "ModuleState", "Stage", "after", "before", "read_state", "write_state"]


class Stage(Enum):
    """Which path of a module answers."""

    LEGACY = "legacy"
    """The old path, alone."""
    SHADOW = "shadow"
    """The old path answers; the new one runs afterwards and is compared, with its writes refused."""
    CANARY = "canary"
    """The new path answers a share of the calls, with fall-back to the old one."""
    MODERN = "modern"
    """The new path answers; the old one is kept to go back to."""
    DONE = "done"
    """The new path, alone; the old one may be deleted."""


_ORDER = list(Stage)


@dataclass(frozen=True, slots=True)
class Gates:
    """What must hold before a module may go on, and while it is in canary.

    Attributes:
        min_runs: Compared runs needed before a promotion.
        max_mismatch_rate: Share of compared runs that may differ.
        max_error_rate: Share of the new path's runs that may fail.
        max_p95_ratio: How much slower than the old path the new one's p95 may be.
        window: Number of the newest runs that are looked at.
    """

    min_runs: int = 100
    max_mismatch_rate: float = 0.0
    max_error_rate: float = 0.01
    max_p95_ratio: float = 1.5
    window: int = 1000


@dataclass(frozen=True, slots=True)
class ModuleState:
    """What the stage table says of one module.

    Attributes:
        stage: Which path answers.
        percent: Share of the keys that the new path answers in canary, 0 to 100.
        users: Keys of users who always get the new path in canary.
        departments: Departments whose users always get the new path in canary.
        sample: Share of the calls that are compared in shadow, 0 to 1.
        reverse_shadow: Whether the old path is compared afterwards in modern.
        time_limit_s: Seconds after which a compared run is given up.
        gates: What must hold to go on.
    """

    stage: Stage = Stage.LEGACY
    percent: float = 5.0
    users: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    sample: float = 1.0
    reverse_shadow: bool = False
    time_limit_s: float = 30.0
    gates: Gates = field(default_factory=Gates)


def after(stage: Stage) -> Stage:
    """Return the next stage, or the same for the last."""
    return _ORDER[min(_ORDER.index(stage) + 1, len(_ORDER) - 1)]


def before(stage: Stage) -> Stage:
    """Return the stage before, or the same for the first."""
    return _ORDER[max(_ORDER.index(stage) - 1, 0)]


def read_state(module: str, given: object) -> ModuleState:
    """Return the state that a table entry describes; keys that belong to the plan are left alone.

    Args:
        module: Name of the module, for messages.
        given: The entry.

    Raises:
        ConfigError: The entry is no table, a value is not what its name asks for, or a key looks like a
            misspelt one; the message names module and key.
    """
    entry = _table(module, "the entry", given)
    _check_names(module, entry, _KINDS, known=_PLAN_KEYS)
    values = {name: _KINDS[name](module, name, value) for name, value in entry.items() if name in _KINDS}
    return ModuleState(**values)


def write_state(state: ModuleState) -> dict[str, Any]:
    """Return the entry that describes a state, without what has its usual value."""
    usual = ModuleState()
    entry: dict[str, Any] = {"stage": state.stage.value}
    for f in fields(ModuleState):
        value = getattr(state, f.name)
        if f.name in ("stage", "gates") or value == getattr(usual, f.name):
            continue
        entry[f.name] = list(value) if isinstance(value, tuple) else value
    if state.gates != usual.gates:
        entry["gates"] = {f.name: getattr(state.gates, f.name) for f in fields(Gates)}
    return entry


def _stage(module: str, name: str, given: object) -> Stage:
    try:
        return Stage(given)
    except ValueError:
        names = [stage.value for stage in Stage]
        raise ConfigError(
            f"Module {module}: there is no stage {given!r}; there are {', '.join(names)}.",
            remedy=_meant(str(given), names),
        ) from None


def _gates(module: str, name: str, given: object) -> Gates:
    entry = _table(module, name, given)
    _check_names(module, entry, _GATE_KINDS, all_of_them=True)
    return Gates(**{key: _GATE_KINDS[key](module, f"gates.{key}", value) for key, value in entry.items()})


def _table(module: str, name: str, given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ConfigError(f"Module {module}: {name} must be a table, not {given!r}.")
    return given


def _texts(module: str, name: str, given: object) -> tuple[str, ...]:
    if not isinstance(given, (list, tuple)):
        # A text alone would count as a list of its letters.
        raise ConfigError(f'Module {module}: {name} must be a list such as ["7"], not {given!r}.')
    return tuple(str(item) for item in given)


def _flag(module: str, name: str, given: object) -> bool:
    if not isinstance(given, bool):
        raise ConfigError(f"Module {module}: {name} must be true or false, not {given!r}.")
    return given


def _number(
    low: float, high: float | None = None, *, is_whole: bool = False
) -> Callable[[str, str, object], Any]:
    kinds = (int,) if is_whole else (int, float)

    def read(module: str, name: str, given: object) -> Any:
        is_number = isinstance(given, kinds) and not isinstance(given, bool)
        if is_number and given >= low and (high is None or given <= high) and given != inf:  # type: ignore[operator]  # a number
            return given
        what = "a whole number" if is_whole else "a number"
        border = f"of at least {low:g}" if high is None else f"from {low:g} to {high:g}"
        raise ConfigError(f"Module {module}: {name} must be {what} {border}, not {given!r}.")

    return read


# Keys of an entry, and of its gates.
_KINDS: Final[Mapping[str, Callable[[str, str, object], Any]]] = {
    "stage": _stage,
    "percent": _number(0, 100),
    "users": _texts,
    "departments": _texts,
    "sample": _number(0, 1),
    "reverse_shadow": _flag,
    "time_limit_s": _number(0.001),
    "gates": _gates,
}
_GATE_KINDS: Final[Mapping[str, Callable[[str, str, object], Any]]] = {
    "min_runs": _number(0, is_whole=True),
    "max_mismatch_rate": _number(0, 1),
    "max_error_rate": _number(0, 1),
    "max_p95_ratio": _number(0),
    "window": _number(1, is_whole=True),
}
# What the plan keeps in the same entry.
_PLAN_KEYS: Final = frozenset({"files", "depends_on", "effort", "risk", "pilot"})


def _check_names(
    module: str,
    entry: Mapping[str, Any],
    names: Iterable[str],
    *,
    known: Collection[str] = (),
    all_of_them: bool = False,
) -> None:
    """Refuse a misspelt key: what it should have set would keep its usual value, and nobody would know."""
    ours = sorted(names)
    for key in entry:
        if key in ours or key in known:
            continue
        if all_of_them or get_close_matches(key, ours, n=1, cutoff=0.8):
            raise ConfigError(
                f"Module {module}: there is no key {key!r}; there are {', '.join(ours)}.",
                remedy=_meant(key, ours),
            )


def _meant(given: str, names: Sequence[str]) -> str:
    meant = get_close_matches(given, names, n=1)
    return f"Did you mean {meant[0]}?" if meant else ""
