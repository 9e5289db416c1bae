"""Every habit of BX24.js that the Python facade keeps, and that can be switched off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from b24bridge.errors import ConfigError

__all__ = ["QUIRKS", "Quirk", "kept"]


@dataclass(frozen=True, slots=True)
class Quirk:
    """One habit of the original.

    Attributes:
        name: Name of its switch: ``BX24(..., quirks={name: False})``.
        default: Whether it is kept when nothing is said.
        reason: What the original does, and what happens when it is switched off.
        vector: Recording that shows it.
    """

    name: str
    default: bool
    reason: str
    vector: str


QUIRKS: tuple[Quirk, ...] = (
    Quirk(
        "silent_failures",
        True,
        "After a 5xx, a lost connection or an answer without JSON the callback never runs."
        " Off: it runs with the portal's error, or with ERROR_NETWORK or ERROR_UNEXPECTED_ANSWER.",
        "bx24/errors.json err-500, err-network; bx24/results.json res-bad-json",
    ),
    Quirk(
        "silent_batch_refusal",
        True,
        "A batch refused as a whole ends in a TypeError and the callback never runs."
        " Off: every command carries the error.",
        "bx24/batch.json bat-whole-error",
    ),
    Quirk(
        "silent_empty_batch",
        True,
        "A batch without commands calls nobody. Off: the callback gets an empty container.",
        "bx24/batch.json bat-empty",
    ),
    Quirk(
        "start_dropped",
        True,
        "call_method removes a truthy start from the caller's own parameters and never sends it."
        " Off: it is sent, and the caller's object stays as it is.",
        "bx24/encoding.json enc-start",
    ),
    Quirk(
        "javascript_order",
        True,
        "Keys that are whole numbers come first, and at each level scalars come before objects."
        " Off: the order of the caller.",
        "bx24/encoding.json enc-filter; portal/bx24_wire.json inner order",
    ),
    Quirk(
        "extra_ampersands",
        True,
        "A level without scalars begins with an ampersand, and empty parameters leave one at the end."
        " Off: single ampersands between fields only.",
        "bx24/encoding.json enc-only-objects, enc-empty-object",
    ),
    Quirk(
        "boolean_words",
        True,
        "True and False are sent as the words true and false. Off: 1 and 0, as BX.rest sends them.",
        "bx24/encoding.json enc-scalars",
    ),
    Quirk(
        "double_numbers",
        True,
        "Integers beyond 2**53 are rounded, because JavaScript knows only doubles. Off: sent exactly.",
        "bx24/encoding.json enc-scalars",
    ),
    Quirk(
        "endless_refresh",
        True,
        "expired_token is answered with a new token and the same call for as long as it comes back."
        " Off: once, then the callback gets the error.",
        "bx24/errors.json err-expired",
    ),
    Quirk(
        "client_limiter",
        True,
        "Ninety calls may go at once, then two a second; a full bucket waits whole seconds. Off: no limit.",
        "bx24/frame.json fr-limit; portal/bx24_wire.json limiter",
    ),
)

_DEFAULTS = frozenset(quirk.name for quirk in QUIRKS if quirk.default)
_NAMES = frozenset(quirk.name for quirk in QUIRKS)


def kept(switches: Mapping[str, bool]) -> frozenset[str]:
    """Return the names of the quirks that are kept, by default or by the switches.

    Raises:
        ConfigError: A name is unknown.
    """
    unknown = sorted(set(switches) - _NAMES)
    if unknown:
        raise ConfigError(
            f"BX24 knows no quirk {', '.join(unknown)}.", remedy=f"Known are: {', '.join(sorted(_NAMES))}."
        )
    off = {name for name, on in switches.items() if not on}
    on = {name for name, on in switches.items() if on}
    return (_DEFAULTS | on) - off
