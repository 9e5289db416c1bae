"""The stages of a module's migration, and the state that a stage table keeps of each module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from enum import Enum
from typing import Any

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


def read_state(module: str, given: Mapping[str, Any]) -> ModuleState:
    """Return the state that a table entry describes; keys that belong to the plan are left alone.

    Raises:
        ConfigError: A value is not what its name asks for; the message names module and key.
    """
    known = {f.name for f in fields(ModuleState)} - {"gates"}
    values: dict[str, Any] = {key: given[key] for key in known if key in given}
    try:
        if "stage" in values:
            values["stage"] = _stage(module, values["stage"])
        for name in ("users", "departments"):
            if name in values:
                values[name] = tuple(str(item) for item in values[name])
        state = replace(ModuleState(), **values, gates=Gates(**given.get("gates", {})))
        _check_range(module, "percent", state.percent, 100)
        _check_range(module, "sample", state.sample, 1)
    except TypeError as exc:
        raise ConfigError(
            f"Module {module}: the entry cannot be read ({exc}).", remedy="Compare it with the documentation."
        ) from exc
    return state


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


def _stage(module: str, given: object) -> Stage:
    try:
        return Stage(given)
    except ValueError:
        names = [stage.value for stage in Stage]
        meant = get_close_matches(str(given), names, n=1)
        raise ConfigError(
            f"Module {module}: there is no stage {given!r}; there are {', '.join(names)}.",
            remedy=f"Did you mean {meant[0]}?" if meant else "",
        ) from None


def _check_range(module: str, name: str, value: float, top: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= top:
        raise ConfigError(f"Module {module}: {name} must be a number from 0 to {top:g}, not {value!r}.")
