"""Where the clients' scripts are, and what runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["CLIENTS", "Run"]

CLIENTS = Path(__file__).parent / "clients"

# Takes a command and returns what it printed last, read as JSON.
Run = Callable[..., Any]
