"""``settings.json`` beside the class: read anew for every request, replaced as a whole under a lock."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from b24bridge.auth.files import replace_file

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["SettingsFile"]

_threads: dict[str, tuple[threading.RLock, BaseFileLock]] = {}
_guard = threading.Lock()


class SettingsFile:
    """The file of one portal.

    Args:
        directory: Folder of the file.
    """

    __slots__ = ("path",)

    def __init__(self, directory: Path) -> None:
        self.path = directory / "settings.json"

    def read(self) -> bytes | None:
        """Return the content, or None if there is no file; an unreadable one is empty."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            return b""

    def write(self, text: str) -> int:
        """Replace the content and return the bytes written; 0 if it could not be written."""
        data = text.encode("ascii")
        with self.lock():
            try:
                replace_file(self.path, data)
            except PermissionError:
                # The folder may be closed while the file itself is open to us, as PHP hosts have it.
                try:
                    self.path.write_bytes(data)
                except OSError:
                    return 0
            except OSError:
                return 0
        return len(data)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other threads and processes from renewing or writing; the holder may take it again."""
        self._acquire(is_patient=True)
        try:
            yield
        finally:
            self.unlock()

    def try_lock(self) -> bool:
        """Take the lock if it is free."""
        return self._acquire(is_patient=False)

    def unlock(self) -> None:
        """Give the lock back."""
        thread_lock, file_lock = self._locks()
        file_lock.release()
        thread_lock.release()

    def _acquire(self, *, is_patient: bool) -> bool:
        from filelock import Timeout

        thread_lock, file_lock = self._locks()
        if not thread_lock.acquire(blocking=is_patient):
            return False
        if not Path(file_lock.lock_file).parent.is_dir():
            # The lock would make the folder that a link misses, where PHP fails (check-settings-link).
            return True
        try:
            file_lock.acquire(blocking=is_patient)
        except Timeout:
            thread_lock.release()
            return False
        except (OSError, NotImplementedError):
            # Where no lock file can be made only threads are kept out.
            return True
        except BaseException:
            thread_lock.release()
            raise
        return True

    def _locks(self) -> tuple[threading.RLock, BaseFileLock]:
        from filelock import FileLock  # loaded with the first refresh

        name = f"{self.path.resolve()}.lock"
        with _guard:
            if name not in _threads:
                _threads[name] = (threading.RLock(), FileLock(name))
            return _threads[name]
