"""``userOption`` and ``appOption`` of BX24 on a server: a local copy over ``*.option.get/set``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from b24bridge.wire.call import Json

__all__ = ["Options"]


class Options:
    """Stored options of a user or an application.

    Args:
        known: Options from the init data, None to ask for them at first use.
        family: ``user.option`` or ``app.option``.
        ask: Calls a method and returns its result, None if it failed.
        allowed: Whether they may be set; refused silently, as in the original.
    """

    def __init__(
        self,
        known: Any,
        family: str,
        ask: Callable[[str, Mapping[str, Any]], Json],
        *,
        allowed: Callable[[], bool] | None = None,
    ) -> None:
        # PHP writes an empty map as a list.
        self._known = None if known is None else dict(known) if isinstance(known, Mapping) else {}
        self._family = family
        self._ask = ask
        self._allowed = allowed

    def get(self, name: str) -> Json:
        """Return an option, None if it is not set."""
        return self._all().get(name)

    def set(self, name: str, value: Any, callback: Callable[[dict[str, Json]], object] | None = None) -> None:
        """Set an option here and in the portal; the callback gets all options."""
        if self._allowed is not None and not self._allowed():
            return
        options = self._all()
        options[name] = value
        self._ask(f"{self._family}.set", {"options": {name: value}})
        if callback is not None:
            callback(dict(options))

    def _all(self) -> dict[str, Json]:
        if self._known is None:
            found = self._ask(f"{self._family}.get", {})
            self._known = dict(found) if isinstance(found, Mapping) else {}
        return self._known
