"""``b24bridge.toml`` as a file that people edit: read, locked, changed so that their words stay."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from b24bridge.auth.files import replace_file
from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["TomlFile"]

# A change takes milliseconds; whoever holds the lock for longer must not hold up a caller for ever.
_LOCK_S = 10.0


class TomlFile:
    """The file, and the lock beside it that all programs of a project take before they change it.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Several links to one file have one lock.
        self._lock = FileLock(f"{path.resolve()}.lock", timeout=_LOCK_S)

    def modules(self) -> MutableMapping[str, Any]:
        """Return the entries of the modules; none if there is no file.

        Raises:
            ConfigError: The file cannot be read, or ``modules`` is no table.
        """
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as exc:
            raise self._unreadable(exc) from exc
        try:
            return self.entries(tomllib.loads(text))
        except tomllib.TOMLDecodeError as exc:
            raise self._unreadable(exc) from exc

    @contextmanager
    def locked(self) -> Iterator[TOMLDocument]:
        """Hold the lock and give the file's document, with the comments and the order of its authors.

        Raises:
            ConfigError: The file cannot be read, or another program does not let go of the lock.
        """
        import tomlkit
        import tomlkit.exceptions

        name = self.path.name
        try:
            self._lock.acquire()
        except Timeout as exc:
            raise ConfigError(
                f"{name} is being changed by another program for {_LOCK_S:g} s.",
                remedy=f"See which program holds {name}.lock, and try again.",
            ) from exc
        except OSError as exc:
            raise self.unwritable(exc) from exc
        try:
            try:
                document = tomlkit.parse(self.path.read_text("utf-8") if self.path.exists() else "")
            except (OSError, UnicodeDecodeError, tomlkit.exceptions.ParseError) as exc:
                raise self._unreadable(exc) from exc
            yield document
        finally:
            self._lock.release()

    def entries(self, document: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Return the entries of the modules in a document; they are added if it has none.

        Raises:
            ConfigError: ``modules`` is no table.
        """
        import tomlkit

        if "modules" not in document:
            document["modules"] = tomlkit.table(is_super_table=True)
        found: Any = document["modules"]
        if not isinstance(found, MutableMapping):
            raise ConfigError(
                f"{self.path.name}: modules must be a table with an entry for each, as in [modules.NAME]."
            )
        return found

    def entry(self, document: MutableMapping[str, Any], module: str) -> MutableMapping[str, Any]:
        """Return the entry of a module in a document; it is added if there is none.

        Raises:
            ConfigError: What has the module's name is no table.
        """
        import tomlkit

        modules = self.entries(document)
        if module not in modules:
            modules[module] = tomlkit.table()
        found: Any = modules[module]
        if not isinstance(found, MutableMapping):
            raise ConfigError(f"{self.path.name}: [modules.{module}] must be a table, not {found!r}.")
        return found

    def save(self, document: TOMLDocument) -> None:
        """Write a document; the lock must be held.

        Raises:
            ConfigError: The text of the document would not mean what was changed.
            OSError: It cannot be written; the file is as it was.
        """
        import tomlkit

        text = tomlkit.dumps(document)
        if tomllib.loads(text) != document.unwrap():
            # tomlkit puts a new table in front of dotted keys, which then belong to that table.
            raise ConfigError(
                f"{self.path.name} cannot be changed by program as it is written; it is as it was.",
                remedy="Write each module as a table of its own, [modules.NAME], without dotted keys.",
            )
        replace_file(self.path, text.encode())

    def unwritable(self, cause: OSError) -> ConfigError:
        """Return the error of a file that cannot be changed."""
        return ConfigError(
            f"{self.path.name} cannot be changed ({cause.strerror or type(cause).__name__}).",
            remedy="It is as it was. See to the disk and to the rights on its folder, and try again.",
        )

    def _unreadable(self, cause: Exception) -> ConfigError:
        return ConfigError(
            f"{self.path.name} cannot be read: {cause}.", remedy="Correct the file; it was not changed."
        )
