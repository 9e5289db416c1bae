"""The plan's entries in ``b24bridge.toml``; what people wrote there stays."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from b24bridge.auth.files import replace_file
from b24bridge.errors import ConfigError
from b24bridge.scan.plan import Plan

__all__ = ["read_mapping", "write_table"]


def read_mapping(path: Path) -> Mapping[str, Sequence[str]]:
    """Return the files of each module as the table lists them.

    Raises:
        ConfigError: The table cannot be read.
    """
    if not path.exists():
        return {}
    try:
        modules = tomllib.loads(path.read_text("utf-8")).get("modules", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ConfigError(
            f"{path} cannot be read ({exc}).", remedy="Repair the file; it is left as it is."
        ) from exc
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
        ConfigError: The table cannot be read.
    """
    import tomlkit
    import tomlkit.exceptions

    with FileLock(f"{path}.lock"):
        try:
            old = path.read_text("utf-8") if path.exists() else ""
            document = tomlkit.parse(old)
        except (OSError, UnicodeDecodeError, tomlkit.exceptions.ParseError) as exc:
            raise ConfigError(
                f"{path} cannot be read ({exc}).", remedy="Repair the file; it is left as it is."
            ) from exc
        modules = document.setdefault("modules", tomlkit.table(is_super_table=True))
        for module in plan.modules:
            facts: dict[str, Any] = {"stage": "legacy", "files": list(module.files)}
            if module.depends_on:
                facts["depends_on"] = list(module.depends_on)
            facts |= {"effort": module.effort, "risk": module.risk}
            if module.name == plan.pilot:
                facts["pilot"] = True
            entry = modules.setdefault(module.name, tomlkit.table())
            for key, value in facts.items():
                if key not in entry and not (key == "pilot" and _has_pilot(modules, module.name)):
                    entry[key] = value
        new = tomlkit.dumps(document)
        if new == old:
            return False
        replace_file(path, new.encode())
    return True


def _has_pilot(modules: Mapping[str, Any], name: str) -> bool:
    return any(other != name and "pilot" in entry for other, entry in modules.items())
