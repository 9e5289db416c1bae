"""What a method is: a name, a handler, and who may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .phpinput import php_int
from .refusals import Refusal, controller_missing, controller_type
from .values import Moment

if TYPE_CHECKING:
    from .portal import Portal
    from .store import Store

__all__ = [
    "Caller",
    "Context",
    "Family",
    "Handler",
    "Method",
    "array",
    "bound_array",
    "bound_int",
    "in_capitals",
    "pick",
]

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        kind: ``webhook``, ``token``, or empty before anybody is known.
        user_id: On whose behalf.
        scopes: What the webhook or the token may use.
        client_id: Application of a token.
        key: What the operating time is counted for: the webhook's or the application's id.
        is_admin: Whether the user administers the portal.
        token: Access token; addresses that are handed out carry it on.
    """

    kind: str = ""
    user_id: int = 0
    scopes: frozenset[str] = frozenset()
    client_id: str = ""
    key: str = ""
    is_admin: bool = True
    token: str = field(default="", repr=False)


@dataclass(slots=True)
class Context:
    """What a handler gets to know besides its parameters.

    Attributes:
        portal: The whole portal.
        caller: Who calls.
        method: Name of the running method, as registered.
        start: ``start`` of the request, or None.
        moment: The present moment, for reading dates.
        changed: Events to announce when the call is done: name and data.
    """

    portal: Portal
    caller: Caller
    moment: Moment
    method: str = ""
    start: int | None = None
    changed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The portal's records."""
        return self.portal.store


Handler = Callable[[Context, Params], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One REST method.

    Attributes:
        name: As documented; compared without regard to case.
        handler: Does the work; returns a canonical value or an ``Answer``.
        scope: Permission it needs; empty for methods that everybody may call.
        auth: ``any``, or ``token`` for methods that refuse webhooks.
        listed: Whether ``methods`` names it (controllers are not listed).
    """

    name: str
    handler: Handler
    scope: str = ""
    auth: str = "any"
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Family:
    """Methods that belong together, and the tables they need."""

    name: str
    methods: Sequence[Method]
    prepare: Callable[[Portal], None] | None = None


def pick(params: Mapping[str, Any], name: str, default: Any = None) -> Any:
    """Return a parameter of a classic method, in whatever spelling it came (section 4.1)."""
    for spelling in (name, name.upper(), name.lower(), name.capitalize(), f"ar{name.capitalize()}"):
        if spelling in params:
            return params[spelling]
    return default


def array(params: Mapping[str, Any], name: str) -> Any:
    """Return an array parameter of a classic method.

    Raises:
        Refusal: It is there and no array.
    """
    value = pick(params, name)
    if value is None:
        return {}
    if not isinstance(value, (dict, list)):
        raise Refusal("", f"Parameter '{name}' must be array.")
    return value


def in_capitals(value: Any) -> dict[str, Any]:
    """Return a map with its keys in capitals; a list has no names, so it comes out empty."""
    return {str(key).upper(): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def bound_int(params: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """Return an integer parameter of a controller: exact name, numeric text allowed (section 2.5).

    Raises:
        Refusal: It is missing or no number.
    """
    if name not in params:
        if default is None:
            raise controller_missing(name)
        return default
    value = params[name]
    if value is None:
        raise Refusal("MAIN_CONTROLLER_22001", f"Could not find value for parameter {{{name}}}")
    number = value.strip() if isinstance(value, str) else value
    if isinstance(number, str) and number.lstrip("+-").isdigit():
        return php_int(number)
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        return php_int(number)
    raise controller_type(value, name, "int")


def bound_array(params: Mapping[str, Any], name: str, *, required: bool = False) -> Any:
    """Return an array parameter of a controller, empty when it is absent.

    Raises:
        Refusal: It is missing although required, or no array.
    """
    if name not in params or params[name] is None:
        if required:
            raise controller_missing(name)
        return []
    value = params[name]
    if not isinstance(value, (dict, list)):
        raise controller_type(value, name, "array")
    return value
