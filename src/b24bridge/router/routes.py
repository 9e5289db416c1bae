"""Which path answers a call: the decision, as a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from b24bridge.router.stages import ModuleState, Stage

__all__ = ["Caller", "Route", "bucket", "route"]

Path = Literal["legacy", "modern"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as a canary needs to know.

    Attributes:
        key: Whatever must always get the same path: a user id, a record id, a session.
        user: User id, empty if unknown.
        departments: Departments of the user.
    """

    key: str = ""
    user: str = ""
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """What to do with one call.

    Attributes:
        answers: The path whose value or error the caller gets.
        compare: Whether the other path runs afterwards and is compared.
        fall_back: Whether the old path may answer when the new one fails before it wrote anything.
    """

    answers: Path
    compare: bool = False
    fall_back: bool = False

    @property
    def other(self) -> Path:
        """Return the path that does not answer."""
        return "modern" if self.answers == "legacy" else "legacy"


_LEGACY = Route("legacy")
_SHADOW = Route("legacy", compare=True)
_CANARY = Route("modern", fall_back=True)
_MODERN = Route("modern")
_REVERSE = Route("modern", compare=True)


def bucket(module: str, key: str) -> float:
    """Return where a key stands between 0 and 100, the same on every machine and in every release.

    The module's name takes part, so that the same users are not the first in every module.
    """
    digest = blake2b(f"{module}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 * 100


def route(module: str, state: ModuleState, caller: Caller, *, draw: float) -> Route:
    """Return what to do with one call.

    Args:
        module: Name of the module.
        state: Its state.
        caller: Who asks.
        draw: A random number from 0 to 1, for sampling.
    """
    stage = state.stage
    if stage is Stage.LEGACY:
        return _LEGACY
    if stage is Stage.SHADOW:
        return _SHADOW if draw < state.sample else _LEGACY
    if stage is Stage.CANARY:
        chosen = (
            caller.user in state.users
            or any(department in state.departments for department in caller.departments)
            or bucket(module, caller.key) < state.percent
        )
        return _CANARY if chosen else _LEGACY
    if stage is Stage.MODERN and state.reverse_shadow and draw < state.sample:
        return _REVERSE
    return _MODERN
