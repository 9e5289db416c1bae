"""Modules that move: an old path and a new path with one signature."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from b24bridge.engine.inprocess import LocalPortal
from b24bridge.errors import ConfigError
from b24bridge.wire.call import Json

__all__ = ["Module", "Run", "load_module", "run"]


class Run(Protocol):
    """One path of a module: a request in, status and body out."""

    def __call__(
        self,
        request: Mapping[str, Json],
        *,
        webhook_url: str,
        now: str,
        cache_dir: Path,
        fixes: Sequence[str],
        transport: object | None,
    ) -> Mapping[str, Json]:
        """Answer one request."""
        ...


@dataclass(frozen=True, slots=True)
class Module:
    """A module with both of its paths.

    Attributes:
        name: Import name.
        legacy: The old path.
        modern: The new path.
    """

    name: str
    legacy: Run
    modern: Run

    @property
    def short_name(self) -> str:
        """Return the last part of the name, which rules and reports use."""
        return self.name.rpartition(".")[2]


def load_module(name: str) -> Module:
    """Import a module's two paths from here: ``<name>.legacy.run`` and ``<name>.modern.run``.

    Raises:
        ConfigError: One of them does not exist.
    """
    if not isinstance(name, str) or not name.strip("."):
        raise ConfigError(
            "No module is named.", remedy="A cassette names one under about, module; record it again."
        )
    here = str(Path.cwd())
    if here not in sys.path:
        # A console script does not look for modules where it is called, unlike ``python -m``.
        sys.path.insert(0, here)
    return Module(name, _path(name, "legacy"), _path(name, "modern"))


def _path(name: str, side: str) -> Run:
    full = f"{name}.{side}"
    try:
        found: Callable[..., Any] = importlib.import_module(full).run
    except ModuleNotFoundError as error:
        if error.name is None or not (full + ".").startswith(error.name + "."):
            raise  # an import inside the module is broken; its own message says more
        raise ConfigError(
            f"There is no module {full}.",
            remedy="Name a package with legacy.py and modern.py that can be imported from here.",
        ) from error
    except AttributeError as error:
        raise ConfigError(
            f"{full} has no function run(request, *, webhook_url, now, cache_dir, fixes)."
        ) from error
    return found


def run(
    path: Run,
    request: Mapping[str, Json],
    *,
    now: str,
    webhook_url: str,
    transport: LocalPortal | None = None,
    fixes: Sequence[str] = (),
    cache_dir: Path | None = None,
) -> dict[str, Json]:
    """Run one path of a module and return its status and body.

    Args:
        cache_dir: Folder that the module keeps between runs; None gives it an empty one.
    """
    with tempfile.TemporaryDirectory(prefix="b24bridge-") as empty:
        answer = path(
            request,
            webhook_url=webhook_url,
            now=now,
            cache_dir=cache_dir or Path(empty),
            fixes=tuple(fixes),
            transport=transport,
        )
    return {"status": answer["status"], "body": answer["body"]}
