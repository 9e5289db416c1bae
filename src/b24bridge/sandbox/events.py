"""Who wants to hear of what, and what waits to be fetched (sections 5.8 and 7.5)."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .delivery import Delivery
from .methods import Caller
from .oauth import ACCESS_S
from .values import Moment

if TYPE_CHECKING:
    from .applications import Application
    from .portal import Portal

__all__ = ["HANDLERS", "QUEUE", "Events"]

HANDLERS = "event_handlers"
QUEUE = "event_queue"

# Messages that nobody takes away are forgotten, oldest first.
_KEPT = 10_000
_WITH_REFRESH_TOKEN = frozenset(
    ["ONAPPINSTALL", "ONAPPUPDATE", "ONAPPTEST", "ONSUBSCRIPTIONRENEW", "ONOFFLINEEVENT"]
)
_WITHOUT_TOKEN = frozenset(["ONAPPUNINSTALL", "ONAPPMETHODCONFIRM"])
_NOTICE = "ONOFFLINEEVENT"
_NOTICE_PAUSE_S = 1


class Events:
    """Handlers and the offline queue of one portal.

    Attributes:
        outbox: Messages to handlers that nobody has taken yet, oldest first.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.outbox: deque[Delivery] = deque(maxlen=_KEPT)
        self._has_handlers = False
        # When each handler of ONOFFLINEEVENT was told last, and what it will be told after its pause.
        self._told: dict[int, float] = {}
        self._waiting: dict[int, tuple[float, Delivery]] = {}

    def prepare(self) -> None:
        """Create the tables."""
        store = self._portal.store
        texts = dict.fromkeys(("EVENT", "HANDLER", "CLIENT_ID", "CONNECTOR"), "TEXT")
        numbers = dict.fromkeys(("AUTH_TYPE", "OFFLINE", "MIN_TIMEOUT"), "INTEGER")
        store.ensure(HANDLERS, {**texts, **numbers})
        names = ("EVENT_NAME", "EVENT_DATA", "EVENT_ADDITIONAL", "MESSAGE_ID", "CLIENT_ID", "CONNECTOR")
        more = ("TIMESTAMP_X", "PROCESS_ID")
        store.ensure(QUEUE, {**dict.fromkeys((*names, *more), "TEXT"), "ERROR": "INTEGER"})
        self.outbox.clear()
        self._told.clear()
        self._waiting.clear()
        self.refresh()

    def refresh(self) -> None:
        """Look whether anybody listens; without handlers a write costs nothing more."""
        self._has_handlers = self._portal.store.one(f"SELECT 1 FROM {HANDLERS}") is not None

    def next_handler(self) -> int:
        """Return a number that no handler has: an installer is told although nothing was bound."""
        return int(self._portal.store.one(f"SELECT coalesce(max(ID), 0) + 1 FROM {HANDLERS}")[0])

    # -- what happened ----------------------------------------------------------------------------------

    def announce(self, changed: list[tuple[str, dict[str, Any]]], caller: Caller, moment: Moment) -> None:
        """Tell the handlers of what a call changed."""
        if not self._has_handlers:
            return
        for name, data in changed:
            rows = self._portal.store.rows(
                f"SELECT ID, HANDLER, CLIENT_ID, CONNECTOR, OFFLINE, AUTH_TYPE FROM {HANDLERS} WHERE EVENT=?",
                (name,),
            )
            for number, url, client_id, connector, is_offline, auth_type in rows:
                application = self._portal.applications.get(client_id)
                if application is None or not application.is_installed or not application.is_finished:
                    continue  # events are not sent until the application is installed
                if is_offline:
                    self._queue(name, data, caller, moment, client_id, connector)
                else:
                    user_id = auth_type or caller.user_id
                    self.send(application, url, name, data, user_id=user_id, handler=number)

    def fire(self, name: str, data: Mapping[str, Any], *, client_id: str, user_id: int = 0) -> int:
        """Send one event to the handlers that an application has bound; return how many there are."""
        rows = self._portal.store.rows(
            f"SELECT ID, HANDLER, AUTH_TYPE FROM {HANDLERS} WHERE EVENT=? AND CLIENT_ID=? AND OFFLINE=0",
            (name, client_id),
        )
        application = self._portal.applications[client_id]
        for number, url, auth_type in rows:
            self.send(application, url, name, data, user_id=auth_type or user_id, handler=number)
        return len(rows)

    def send(
        self,
        application: Application,
        url: str,
        name: str,
        data: Mapping[str, Any],
        *,
        user_id: int = 0,
        handler: int | None = None,
    ) -> Delivery:
        """Put a message into the outbox and return it; ``handler`` is the number of a bound handler."""
        delivery = self._delivery(application, url, name, data, user_id=user_id, handler=handler)
        self.outbox.append(delivery)
        return delivery

    def collect(self) -> list[Delivery]:
        """Take the messages out of the outbox, with the notices whose pause is over."""
        now = self._portal.clock.now()
        for number, (due, delivery) in list(self._waiting.items()):
            if due <= now:
                del self._waiting[number]
                self._told[number] = now
                self.outbox.append(delivery)
        taken = list(self.outbox)
        self.outbox.clear()
        return taken

    def forget(self, client_id: str) -> None:
        """Remove the handlers of an application, and what its queue holds."""
        for table in (HANDLERS, QUEUE):
            self._portal.store.run(f"DELETE FROM {table} WHERE CLIENT_ID=?", (client_id,))
        self.refresh()

    # -- messages ---------------------------------------------------------------------------------------

    def _delivery(
        self,
        application: Application,
        url: str,
        name: str,
        data: Mapping[str, Any],
        *,
        user_id: int,
        handler: int | None,
    ) -> Delivery:
        form: dict[str, Any] = {"event": name}
        if handler is not None:
            form["event_handler_id"] = handler
        form["data"] = data
        form["ts"] = int(self._portal.clock.now())
        form["auth"] = self._auth(application, name, user_id)
        return Delivery(url, form)

    def _auth(self, application: Application, name: str, user_id: int) -> dict[str, Any]:
        """Return ``auth`` of a message: a token only where there is a user (section 7.5)."""
        portal = self._portal
        addresses = {
            "domain": portal.host,
            "client_endpoint": portal.endpoint,
            "server_endpoint": f"{portal.oauth_base}/rest/",
            "member_id": portal.member_id,
            "application_token": application.application_token,
        }
        if name in _WITHOUT_TOKEN or not user_id:
            return {key: addresses[key] for key in ("domain", "member_id", "application_token")}
        pair = portal.oauth.issue(application, user_id)
        token = {
            "access_token": pair["access"],
            "expires": pair["expires"],
            "expires_in": ACCESS_S,
            "scope": pair["scope"],
            "status": application.status,
            "user_id": user_id,
        }
        if name in _WITH_REFRESH_TOKEN:
            token["refresh_token"] = pair["refresh"]
        return {**token, **addresses}

    # -- the offline queue ------------------------------------------------------------------------------

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
        self._portal.store.run(
            f"DELETE FROM {QUEUE} WHERE MESSAGE_ID=? AND CLIENT_ID=? AND CONNECTOR=? AND PROCESS_ID=''",
            (message, client_id, connector),
        )
        self._portal.store.insert(
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
        self._notify(client_id, caller.user_id)

    def _notify(self, client_id: str, user_id: int) -> None:
        """Tell an application that its queue has grown, at most once in each handler's pause."""
        rows = self._portal.store.rows(
            f"SELECT ID, HANDLER, AUTH_TYPE, MIN_TIMEOUT FROM {HANDLERS} "
            "WHERE EVENT=? AND CLIENT_ID=? AND OFFLINE=0",
            (_NOTICE, client_id),
        )
        now = self._portal.clock.now()
        for number, url, auth_type, pause_s in rows:
            if number in self._waiting:
                continue
            delivery = self._delivery(
                self._portal.applications[client_id],
                url,
                _NOTICE,
                {},
                user_id=auth_type or user_id,
                handler=number,
            )
            due = self._told.get(number, -float("inf")) + (_NOTICE_PAUSE_S if pause_s is None else pause_s)
            if due <= now:
                self._told[number] = now
                self.outbox.append(delivery)
            else:
                self._waiting[number] = (due, delivery)
