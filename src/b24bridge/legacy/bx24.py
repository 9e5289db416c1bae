"""BX24 for servers: the calls of BX24.js with the original's bytes, results and habits.

Facts: "BX24.js and the portal page around it"; recordings in ``tests/vectors/bx24``. Every habit is
named in ``bx24_quirks.py`` and can be switched off by its name. Functions of the portal's window
(dialogs, sizes, placements) need a browser: ``bx24.js`` of the gateway has them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from b24bridge.auth.credentials import OAUTH_URL, Credentials, OAuth, Store, Webhook
from b24bridge.auth.stores import MemoryStore
from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.engine.guard import check
from b24bridge.engine.port import Port
from b24bridge.errors import ApiError, B24Error, TransportError
from b24bridge.legacy.bx24_batch import UNDEFINED, Calls, JavaScriptError, commands_of, unpack
from b24bridge.legacy.bx24_form import is_truthy
from b24bridge.legacy.bx24_options import Options
from b24bridge.legacy.bx24_quirks import kept
from b24bridge.legacy.bx24_result import AjaxError, AjaxResult, Query
from b24bridge.legacy.bx24_session import Session
from b24bridge.legacy.bx24_talk import Talk
from b24bridge.legacy.bx24_work import Work

if TYPE_CHECKING:
    from b24bridge.engine.inprocess import LocalPortal
    from b24bridge.engine.port import BlockingTransport

__all__ = ["BX24", "AjaxError", "AjaxResult"]

Callback: TypeAlias = Callable[[Any], object]

_log = logging.getLogger("b24bridge.legacy.bx24")

QUERY_ERROR = "Query error!"
_FRAME_ONLY = frozenset(
    {
        *("resizeWindow", "fitWindow", "reloadWindow", "setTitle", "scrollParentWindow", "getScrollSize"),
        *("openApplication", "closeApplication", "openPath", "selectUser", "selectUsers", "selectAccess"),
        *("selectCRM", "im", "placement", "loadScript", "bind", "unbind", "proxy", "proxyContext"),
    }
)


class BX24:
    """One portal with the functions of BX24.js.

    A call made inside a callback runs after that callback, as in the browser; a call made anywhere
    else returns when its callback and all that follow from it have run.

    Args:
        credentials: Webhook or OAuth tokens.
        port: The outside world; made from ``transport`` if it is left out.
        transport: A local portal, or a transport of httpx, instead of the network.
        init: What the portal tells a frame at its start, as far as it is known: ``LANG``, ``IS_ADMIN``,
            ``FIRST_RUN``, ``INSTALL``, ``USER_OPTIONS``, ``APP_OPTIONS``, ``MEMBER_ID``, ``AUTH_EXPIRES``.
        quirks: Switches by name, such as ``{"silent_failures": False}``.
        on_uncaught: Gets what a browser reports as an uncaught exception; it is logged by default.
        timeout_s: Seconds to wait for an answer; the original waits for ever.
        verify_tls: Whether the portal's certificate is checked.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        port: Port | None = None,
        transport: LocalPortal | BlockingTransport | None = None,
        init: Mapping[str, Any] | None = None,
        quirks: Mapping[str, bool] | None = None,
        on_uncaught: Callable[[Exception], object] | None = None,
        timeout_s: float | None = None,
        verify_tls: bool = True,
    ) -> None:
        self._quirks = kept(quirks or {})
        self._port: Port = port if port is not None else BlockingPort(transport)
        self._credentials = credentials
        self._init = dict(init or {})
        self._session = Session(self._port, credentials, self._init)
        self._talk = Talk(
            self._port,
            credentials,
            self._session,
            self._quirks,
            timeout_s=timeout_s,
            verify_tls=verify_tls,
        )
        self._on_uncaught = on_uncaught or _report
        self._work = Work()
        self._installers: list[Callable[[], object]] = []
        self._waiting: list[Callable[[], object]] = []
        self._installing = False
        self.user_option = Options(self._init.get("USER_OPTIONS"), "user.option", self._talk.ask)
        self.app_option = Options(
            self._init.get("APP_OPTIONS"), "app.option", self._talk.ask, allowed=self.is_admin
        )

    @classmethod
    def from_webhook(cls, url: str, **settings: Any) -> BX24:
        """Return BX24 over an incoming webhook; ``settings`` are those of the constructor."""
        return cls(Webhook(url), **settings)

    @classmethod
    def from_oauth(
        cls,
        store: Store,
        client_id: str = "",
        client_secret: str = "",
        *,
        oauth_url: str = OAUTH_URL,
        **settings: Any,
    ) -> BX24:
        """Return BX24 over stored tokens; ``settings`` are those of the constructor."""
        return cls(OAuth(store, client_id, client_secret, oauth_url=oauth_url), **settings)

    @classmethod
    def from_token(
        cls,
        domain: str,
        access_token: str,
        refresh_token: str = "",
        *,
        client_id: str = "",
        client_secret: str = "",
        oauth_url: str = OAUTH_URL,
        scheme: str = "https",
        **settings: Any,
    ) -> BX24:
        """Return BX24 over tokens at hand, such as those that the portal posts to an application's page."""
        tokens = {
            "access_token": access_token,
            "refresh_token": refresh_token,
            "client_endpoint": f"{scheme}://{domain}/rest/",
        }
        return cls.from_oauth(MemoryStore(tokens), client_id, client_secret, oauth_url=oauth_url, **settings)

    def __repr__(self) -> str:
        return f"BX24({self._credentials.portal!r})"

    def __getattr__(self, name: str) -> Any:
        if name in _FRAME_ONLY:
            raise AttributeError(f"BX24.{name} needs the portal's frame: use bx24.js in the page for it.")
        raise AttributeError(f"BX24 has no attribute {name!r}.")

    # -- calls ------------------------------------------------------------------------------------

    def call_method(self, method: str, params: Any = None, callback: Callback | None = None) -> None:
        """Call a method; the callback gets an :class:`AjaxResult`.

        Args:
            method: REST method.
            params: A mapping, a list for positional methods, or a ready query string.
            callback: Called with the result; see the quirk ``silent_failures``.

        Raises:
            AccessError: The guard of the running context refuses the call; nothing was sent.
        """
        check(method, {} if params is None else params)
        if "start_dropped" in self._quirks and isinstance(params, Mapping) and is_truthy(params.get("start")):
            params = _without_start(params)
        self._issue(Query(method, params, callback))

    def call_batch(self, calls: Calls, callback: Callback | None = None, halt: bool = False) -> None:
        """Call many methods in one request; the callback gets a list or a dictionary of results.

        Args:
            calls: A list or a mapping of ``[method, params]`` or ``{"method": ..., "params": ...}``.
            callback: Called with results under the keys of ``calls``; commands that did not run are absent.
            halt: Whether the first error ends the batch.
        """
        commands = commands_of(calls, self._quirks)
        if not commands:
            if "silent_empty_batch" not in self._quirks and callback is not None:
                callback({} if isinstance(calls, Mapping) else [])
            return
        params = {"halt": 1 if halt else 0, "cmd": commands}
        self.call_method("batch", params, lambda result: self._unpack(calls, commands, result, callback))

    def call_bind(
        self, event: str, handler: str, auth_type: Any = 0, callback: Callback | None = None
    ) -> Literal[False] | None:
        """Bind a handler to an event; False and no request if the user is no administrator."""
        if not self.is_admin():
            return False
        params = {"event": event or "", "handler": handler or "", "auth_type": auth_type}
        self.call_method("event.bind", params, callback)
        return None

    def call_unbind(
        self, event: str, handler: str, auth_type: Any = None, callback: Callback | None = None
    ) -> Literal[False] | None:
        """Unbind a handler from an event; False and no request if the user is no administrator."""
        if not self.is_admin():
            return False
        params = {"event": event or "", "handler": handler or "", "auth_type": auth_type}
        self.call_method("event.unbind", params, callback)
        return None

    # -- who and where ----------------------------------------------------------------------------

    def get_auth(self) -> dict[str, Any] | Literal[False]:
        """Return the tokens, or False when they are too old or a webhook is used.

        ``expires_in`` is a moment in milliseconds, as in the original.
        """
        return self._session.auth()

    def refresh_auth(self, callback: Callback | None = None) -> None:
        """Renew the tokens and call back with the new ones; never called back if that fails."""
        try:
            run(self._session.refresh())
        except B24Error as error:
            self._on_uncaught(error)
            return
        if callback is not None:
            callback(self.get_auth())

    def is_admin(self) -> bool:
        """Tell whether the user is an administrator; asked once (``user.admin``) if it is not known."""
        if "IS_ADMIN" not in self._init:
            self._init["IS_ADMIN"] = self._talk.ask("user.admin", {}) is True
        return bool(self._init["IS_ADMIN"])

    def get_lang(self) -> str:
        """Return the language of the portal's page, empty if it is not known."""
        return str(self._init.get("LANG", ""))

    def get_domain(self) -> str:
        """Return the host of the portal."""
        return str(self._init.get("DOMAIN") or self._credentials.portal)

    # -- start ------------------------------------------------------------------------------------

    def init(self, callback: Callable[[], object]) -> None:
        """Call back at once, or after the handlers of a first run (``FIRST_RUN``) have finished."""
        self._waiting.append(callback)
        if self._installing:
            return
        if self._init.get("FIRST_RUN") and self._installers:
            self._installing = True
            self._next_installer()
        else:
            self._start()

    def ready(self, callback: Callable[[], object]) -> None:
        """Call back at once: there is no document to wait for."""
        callback()

    def is_ready(self) -> bool:
        """Return True: there is no document to wait for."""
        return True

    def install(self, handler: Callable[[], object]) -> None:
        """Run the handler at the first run; it has to call :meth:`install_finish`."""
        self._installers.append(handler)

    def install_finish(self) -> None:
        """Let the next install handler start; without a first run nothing happens on a server."""
        if self._installing:
            self._next_installer()

    # -- inside -----------------------------------------------------------------------------------

    def _next_installer(self) -> None:
        if self._installers:
            self._installers.pop(0)()
            return
        self._installing = False
        self._init["FIRST_RUN"] = self._init["INSTALL"] = False
        self._start()

    def _start(self) -> None:
        while self._waiting:
            self._waiting.pop(0)()

    def _issue(self, query: Query) -> None:
        self._work.do(lambda: self._finish(query))

    def _finish(self, query: Query) -> None:
        try:
            reply = self._talk.exchange(query)
        except TransportError as error:
            self._failed(query, error)
            return
        except ApiError as error:  # the token server refused; the portal's page shows an alert and is silent
            self._failed(query, error)
            return
        if reply.silent and "silent_failures" in self._quirks:
            self._failed(query, None)
        elif reply.answer is None:
            self._on_uncaught(JavaScriptError("TypeError: Cannot read properties of null (reading 'error')"))
        elif callable(query.callback):
            query.callback(AjaxResult(reply.answer, query, reply.status, self._issue))

    def _failed(self, query: Query, cause: B24Error | None) -> None:
        if "silent_failures" in self._quirks:
            error = TransportError(QUERY_ERROR, method=query.method)
            error.__cause__ = cause
            self._on_uncaught(error)
        elif callable(query.callback):
            code = cause.code if isinstance(cause, ApiError) else _code_of(cause)
            answer = {"error": code, "error_description": str(cause)}
            query.callback(AjaxResult(answer, query, 0, self._issue))

    def _unpack(
        self, calls: Calls, commands: Mapping[str, str], result: AjaxResult, callback: Callback | None
    ) -> None:
        if not is_truthy(callback):
            return
        error = result.error()
        if error is not None and "silent_batch_refusal" not in self._quirks:
            container = self._refused(calls, commands, result, callback)
        else:
            data = result.answer.get("result", UNDEFINED) if isinstance(result.answer, dict) else UNDEFINED
            try:
                container = unpack(
                    calls,
                    commands,
                    data,
                    lambda answer, method, text: AjaxResult(
                        answer, Query(method, text, callback), result.status, self._issue
                    ),
                )
            except JavaScriptError as accident:
                self._on_uncaught(accident)
                return
        if not callable(callback):
            self._on_uncaught(JavaScriptError("TypeError: callback.apply is not a function"))
            return
        callback(container)

    def _refused(
        self, calls: Calls, commands: Mapping[str, str], result: AjaxResult, callback: Callback | None
    ) -> Any:
        answer = {key: result.answer.get(key) for key in ("error", "error_description")}
        found = {
            key: AjaxResult(dict(answer), Query("batch", None, callback), result.status, self._issue)
            for key in commands
        }
        if isinstance(calls, Mapping):
            return {key: found[str(key)] for key in calls if str(key) in found}
        return [found.get(str(position)) for position in range(len(calls))]

    # The original's spellings.
    callMethod = call_method  # noqa: N815
    callBatch = call_batch  # noqa: N815
    callBind = call_bind  # noqa: N815
    callUnbind = call_unbind  # noqa: N815
    callUnBind = call_unbind  # noqa: N815
    getAuth = get_auth  # noqa: N815
    refreshAuth = refresh_auth  # noqa: N815
    isAdmin = is_admin  # noqa: N815
    getLang = get_lang  # noqa: N815
    getDomain = get_domain  # noqa: N815
    isReady = is_ready  # noqa: N815
    installFinish = install_finish  # noqa: N815

    @property
    def userOption(self) -> Options:  # noqa: N802
        """The original's spelling of ``user_option``."""
        return self.user_option

    @property
    def appOption(self) -> Options:  # noqa: N802
        """The original's spelling of ``app_option``."""
        return self.app_option


def _without_start(params: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(params, dict):
        del params["start"]  # from the caller's own object, as the original does
        return params
    return {key: value for key, value in params.items() if key != "start"}


def _code_of(cause: B24Error | None) -> str:
    return "ERROR_NETWORK" if cause is None or not hasattr(cause, "status") else "ERROR_UNEXPECTED_ANSWER"


def _report(error: Exception) -> None:
    cause = error.__cause__
    _log.error("uncaught in BX24: %s%s", error, f" ({cause})" if cause is not None else "")
