"""Where the tokens of an installation live."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from b24bridge.auth.files import replace_file
from b24bridge.errors import ConfigError
from b24bridge.wire.phpjson import encode

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["EnvironmentStore", "MemoryStore", "RedisStore", "SettingsFile"]


class MemoryStore:
    """Tokens in memory, for tests and for programs that keep them elsewhere.

    Args:
        data: The tokens, with the names of CRest's ``settings.json``.
    """

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        self._data: dict[str, Any] = dict(data or {})
        self._lock = threading.Lock()
        self.name = f"memory {id(self):x}"

    def load(self) -> dict[str, Any]:
        """Return what is stored."""
        return dict(self._data)

    def save(self, data: Mapping[str, Any]) -> None:
        """Replace what is stored."""
        self._data = dict(data)

    def try_lock(self) -> bool:
        """Take the lock if it is free."""
        return self._lock.acquire(blocking=False)

    def unlock(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class EnvironmentStore(MemoryStore):
    """Tokens from environment variables; renewed ones stay in memory.

    Args:
        environ: Variables ``B24BRIDGE_ACCESS_TOKEN``, ``…_REFRESH_TOKEN``, ``…_CLIENT_ENDPOINT`` or
            ``…_DOMAIN``.
    """

    NAMES = ("access_token", "refresh_token", "client_endpoint", "domain", "member_id", "application_token")

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        given = os.environ if environ is None else environ
        found = {name: given.get(f"B24BRIDGE_{name.upper()}") for name in self.NAMES}
        super().__init__({name: value for name, value in found.items() if value})


class SettingsFile:
    """CRest's ``settings.json``: both may use the file, and it is whole at every moment.

    It is replaced, never written over, so a process that is killed leaves the old file or the new one.
    The lock is a file beside it; the operating system frees it when its holder dies.

    Args:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        # A link keeps pointing at the file that is replaced.
        self.path = Path(path).resolve()
        self.name = str(self.path)
        self._lock: BaseFileLock | None = None

    def load(self) -> dict[str, Any]:
        """Return what is stored, empty if there is no file or nothing in it.

        Raises:
            ConfigError: The file cannot be read, or is no JSON.
        """
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as exc:
            raise ConfigError(
                f"{self.path.name} cannot be read: {exc.strerror}.", remedy="Check its rights."
            ) from exc
        if not text.strip():
            return {}
        try:
            data = json.loads(text)
        except ValueError as exc:
            raise ConfigError(
                f"{self.path.name} is damaged: it is no JSON.",
                remedy="Restore it, or install the application on the portal again.",
            ) from exc
        return data if isinstance(data, dict) else {}

    def save(self, data: Mapping[str, Any]) -> None:
        """Replace the file as a whole, in CRest's format.

        Raises:
            OSError: It could not be written; the old file is still there.
        """
        # A new file holds secrets: nobody else reads it. An old one keeps its rights for PHP.
        replace_file(self.path, encode(data).encode("utf-8"), mode=0o600)

    def try_lock(self) -> bool:
        """Take the lock over all processes if it is free."""
        from filelock import FileLock, Timeout  # loaded when a token is renewed

        if self._lock is None:
            self._lock = FileLock(self.path.with_name(self.path.name + ".lock"), thread_local=False)
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        except OSError as exc:
            raise ConfigError(
                f"The lock beside {self.path.name} cannot be made: {exc.strerror}.",
                remedy="The program must be able to write the folder, or renewed tokens would be lost.",
            ) from exc
        return True

    def unlock(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.release()

    def __repr__(self) -> str:
        return f"<SettingsFile {self.path.name}>"


class RedisLock(Protocol):
    """A lock of the redis package."""

    def acquire(self, blocking: bool = ...) -> bool: ...
    def release(self) -> None: ...


class RedisClient(Protocol):
    """What is used of a client of the redis package."""

    def get(self, name: str) -> Any: ...
    def set(self, name: str, value: str) -> Any: ...
    def lock(self, name: str, timeout: float) -> RedisLock: ...


class RedisStore:
    """Tokens in Redis, for several machines.

    Args:
        client: A client of the redis package.
        key: Name of the value, one for each installation.
    """

    #: A holder that died frees the lock after this time; a renewal takes seconds.
    LOCK_S = 60.0

    def __init__(self, client: RedisClient, key: str) -> None:
        self._client = client
        self._key = key
        self._lock: RedisLock | None = None
        self.name = f"redis {key}"

    def load(self) -> dict[str, Any]:
        """Return what is stored."""
        text = self._client.get(self._key)
        data = json.loads(text) if text else {}
        return data if isinstance(data, dict) else {}

    def save(self, data: Mapping[str, Any]) -> None:
        """Replace what is stored."""
        self._client.set(self._key, json.dumps(dict(data)))

    def try_lock(self) -> bool:
        """Take the lock over all machines if it is free."""
        lock = self._client.lock(f"{self._key}:lock", timeout=self.LOCK_S)
        if not lock.acquire(blocking=False):
            return False
        self._lock = lock
        return True

    def unlock(self) -> None:
        """Give the lock back."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def __repr__(self) -> str:
        return f"<RedisStore {self._key}>"
