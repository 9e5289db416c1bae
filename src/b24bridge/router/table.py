"""Stage tables: where the stage of each module is kept, and who changed it when and why."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from b24bridge.errors import ConfigError
from b24bridge.router.stages import ModuleState, read_state, write_state
from b24bridge.router.tomlfile import TomlFile

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["Change", "FileTable", "MemoryTable", "StageTable", "Update"]

_log = logging.getLogger("b24bridge.router")

Update = Callable[[ModuleState], ModuleState]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a module's state.

    Attributes:
        at: Unix time in seconds.
        module: Name of the module.
        old: Entry before, as in the table.
        new: Entry after.
        who: Person or program.
        why: Reason in words.
    """

    at: float
    module: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    who: str
    why: str


class StageTable(Protocol):
    """Keeps the state of every module."""

    def state(self, module: str) -> ModuleState:
        """Return the state of a module; one that is not listed is in stage legacy."""
        ...

    def modules(self) -> Mapping[str, ModuleState]:
        """Return all listed modules."""
        ...

    def change(self, module: str, update: Update, *, who: str, why: str) -> Change:
        """Change a module's state in one step: nobody else changes it between the read and the write.

        A state that stays the same is neither written nor recorded.

        Args:
            module: Name of the module; one that is not listed begins in stage legacy.
            update: Gets the state and returns the new one; it may be called more than once.
            who: Person or program, for the journal.
            why: Reason in words, for the journal.

        Raises:
            ConfigError: The table cannot be read or written; it is as it was.
            TransportError: Its server cannot be reached.
        """
        ...

    def changes(self, module: str | None = None) -> list[Change]:
        """Return the recorded changes, oldest first."""
        ...


class MemoryTable:
    """A table of this process, for tests and trials."""

    def __init__(self, states: Mapping[str, ModuleState] | None = None) -> None:
        self._states = dict(states or {})
        self._changes: list[Change] = []
        self._lock = Lock()

    def state(self, module: str) -> ModuleState:
        """Return the state of a module."""
        return self._states.get(module, _LEGACY)

    def modules(self) -> Mapping[str, ModuleState]:
        """Return all listed modules."""
        return dict(self._states)

    def change(self, module: str, update: Update, *, who: str, why: str) -> Change:
        """Change a module's state in one step."""
        with self._lock:
            old = self.state(module)
            new = update(old)
            change = Change(time.time(), module, write_state(old), write_state(new), who, why)
            if new != old:
                self._states[module] = new
                self._changes.append(change)
            return change

    def changes(self, module: str | None = None) -> list[Change]:
        """Return the recorded changes, oldest first."""
        return [c for c in self._changes if module in (None, c.module)]


class FileTable:
    """The table in ``b24bridge.toml``; people may edit the file, their comments and order stay.

    Changes from outside are seen without a restart, after at most ``fresh_s`` seconds. A file that cannot be
    read any more, or is gone (somebody is in the middle of an edit), leaves the last good state in force and
    is logged.
    Changes stand in ``b24bridge.changes.jsonl`` beside the file, or beside the one that a link names.

    Args:
        path: The file; it need not exist yet.
        fresh_s: Seconds for which a look at the file is trusted.
        clock: Monotonic time in seconds.

    Raises:
        ConfigError: The file exists and cannot be read at the start.
    """

    def __init__(
        self, path: str | Path, *, fresh_s: float = 0.5, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = Path(path)
        self._journal = self._path.resolve().with_suffix(".changes.jsonl")
        self._fresh_s = fresh_s
        self._clock = clock
        self._file = TomlFile(self._path)
        self._seen: tuple[int, int, int] | None = None
        self._complained = ""
        self._states = self._read()
        self._looked = clock()

    def state(self, module: str) -> ModuleState:
        """Return the state of a module."""
        if self._clock() - self._looked > self._fresh_s:
            self._refresh()
        return self._states.get(module, _LEGACY)

    def modules(self) -> Mapping[str, ModuleState]:
        """Return all listed modules."""
        self._refresh()
        return dict(self._states)

    def change(self, module: str, update: Update, *, who: str, why: str) -> Change:
        """Change a module's state in one step, over all processes that use this file.

        Raises:
            ConfigError: The file cannot be read or written, or another program does not let go of it; it is
                left as it is.
        """
        with self._file.locked() as document:
            entry = self._file.entry(document, module)
            old = read_state(module, entry)
            new = update(old)
            before, kept = write_state(old), write_state(new)
            change = Change(time.time(), module, before, kept, who, why)
            if new == old:
                return change
            for key in set(before) - set(kept):
                entry.pop(key, None)
            for key, value in kept.items():
                # What stays the same stays as people wrote it.
                if key not in before or before[key] != value or key not in entry:
                    entry[key] = value
            try:
                self._write(change, document)
            except OSError as exc:
                raise self._file.unwritable(exc) from exc
            self._refresh()
            return change

    def _write(self, change: Change, document: TOMLDocument) -> None:
        """Write the journal, then the table.

        A crash between the two leaves a line too many, never a change without a reason; an error leaves
        neither.
        """
        line = json.dumps(asdict(change), ensure_ascii=False) + "\n"
        with self._journal.open("ab+") as journal:
            size = journal.seek(0, os.SEEK_END)
            journal.seek(max(size - 1, 0))
            # A line that a crash has cut must not take this one with it.
            is_cut = journal.read(1) not in (b"", b"\n")
            try:
                journal.write(("\n" * is_cut + line).encode("utf-8", "surrogateescape"))
                journal.flush()
                os.fsync(journal.fileno())
                self._file.save(document)
            except BaseException:
                journal.truncate(size)
                raise

    def changes(self, module: str | None = None) -> list[Change]:
        """Return the recorded changes, oldest first."""
        return [change for change in self._recorded() if module in (None, change.module)]

    def _recorded(self) -> Iterator[Change]:
        if not self._journal.exists():
            return
        for line in self._journal.read_text("utf-8").splitlines():
            try:
                yield Change(**json.loads(line))
            except (ValueError, TypeError):
                # A line cut by a full disk; the lines around it count.
                _log.warning("a line of %s cannot be read and is passed over", self._journal.name)

    def _refresh(self) -> None:
        self._looked = self._clock()
        try:
            mark = _mark(self._path)
            if mark == self._seen:
                return
            if mark is None:
                raise ConfigError(f"{self._path.name} is gone.", remedy="Put it back, or start anew.")
            self._states = self._read()
        except (ConfigError, OSError) as error:
            self._complain(str(error))
        else:
            self._complained = ""

    def _complain(self, text: str) -> None:
        # Once for each cause: a busy program looks twice a second.
        if text != self._complained:
            _log.warning("%s The last good state stays in force.", text)
        self._complained = text

    def _read(self) -> dict[str, ModuleState]:
        mark = _mark(self._path)
        if mark is None:
            self._seen = None
            return {}
        # Also of a broken file: it is not read again before it changes.
        self._seen = mark
        return {name: read_state(name, entry) for name, entry in self._file.modules().items()}


_LEGACY = ModuleState()


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
