"""Which way of reading suits a list, and how its rows are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from b24bridge.errors import ConfigError
from b24bridge.knowledge.catalog import lookup
from b24bridge.wire.call import Api, Call
from b24bridge.wire.ownpaging import ByLastId, ByLimit, ByPageNumber, own_id_key, own_strategy
from b24bridge.wire.paging import (
    ByCursor,
    ById,
    ByNavigation,
    ByNext,
    ByOffset3,
    Strategy,
    default_strategy,
)

__all__ = ["can_be_batched", "chosen_for", "container_of", "id_key_of", "name_of"]

NAMES: dict[str, type[Strategy]] = {
    "cursor": ByCursor,
    "id": ById,
    "last-id": ByLastId,
    "limit": ByLimit,
    "navigation": ByNavigation,
    "next": ByNext,
    "offset": ByOffset3,
    "page": ByPageNumber,
}


def chosen_for(call: Call[Any], strategy: str | Strategy | None, id_key: str | None) -> Strategy:
    """Return the way of paging that the caller names, or the one that suits the method.

    Raises:
        ConfigError: There is none of that name, or the method does not know it.
    """
    own = own_strategy(call)
    if own is not None and strategy in (None, name_of(own)):
        return own
    if own is not None and isinstance(strategy, str):
        raise _unfitting(call, strategy)
    if strategy in (None, "batched", "ranges"):
        return default_strategy(call)
    if not isinstance(strategy, str):
        assert strategy is not None  # handled above
        return strategy
    if strategy not in NAMES:
        names = ", ".join([*NAMES, "batched", "ranges"])
        raise ConfigError(f"There is no list strategy {strategy!r}; there are {names}.")
    if strategy not in _fitting(call):
        raise _unfitting(call, strategy)
    if strategy == "id":
        row_key = id_key or id_key_of(call)
        return ById(row_key if call.method.lower() in CAMEL else row_key.upper(), row_key)
    return NAMES[strategy]()


def _unfitting(call: Call[Any], strategy: str) -> ConfigError:
    # The portal drops parameters that a method does not know, and one page would pass for the list.
    return ConfigError(
        f"{call.method} cannot be read by {strategy}.",
        remedy=f"Leave the strategy out, or take {' or '.join(_fitting(call))}.",
    )


def _fitting(call: Call[Any]) -> Sequence[str]:
    """Return the names of the strategies that a method may know."""
    if (own := own_strategy(call)) is not None:
        return [name_of(own)]
    if call.api is Api.V3:
        return ["cursor" if call.method.endswith(".tail") else "offset"]
    return ["id", "navigation", "next"]


def name_of(strategy: Strategy) -> str:
    """Return the name of a way of paging."""
    return next((name for name, kind in NAMES.items() if isinstance(strategy, kind)), type(strategy).__name__)


def can_be_batched(call: Call[Any]) -> bool:
    """Return whether pages of a list may travel in a batch."""
    facts = lookup(call.method, call.api.value)
    return call.api is Api.V2 and (facts is None or facts.batch_allowed)


#: Lists of REST 2 whose rows and filters have camelCase names.
CAMEL = frozenset({"crm.item.list", "crm.type.list", "crm.category.list", "crm.item.productrow.list"})


def id_key_of(call: Call[Any]) -> str:
    """Return the name of the id in the rows of a method (portal.md 2.8)."""
    if (own := own_id_key(call)) is not None:
        return own
    method = call.method.lower()
    camel = call.api is Api.V3 or method in CAMEL or method.startswith(("tasks.task", "catalog."))
    return "id" if camel else "ID"


def container_of(call: Call[Any]) -> str | None:
    """Return the key inside ``result`` that holds the rows, None if nobody knows."""
    facts = lookup(call.method, call.api.value)
    return facts.container if facts is not None else None
