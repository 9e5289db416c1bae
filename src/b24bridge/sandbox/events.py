"""Who wants to hear of what, and what waits to be fetched (section 5.8)."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from .methods import Caller
from .store import Store
from .values import Moment

__all__ = ["Delivery", "Events"]

HANDLERS = "event_handlers"
QUEUE = "event_queue"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to a handler, as its form body.

    Attributes:
        url: Address of the handler.
        form: Parameters; ``auth`` is added by whoever sends it.
    """

    url: str
    form: dict[str, Any]


class Events:
    """Handlers and the offline queue of one portal.

    Attributes:
        outbox: Messages to handlers that nobody has sent yet, oldest first.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.outbox: deque[Delivery] = deque(maxlen=10_000)
        self._has_handlers = False

    def prepare(self) -> None:
        """Create the tables."""
        texts = dict.fromkeys(("EVENT", "HANDLER", "CLIENT_ID", "CONNECTOR"), "TEXT")
        self._store.ensure(HANDLERS, {**texts, "AUTH_TYPE": "INTEGER", "OFFLINE": "INTEGER"})
        names = ("EVENT_NAME", "EVENT_DATA", "EVENT_ADDITIONAL", "MESSAGE_ID", "CLIENT_ID", "CONNECTOR")
        more = ("TIMESTAMP_X", "PROCESS_ID")
        self._store.ensure(QUEUE, {**dict.fromkeys((*names, *more), "TEXT"), "ERROR": "INTEGER"})
        self.refresh()

    def refresh(self) -> None:
        """Look whether anybody listens; without handlers a write costs nothing more."""
        self._has_handlers = self._store.one(f"SELECT 1 FROM {HANDLERS}") is not None

    def announce(self, changed: list[tuple[str, dict[str, Any]]], caller: Caller, moment: Moment) -> None:
        """Tell the handlers of what a call changed."""
        if not self._has_handlers:
            return
        for name, data in changed:
            rows = self._store.rows(
                f"SELECT ID, HANDLER, CLIENT_ID, CONNECTOR, OFFLINE FROM {HANDLERS} WHERE EVENT=?", (name,)
            )
            for number, url, client_id, connector, is_offline in rows:
                if is_offline:
                    self._queue(name, data, caller, moment, client_id, connector)
                else:
                    form = {"event": name, "event_handler_id": number, "data": data, "ts": int(moment.now)}
                    self.outbox.append(Delivery(url, form))

    def _queue(
        self,
        name: str,
        data: dict[str, Any],
        caller: Caller,
        moment: Moment,
        client_id: str,
        connector: str,
    ) -> None:
        """Put one row per event and data into the queue: repeated changes of one object are one."""
        if caller.client_id == client_id and not connector:
            return  # an application does not hear of its own changes
        text = json.dumps(data)
        message = hashlib.md5(f"{name}{text}".encode(), usedforsecurity=False).hexdigest()
        self._store.run(
            f"DELETE FROM {QUEUE} WHERE MESSAGE_ID=? AND CLIENT_ID=? AND CONNECTOR=? AND PROCESS_ID=''",
            (message, client_id, connector),
        )
        self._store.insert(
            QUEUE,
            {
                "EVENT_NAME": name,
                "EVENT_DATA": text,
                "EVENT_ADDITIONAL": json.dumps({"user_id": str(caller.user_id)}),
                "MESSAGE_ID": message,
                "CLIENT_ID": client_id,
                "CONNECTOR": connector,
                "TIMESTAMP_X": moment.text,
                "PROCESS_ID": "",
                "ERROR": 0,
            },
        )
