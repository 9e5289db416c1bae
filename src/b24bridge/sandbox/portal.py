"""A whole Bitrix24 portal as one object: requests in, answers out, no sockets.

Facts: "How a Bitrix24 REST portal behaves"; the sections that code cites are of that page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from .applications import Application, Applications
from .clock import Clock, zone
from .delivery import Delivery, Sender, Sent, deliver, post
from .dispatch import Dispatcher
from .entities import Entities
from .events import Events
from .families import load_families
from .faults import Faults
from .installation import install
from .limits import Latency, Limits
from .methods import Caller, Context, Method
from .oauth import OAuth
from .reception import Reception
from .records import Record
from .refusals import system
from .reply import Reply
from .requestlog import RequestLog
from .store import Store
from .transfers import Transfers

__all__ = ["DOCUMENTED_STATUSES", "Portal"]

# Where the documentation gives another status than the portal's source (section 2.4).
DOCUMENTED_STATUSES = {
    "INVALID_CREDENTIALS": 403,
    "insufficient_scope": 403,
    "user_access_error": 403,
    "INVALID_REQUEST": 400,
    "OVERLOAD_LIMIT": 503,
}


class Portal:
    """One portal: records, users, applications, limits, faults. Several can live in one process.

    Args:
        data: Records to start with, in the format of the service-desk data set.
        db: File for the records; None keeps them in memory.
        webhook_code: Code of the incoming webhook; None invents one.
        base_url: Address that the portal believes to have.
        offset: Zone of server and users, as ``+03:00``.
        limits: Tariff name, arguments of :class:`Limits`, or None for no limits.
        latency: Arguments of :class:`Latency`, or None for no delays.
        statuses: HTTP statuses by error code, where sources differ; see ``DOCUMENTED_STATUSES``.
        requires_https: Whether webhooks over plain HTTP are refused, as on a live portal.

    Attributes:
        sent: What became of the last messages to handlers.
        oauth_base: Address of the authorisation server; behind a socket the sandbox plays it itself.
        moved_to: New address of the portal: the old one answers 302 then, with a body that is no JSON.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        db: str | None = None,
        webhook_code: str | None = None,
        base_url: str = "https://portal.test",
        oauth_host: str = "oauth.bitrix.info",
        offset: str = "+03:00",
        limits: str | Mapping[str, Any] | Limits | None = None,
        latency: Mapping[str, Any] | Latency | None = None,
        statuses: Mapping[str, int] | None = None,
        requires_https: bool = False,
    ) -> None:
        self.statuses = dict(statuses or {})
        self.requires_https = requires_https
        self.moved_to: str | None = None
        self.clock = Clock()
        self.faults = Faults()
        self.requests = RequestLog()
        self.limits = Limits.of(dict(limits) if isinstance(limits, Mapping) else limits)
        self.latency = latency if isinstance(latency, Latency) else Latency(**(latency or {}))
        self.base_url = base_url.rstrip("/")
        self.oauth_base = f"https://{oauth_host}"
        self.store = Store(db)
        self.oauth = OAuth(self.store, self.clock)
        self.applications = Applications(self.store)
        self.records: dict[str, Record] = {}
        self.entities = Entities(self.store)
        self.events = Events(self)
        self.sent: deque[Sent] = deque(maxlen=1000)
        self.transfers = Transfers(self)
        self._lock = threading.RLock()
        self._wanted_code = webhook_code
        self._default_offset = offset
        self._families = load_families()
        methods: dict[str, Method] = {
            method.name.lower(): method for family in self._families for method in family.methods
        }
        self.dispatcher = Dispatcher(self, methods)
        self._reception = Reception(self)
        self._prepare()
        self.store.commit()
        if db is None:
            self.store.keep_shape()
        if data is not None:
            self.seed(data)

    def __repr__(self) -> str:
        return f"Portal({self.base_url})"

    def __enter__(self) -> Portal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the records; a portal in a file can be opened again."""
        with self._lock:
            self.store.commit()
            self.store.close()

    # -- addresses and credentials ----------------------------------------------------------------------

    @property
    def webhook_url(self) -> str:
        """Address of the incoming webhook; it is a secret."""
        return f"{self.base_url}/rest/{self.webhook_user_id}/{self.webhook_code}/"

    @property
    def endpoint(self) -> str:
        """Address of the REST service for access tokens."""
        return f"{self.base_url}/rest/"

    @property
    def oauth_url(self) -> str:
        """Address of the token service."""
        return f"{self.base_url}/oauth/token/"

    @property
    def application(self) -> Application:
        """The application that the portal starts with."""
        return next(iter(self.applications.values()))

    @property
    def host(self) -> str:
        """Host of the portal, with its port."""
        return urlsplit(self.base_url).netloc

    def tokens(self, user_id: int | None = None) -> dict[str, Any]:
        """Return a new pair of tokens of the first application: ``access``, ``refresh``, ``expires``."""
        with self._lock:
            pair = self.oauth.issue(self.application, user_id or self.webhook_user_id)
            self.store.commit()
            return pair

    def webhook_caller(self, user: str, code: str) -> Caller:
        """Return the owner of an incoming webhook.

        Raises:
            Refusal: User or code are wrong.
        """
        is_right = hmac.compare_digest(code.encode(), self.webhook_code.encode())
        if not is_right or not (user == str(self.webhook_user_id) or self._has_login(user)):
            raise system("credentials")
        return Caller("webhook", self.webhook_user_id, self.webhook_scopes, key="webhook:1")

    def _has_login(self, login: str) -> bool:
        """Whether the owner of the webhook signs in by this name, a mail address."""
        row = self.store.one("SELECT EMAIL FROM users WHERE ID=?", (self.webhook_user_id,))
        return bool(row and row[0]) and str(row[0]).casefold() == login.casefold()

    def is_admin(self, user_id: int) -> bool:
        """Whether a user administers the portal: ADMIN says so, or it is the first or the webhook's."""
        row = self.store.one("SELECT ADMIN FROM users WHERE ID=?", (user_id,))
        known = row[0] if row else None
        return known == "Y" if known else user_id in (1, self.webhook_user_id)

    def signature(self, result: Any, state: str) -> str:
        """Return the signature that answers ``state`` (section 1.7)."""
        text = f"{json.dumps(result, sort_keys=True, default=str)}{state}"
        return hmac.new(self.application.client_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    # -- applications and their handlers ------------------------------------------------------------------

    def install(
        self,
        address: str | None = None,
        *,
        client_id: str | None = None,
        kind: str = "event",
        user_id: int | None = None,
    ) -> Delivery:
        """Install an application by a message to its address; see :func:`installation.install`."""
        with self._lock:
            delivery = install(self, address, client_id=client_id, kind=kind, user_id=user_id)
            self.store.commit()
            return delivery

    def collect(self) -> list[Delivery]:
        """Take the messages to handlers that wait to be sent."""
        with self._lock:
            return self.events.collect()

    def deliver(self, send: Sender = post) -> list[Sent]:
        """Send the messages to handlers that wait, once each, and return what became of them.

        Behind a socket a thread does it; in the process whoever holds the portal does.

        Args:
            send: Takes address and form body, returns the status of the answer.
        """
        sent = deliver(self.collect(), send)
        self.sent.extend(sent)
        return sent

    # -- data ---------------------------------------------------------------------------------------------

    def seed(self, data: Mapping[str, Any]) -> dict[str, int]:
        """Add records (format of "The service desk", section 1) and return how many of each kind.

        Lists of records may be any iterables, so millions need not be in memory at once.

        Raises:
            ValueError: The data set has another form; then nothing is added.
        """
        from .loading import seed

        return self._loaded(seed, data)

    def load_answers(self, answers: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """Add the records that recorded answers show and return how many of each kind.

        Args:
            answers: Maps with ``method``, ``params`` and ``response`` (the decoded body).
        """
        from .answers import load_answers

        return self._loaded(load_answers, answers)

    def _loaded(self, load: Callable[[Portal, Any], dict[str, int]], data: Any) -> dict[str, int]:
        with self._lock:
            try:
                counts = load(self, data)
            except BaseException:
                self.store.rollback()
                self._prepare()
                self.store.commit()
                raise
            self.store.commit()
            return counts

    def counts(self) -> dict[str, int]:
        """Return how many records of each kind there are."""
        from .loading import counts

        with self._lock:
            return counts(self)

    def dump(self) -> dict[str, Any]:
        """Return everything but the secrets as a data set that :meth:`seed` reads."""
        from .loading import dump

        with self._lock:
            return dump(self)

    def reset(self) -> None:
        """Empty the portal; address, webhook and application stay as they are."""
        with self._lock:
            kept = {name: self.store.setting(name) for name in ("webhook", "applications", "member_id")}
            self.store.clear()
            for name, value in kept.items():
                self.store.keep(name, value)
            self.requests.clear()
            self.faults.clear()
            self._prepare()
            self.store.commit()

    def _prepare(self) -> None:
        """Create what is missing: settings, tables, the first application."""
        store = self.store
        portal = store.setting("portal", {})
        self.offset: str = portal.get("offset", self._default_offset)
        self.where = zone(self.offset)
        # The calling user's zone, in which tasks print their dates.
        self.user_where = zone(portal["user_offset"]) if "user_offset" in portal else self.where
        self.webhook_user_id: int = portal.get("webhook_user_id", 1)
        webhook = store.setting("webhook") or {"code": secrets.token_hex(8)}
        if self._wanted_code is not None:
            webhook["code"] = self._wanted_code
        store.keep("webhook", webhook)
        self.webhook_code: str = webhook["code"]
        self.scopes = (
            frozenset(
                scope
                for method in self.dispatcher.methods.values()
                for scope in method.scope.split("|")
                if scope
            )
            | self.dispatcher.rest3.scopes
        )
        self.webhook_scopes = frozenset(portal.get("webhook_scopes", ())) or self.scopes
        self.applications.prepare(self.scopes)
        self.member_id: str = store.setting("member_id") or secrets.token_hex(16)
        store.keep("member_id", self.member_id)
        self.oauth.prepare()
        for family in self._families:
            if family.prepare is not None:
                family.prepare(self)
        self.dispatcher.rest3.prepare()

    def configure(self, **facts: Any) -> None:
        """Keep facts about the portal itself, such as ``offset`` and ``webhook_scopes``; see a dump."""
        self.store.keep("portal", {**self.store.setting("portal", {}), **facts})
        self._prepare()

    def announce(self, context: Context) -> None:
        """Tell the handlers of what a call changed."""
        if context.changed:
            self.events.announce(context.changed, context.caller, context.moment)

    # -- requests -------------------------------------------------------------------------------------------

    def answer(
        self,
        verb: str,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        caller: str = "127.0.0.1",
    ) -> Reply:
        """Answer one HTTP request.

        Args:
            verb: HTTP verb.
            url: Absolute address or path with query.
            headers: Pairs.
            body: Complete body.
            caller: Source address, which the request limit counts by.

        Raises:
            ConnectionResetError: The connection is cut (a fault).
            ConnectionRefusedError: The portal does not accept connections (a fault).
            TimeoutError: No answer ever comes (a fault).
        """
        with self._lock:
            try:
                return self._reception.answer(verb, url, headers, body, caller)
            finally:
                self.store.commit()
