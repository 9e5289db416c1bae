"""One request of REST 3.0, from the method's name to the envelope."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Caller, Context, Method, Params
from b24bridge.sandbox.phpinput import Incoming
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.requestlog import LoggedRequest

from . import idempotency, modules
from .batch import commands, resolved
from .description import ALIASES, openapi, scope_list
from .errors import invalid, method_not_found, scope_missing

if TYPE_CHECKING:
    from b24bridge.sandbox.dispatch import Dispatcher
    from b24bridge.sandbox.portal import Portal

__all__ = ["Rest3"]

_OPENAPI = "rest.documentation.openapi"
# Methods without a request object.
_PLAIN = frozenset({_OPENAPI, "rest.scope.list"})


class Rest3:
    """The methods of REST 3.0 on one portal."""

    def __init__(self, portal: Portal, dispatcher: Dispatcher) -> None:
        self._portal = portal
        self._dispatcher = dispatcher
        self.methods = {method.name: method for method in modules.methods()}
        self.methods["rest.scope.list"] = Method("rest.scope.list", partial(scope_list, self.methods))
        self.methods[_OPENAPI] = Method(_OPENAPI, self._openapi)

    @property
    def scopes(self) -> frozenset[str]:
        """Modules that a webhook or an application can be allowed to use."""
        return frozenset(name.partition(".")[0] for name in self.methods) - {"rest"}

    def prepare(self) -> None:
        """Create the tables."""
        idempotency.prepare(self._portal.store)
        modules.prepare(self._portal)

    def answer(self, incoming: Incoming, entry: LoggedRequest) -> dict[str, Any]:
        """Return the body of the answer.

        Raises:
            Refusal: The portal answers with an error.
        """
        name = ALIASES.get(incoming.method, incoming.method)
        method = self.methods.get(name)
        if method is None and name != "batch":
            entry.note = self._dispatcher.nearest(name, self.methods)
            raise method_not_found(name)
        caller = self._dispatcher.identify(incoming)
        if name not in _PLAIN and incoming.has_body and not incoming.body_is_json:
            raise invalid("INVALIDJSON")
        self._dispatcher.delay_s = self._portal.latency.request_s
        now = self._portal.clock.now()
        replay = idempotency.Replay(
            self._portal.store, incoming.idempotency_key, caller, name, incoming.params
        )
        known = replay.known(now)
        if known is not None:
            incoming.reply_headers = replay.headers(replayed=True)
            replayed: dict[str, Any] = known
            return replayed
        if method is None:
            result, time = self._batch(caller, incoming.params, entry)
        else:
            result, time = self._run(caller, method, incoming.params)
        body = result if name == _OPENAPI else {"result": result, "time": time}
        replay.keep(body, now)
        incoming.reply_headers = replay.headers(replayed=False)
        return body

    def _run(self, caller: Caller, method: Method, params: Params) -> tuple[Any, Any]:
        self._allow(method, caller)
        answer, time = self._dispatcher.run(self._dispatcher.context(caller), method, params)
        return answer.result, time

    def _allow(self, method: Method, caller: Caller) -> None:
        """Any of module, module.controller and module.controller.method is enough."""
        if not method.scope:
            return
        steps = method.name.split(".")
        wanted = {".".join(steps[:length]) for length in range(1, len(steps) + 1)}
        if steps[0] == "tasks":
            wanted.add("task")
        if not wanted & caller.scopes:
            raise scope_missing()

    def _batch(self, caller: Caller, params: Params, entry: LoggedRequest) -> tuple[Any, Any]:
        began = self._portal.clock.now()
        found = commands(params)
        for name, _, _ in found:
            entry.commands.append(name)
            if name not in self.methods:
                raise method_not_found(name)
        results: dict[str, Any] = {}
        try:
            for name, query, alias in found:
                results[alias], _ = self._run(caller, self.methods[name], resolved(query, results))
        except Refusal:
            self._portal.store.rollback()
            raise
        return list(results.values()), self._dispatcher.time(began, caller.key, "batch")

    def _openapi(self, context: Context, _: Params) -> Answer:
        server = f"{context.portal.base_url}/rest/api"
        return Answer(openapi(self.methods, modules.entities(), server))
