"""b24bridge moves Bitrix24 modules from CRest and BX24.js to a typed client, with proof.

Importing the package loads nothing heavy; each public name loads on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from b24bridge.legacy.bx24 import BX24
    from b24bridge.legacy.crest import CRest
    from b24bridge.modern import AsyncClient, Client, F, calls

__all__ = ["BX24", "AsyncClient", "CRest", "Client", "F", "calls"]
__version__ = "0.1.0"

_HOMES = {
    "AsyncClient": "b24bridge.modern",
    "BX24": "b24bridge.legacy.bx24",
    "CRest": "b24bridge.legacy.crest",
    "Client": "b24bridge.modern",
    "F": "b24bridge.modern",
    "calls": "b24bridge.modern",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
