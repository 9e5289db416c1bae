"""From a read request to the method that answers it: existence, authorisation, scope, limits."""

from __future__ import annotations

import difflib
import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .batch import batch
from .clock import iso
from .listing import Answer
from .methods import Caller, Context, Method
from .phpinput import Incoming
from .refusals import Refusal, system
from .requestlog import LoggedRequest
from .rest3.service import Rest3
from .spoiling import cut, spoil_command
from .values import Moment

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["Dispatcher"]

_DEEPEST_BATCH = 5
# A ProgrammingError is a value of a kind that a column cannot hold.
_FAILURES = (
    *(TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError),
    sqlite3.ProgrammingError,
)
_log = logging.getLogger("b24bridge.sandbox")


class Dispatcher:
    """Runs methods of one portal."""

    def __init__(self, portal: Portal, methods: dict[str, Method]) -> None:
        self._portal = portal
        self.methods = methods
        self.rest3 = Rest3(portal, self)
        self.delay_s = 0.0

    def find(self, name: str) -> Method | None:
        """Return a method; letter case does not matter (section 1.5)."""
        return self.methods.get(name.lower())

    def answer(self, incoming: Incoming, entry: LoggedRequest) -> dict[str, Any]:
        """Return the envelope of a request.

        Raises:
            Refusal: The portal answers with an error.
        """
        if incoming.version == 3:
            return self.rest3.answer(incoming, entry)
        method = self.find(incoming.method)
        if method is None and incoming.method.lower() != "batch":
            entry.note = self.nearest(incoming.method)
            raise system("method")
        caller = self.identify(incoming)
        context = self.context(caller)
        context.start = incoming.start
        self.delay_s = self._portal.latency.request_s
        if method is None:
            return self._batch(context, incoming, entry)
        self._allow(method, caller)
        answer, time = self.run(context, method, incoming.params)
        return self._envelope(answer, time, incoming.state)

    def context(self, caller: Caller) -> Context:
        """Return what handlers get to know."""
        return Context(self._portal, caller, Moment(self._portal.clock.now(), self._portal.where))

    def identify(self, incoming: Incoming) -> Caller:
        """Return who calls (section 1.6).

        Raises:
            Refusal: Nobody, or not anybody known.
        """
        portal = self._portal
        if portal.limits.is_overloaded:
            raise system("overload")
        if incoming.signed:
            raise system("download")
        if incoming.token is not None:
            caller = portal.oauth.caller(incoming.token, portal.applications)
            incoming.client_id = caller.client_id
        elif incoming.webhook is not None:
            if not incoming.is_secure:
                raise system("https")
            caller = portal.webhook_caller(*incoming.webhook)
        else:
            raise system("no_auth")
        return caller if portal.is_admin(caller.user_id) else replace(caller, is_admin=False)

    def nearest(self, name: str, methods: Iterable[str] | None = None) -> str:
        """Return a hint about a method that is not there."""
        known = self.methods if methods is None else methods
        found = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.6)
        note = (
            f"the nearest implemented methods are {', '.join(found)}"
            if found
            else "nothing similar is implemented"
        )
        _log.info("unknown method %s: %s", name[:100], note)
        return note

    def _allow(self, method: Method, caller: Caller, *, inside_batch: bool = False) -> None:
        if method.auth == "token" and caller.kind == "webhook":
            raise system("auth_type")
        if method.scope and not any(scope in caller.scopes for scope in method.scope.split("|")):
            refusal = system("scope_token" if caller.kind == "token" else "scope_webhook")
            if inside_batch:
                refusal.description = ""
            raise refusal

    def run(self, context: Context, method: Method, params: Any) -> tuple[Answer, dict[str, Any]]:
        portal = self._portal
        began = portal.clock.now()
        name = method.name.lower()
        key = context.caller.key
        portal.limits.operating.check(key, name, began)
        context.method = name
        try:
            result = method.handler(context, params)
        except Refusal:
            portal.store.rollback()
            context.changed.clear()
            raise
        except _FAILURES as error:
            # As on a portal, whose methods fail on values that they did not expect (section 2.3).
            portal.store.rollback()
            context.changed.clear()
            _log.exception("%s failed; its parameters are something that the sandbox did not expect", name)
            raise Refusal("ERROR_CORE", "Internal error") from error
        portal.announce(context)
        answer = result if isinstance(result, Answer) else Answer(result)
        seconds = portal.latency.command(name, counted=bool(answer.total))
        self.delay_s += seconds
        portal.limits.operating.charge(key, name, began, seconds)
        return answer, self.time(began, key, name)

    def _batch(self, context: Context, incoming: Incoming, entry: LoggedRequest) -> dict[str, Any]:
        began = self._portal.clock.now()

        depth = 0

        def run(outer: Context, name: str, params: Any, start: int | None) -> tuple[Answer, dict[str, Any]]:
            nonlocal depth
            entry.commands.append(name)
            method = self.find(name)
            if method is None and name.lower() == "batch" and depth < _DEEPEST_BATCH:
                # What is not allowed inside a batch is known there by its name in small letters only.
                depth += 1
                inner_began = self._portal.clock.now()
                found = batch(outer, params, run)
                depth -= 1
                return Answer(found), self.time(inner_began, outer.caller.key, "batch")
            if method is None:
                entry.note = self.nearest(name)
                raise system("method")
            fault = self._portal.faults.strike(name.lower(), params, is_command=True)
            if fault is not None:
                spoil_command(self._portal, fault, entry, incoming.token)
            self._allow(method, outer.caller, inside_batch=True)
            inner = self.context(outer.caller)
            inner.start = start
            ran = self.run(inner, method, params)
            if fault is not None and fault.lost:
                raise cut(self._portal, entry)
            # A later command that is refused must not take this one back.
            self._portal.store.commit()
            return ran

        result = batch(context, incoming.params, run)
        return self._envelope(Answer(result), self.time(began, context.caller.key, "batch"), None)

    def _envelope(self, answer: Answer, time: dict[str, Any], state: str | None) -> dict[str, Any]:
        result = answer.result
        if isinstance(result, dict) and result.get("error") and result.get("error_description"):
            return result
        envelope: dict[str, Any] = {"result": result}
        if answer.next is not None:
            envelope["next"] = answer.next
        if answer.total is not None:
            envelope["total"] = answer.total
        if answer.signed and state is not None:
            envelope["signature"] = self._portal.signature(result, state)
        envelope["time"] = time
        return envelope

    def time(self, began: float, key: str, method: str) -> dict[str, Any]:
        """Return the ``time`` of an answer (section 2.2): whole start, so the duration is too long."""
        portal = self._portal
        now = portal.clock.now()
        return {
            "start": int(began),
            "finish": now,
            "duration": now - int(began),
            "processing": 0,
            "date_start": iso(began, portal.where),
            "date_finish": iso(now, portal.where),
            "operating_reset_at": portal.limits.operating.reset_at(key, method, began),
            "operating": portal.limits.operating.used(key, method, now),
        }
