"""The plan's entries in ``b24bridge.toml``; what people wrote there stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from b24bridge.router.tomlfile import TomlFile
from b24bridge.scan.plan import Plan

__all__ = ["read_mapping", "write_table"]


def read_mapping(path: Path) -> Mapping[str, Sequence[str]]:
    """Return the files of each module as the table lists them.

    Raises:
        ConfigError: The table cannot be read.
    """
    modules = TomlFile(path).modules()
    return {
        name: [str(item) for item in entry["files"]]
        for name, entry in modules.items()
        if isinstance(entry, Mapping) and isinstance(entry.get("files"), list)
    }


def write_table(plan: Plan, path: Path) -> bool:
    """Add the modules of a plan to the table and say whether the file changed.

    A key that is there already is never touched, so stages, limits and moved files survive; a second run
    writes nothing.

    Raises:
        ConfigError: The table cannot be read or written; it is as it was.
    """
    import tomlkit

    file = TomlFile(path)
    with file.locked() as document:
        old = tomlkit.dumps(document)
        modules = file.entries(document)
        for module in plan.modules:
            facts: dict[str, Any] = {"stage": "legacy", "files": [_pattern(name) for name in module.files]}
            if module.depends_on:
                facts["depends_on"] = list(module.depends_on)
            facts |= {"effort": module.effort, "risk": module.risk}
            if module.name == plan.pilot and not _has_pilot(modules, module.name):
                facts["pilot"] = True
            entry = file.entry(document, module.name)
            for key, value in facts.items():
                if key not in entry:
                    entry[key] = value
        if tomlkit.dumps(document) == old:
            return False
        try:
            file.save(document)
        except OSError as exc:
            raise file.unwritable(exc) from exc
    return True


def _pattern(path: str) -> str:
    """Return a path for the table; letters of a name that is not UTF-8 become ``?``, which stands for any."""
    return path.encode("utf-8", "replace").decode()


def _has_pilot(modules: Mapping[str, Any], name: str) -> bool:
    return any(
        other != name and isinstance(entry, Mapping) and "pilot" in entry for other, entry in modules.items()
    )
