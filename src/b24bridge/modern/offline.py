"""Offline events: the portal keeps them in a queue, the program fetches them when it likes.

A batch of events is reserved, handled one by one, and cleared (vendor page "Offline Events"). What was
handled is written to a file before the next event is handed out, so that after a crash the rest goes on where
it stopped: an event is handed out again only if the program died inside its handler.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from b24bridge.auth.files import replace_file
from b24bridge.engine.blocking import iterate
from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from b24bridge.engine.executor import Answer
    from b24bridge.modern.client import AsyncClient, Client

__all__ = ["AsyncOfflineReader", "OfflineEvent", "OfflineReader"]


@dataclass(frozen=True, slots=True)
class OfflineEvent:
    """One event of the queue.

    Attributes:
        message_id: The portal's id of the change: repeated changes of one object share it.
        name: Code in capitals.
        data: What the event tells.
        additional: Who caused it (``user_id``).
    """

    message_id: str
    name: str
    data: Mapping[str, Any]
    additional: Mapping[str, Any]


class _Queue:
    """What both colours share."""

    def __init__(
        self,
        client: Client | AsyncClient,
        position: str | Path,
        *,
        limit: int = 50,
        auth_connector: str = "",
    ) -> None:
        self._client = client
        self._path = Path(position)
        self._limit = limit
        self._connector = {"auth_connector": auth_connector} if auth_connector else {}

    async def _events(self) -> AsyncIterator[OfflineEvent]:
        while True:
            batch = self._load() or await self._reserve()
            if batch is None:
                return
            handled: list[str] = batch["handled"]
            for row in batch["events"]:
                if row["MESSAGE_ID"] in handled:
                    continue
                yield OfflineEvent(
                    row["MESSAGE_ID"],
                    row["EVENT_NAME"],
                    row["EVENT_DATA"] or {},
                    row["EVENT_ADDITIONAL"] or {},
                )
                handled.append(row["MESSAGE_ID"])
                self._save(batch)
            await self._call("event.offline.clear", {"process_id": batch["process_id"], **self._connector})
            self._path.unlink(missing_ok=True)

    async def _call(self, method: str, params: dict[str, Any]) -> Answer:
        answer = self._client.call(method, params)
        return await answer if isawaitable(answer) else answer

    async def _reserve(self) -> dict[str, Any] | None:
        answer = await self._call("event.offline.get", {"clear": 0, "limit": self._limit, **self._connector})
        result = answer.result
        if not result["events"]:
            return None
        batch = {"process_id": result["process_id"], "events": result["events"], "handled": []}
        self._save(batch)
        return batch

    def _load(self) -> dict[str, Any] | None:
        try:
            batch: dict[str, Any] = json.loads(self._path.read_text("utf-8"))
            return batch if batch["events"] and isinstance(batch["handled"], list) else None
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as exc:
            raise ConfigError(
                f"{self._path.name} is not a position of offline events.", remedy="Name another file."
            ) from exc

    def _save(self, batch: Mapping[str, Any]) -> None:
        replace_file(self._path, json.dumps(batch, ensure_ascii=False).encode(), mode=0o600)


class OfflineReader(_Queue):
    """Reads the queue of an application with a blocking client.

    Args:
        client: Client with the application's tokens.
        position: File that keeps what is reserved and what was handled.
        limit: Events reserved at a time, 50 at most.
        auth_connector: Name of the source of changes, if the handler was bound with one.
    """

    def __iter__(self) -> Iterator[OfflineEvent]:
        """Yield events until the queue is empty; one counts as handled when the next is asked for.

        Raises:
            ConfigError: The file cannot be read.
        """
        return iterate(self._events())


class AsyncOfflineReader(_Queue):
    """Reads the queue of an application with an async client.

    Args:
        client: Client with the application's tokens.
        position: File that keeps what is reserved and what was handled.
        limit: Events reserved at a time, 50 at most.
        auth_connector: Name of the source of changes, if the handler was bound with one.
    """

    def __aiter__(self) -> AsyncIterator[OfflineEvent]:
        """Yield events until the queue is empty; one counts as handled when the next is asked for.

        Raises:
            ConfigError: The file cannot be read.
        """
        return self._events()
