"""CRest 1.36 in Python: the same calls, the same bytes on the wire, the same values back.

Facts: the specification of the observed behaviour, proved by ``tests/vectors/crest``; the intended
differences are listed in ``quirks.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Unpack, cast

from b24bridge.auth.credentials import OAUTH_URL
from b24bridge.auth.phpsettings import read_constants
from b24bridge.engine.blocking import BlockingPort
from b24bridge.engine.guard import check
from b24bridge.engine.policy import Policy
from b24bridge.errors import ConfigError
from b24bridge.legacy import install, log
from b24bridge.legacy.answers import NOT_INSTALLED, annotated, exception_answer, trace_of, transport_answer
from b24bridge.legacy.batch import batch_commands, batch_params
from b24bridge.legacy.configuration import DEFINE_NAMES, Configuration, Defines, checked_defines
from b24bridge.legacy.exchange import exchange
from b24bridge.legacy.quirks import switches
from b24bridge.wire.phpjson import Unencodable, decode, encode
from b24bridge.wire.phpquery import http_build_query
from b24bridge.wire.phpvalues import as_text, entries, equals_text, is_array, is_empty, item, merge

__all__ = ["CRest"]

_NO_PARAMS: Mapping[str, Any] = MappingProxyType({})
_REQUIRED = ("access_token", "domain", "refresh_token", "application_token", "client_endpoint")


class CRest:
    """The PHP class CRest 1.36; subclasses override storage and logging as they do there.

    Answers are dicts as the portal sent them. A portal's error is in the answer and never raised.
    """

    VERSION: ClassVar[str] = "1.36"
    BATCH_COUNT: ClassVar[int] = 50
    TYPE_TRANSPORT: ClassVar[str] = "json"
    _configuration: ClassVar[Configuration | None] = None

    @classmethod
    def configure(
        cls,
        *,
        settings_dir: str | Path = ".",
        oauth_url: str = OAUTH_URL,
        policy: Literal["exact", "resilient"] | Policy = "exact",
        quirks: Mapping[str, bool] | None = None,
        transport: Any = None,
        **defines: Unpack[Defines],
    ) -> None:
        """Say what ``settings.php`` would say; a constant that is left out is not defined.

        Args:
            settings_dir: Folder of ``settings.json``, and of ``logs/``.
            oauth_url: Full address of the token server.
            policy: ``exact`` sends as the original does, without limits or repetition; ``resilient``, or
                a policy of the engine, sends through the engine.
            quirks: Differences from the original to switch, by the names of ``quirks.py``.
            transport: A portal inside this process instead of the network.

        Raises:
            ConfigError: A value cannot be used.
            TypeError: There is no such constant.
        """
        if policy not in ("exact", "resilient") and not isinstance(policy, Policy):
            raise ConfigError(f"There is no policy {policy!r}.", remedy="Use 'exact' or 'resilient'.")
        chosen = Policy() if policy == "resilient" else policy
        cls._configuration = Configuration(
            directory=Path(settings_dir).absolute(),
            defines=checked_defines(cast("Mapping[str, Any]", defines)),
            oauth_url=oauth_url,
            policy=None if chosen == "exact" else chosen,
            quirks=switches(quirks),
            port=BlockingPort(transport),
        )

    @classmethod
    def configure_from_php(
        cls,
        path: str | Path,
        *,
        oauth_url: str = OAUTH_URL,
        policy: Literal["exact", "resilient"] | Policy = "exact",
        quirks: Mapping[str, bool] | None = None,
        transport: Any = None,
        **defines: Unpack[Defines],
    ) -> None:
        """Configure from an existing ``settings.php``, which is read and never run.

        Args:
            path: The file; ``settings.json`` and the logs are beside it.
            defines: Constants that go before those of the file.

        Raises:
            ConfigError: The file is broken, or a constant is known only when PHP runs it; the text names
                the line.
        """
        file = Path(path)
        given = checked_defines(cast("Mapping[str, Any]", defines))
        found = {
            name: value for name, value in read_constants(file, given=given).items() if name in DEFINE_NAMES
        }
        cls.configure(
            settings_dir=file.absolute().parent,
            oauth_url=oauth_url,
            policy=policy,
            quirks=quirks,
            transport=transport,
            **cast("Defines", {**found, **given}),
        )

    @classmethod
    def call(cls, method: Any, params: Any = _NO_PARAMS) -> Any:
        """Call one method and return the decoded answer.

        Raises:
            TypeError: ``params`` is neither dict nor list.
        """
        check(as_text(method), params)
        charset = cls._configured().charset
        return cls._call_curl({"method": method, "params": charset.to_utf8(params) if charset else params})

    @classmethod
    def call_batch(cls, data: Any, halt: Any = 0) -> Any:
        """Send up to ``BATCH_COUNT`` commands in one request and return the decoded answer.

        Commands beyond that are dropped without a sign, as the original does.

        Raises:
            TypeError: The parameters of a command are neither dict nor list.
        """
        if not is_array(data):
            return {}
        charset = cls._configured().charset
        commands = batch_commands(charset.to_utf8(data) if charset else data, cls.BATCH_COUNT)
        for _, method, params in commands:
            check(as_text(method), params)
        if not commands:
            return {}
        return cls._call_curl({"method": "batch", "params": batch_params(commands, halt)})

    @classmethod
    def install_app(cls, request: Mapping[str, Any]) -> dict[str, Any]:
        """Store what an installation request brings.

        Args:
            request: The parameters of query and body (``$_REQUEST``).
        """
        result: dict[str, Any] = {"rest_only": True, "install": False}
        settings = install.from_event(request)
        if settings is None:
            settings = install.from_placement(request)
            result["rest_only"] = settings is None
        if is_array(settings):
            result["install"] = cls.set_setting_data(settings)
        cls.set_log({"request": request, "result": result}, "installApp")
        return result

    @classmethod
    def check_server(cls, print: bool = True) -> dict[str, str]:
        """Return the problems of the folder of ``settings.json``, empty if there are none.

        Args:
            print: Write the result to standard output too.
        """
        config = cls._configured()
        return install.check_folder(config.directory, config.port.wall(), is_printed=print is True)

    @classmethod
    def set_log(cls, data: Any, type: str = "") -> int | bool:
        """Write one log file and return its bytes, or False if none was written."""
        config = cls._configured()
        if config.is_log_blocked:
            return False
        return log.write(
            config.logs_prefix,
            as_text(type),
            config.redactor.redacted(data) if "redact_logs" in config.quirks else data,
            wall=config.port.wall(),
            is_dump=config.is_dump,
            charset=config.charset,
        )

    @classmethod
    def get_setting_data(cls) -> Any:
        """Return the stored settings with the client id and secret of the constants mixed in."""
        config = cls._configured()
        stored = config.file.read()
        if stored is None:
            return {}
        settings = cls._decoded(stored)
        if config.client:
            if not is_array(settings):
                # PHP makes an array of null and dies on the rest (auth-settings-number).
                return dict(config.client)
            settings = {**dict(entries(settings)), **config.client}
        return settings

    @classmethod
    def set_setting_data(cls, data: Any) -> Any:
        """Replace the stored settings; a false result means that they were not saved."""
        config = cls._configured()
        try:
            text = encode(config.charset.to_utf8(data) if config.charset else data)
        except Unencodable:
            # PHP writes json_encode's false, which is nothing (install-event-invalid-utf8).
            text = ""
        return config.file.write(text) > 0

    # The original's spellings.
    callBatch = call_batch  # noqa: N815  # the vendor's name
    installApp = install_app  # noqa: N815  # the vendor's name
    checkServer = check_server  # noqa: N815  # the vendor's name
    setLog = set_log  # noqa: N815  # the vendor's name

    @classmethod
    def _configured(cls) -> Configuration:
        if cls._configuration is None:
            raise ConfigError(
                f"{cls.__name__} is not configured.",
                remedy="Call its configure(settings_dir=...) or configure_from_php('settings.php') first.",
            )
        return cls._configuration

    @classmethod
    def _app_settings(cls) -> Any:
        """Return the settings that requests use, or None if the application is not installed."""
        hook = cls._configured().webhook
        if hook:
            return {"client_endpoint": hook, "is_web_hook": "Y"}
        settings = cls.get_setting_data()
        return None if any(is_empty(item(settings, name)) for name in _REQUIRED) else settings

    @classmethod
    def _call_curl(cls, request: dict[str, Any]) -> Any:
        config = cls._configured()
        settings = cls._app_settings()
        if settings is None:
            cls.set_log({"params": request}, "emptySetting")
            return dict(NOT_INSTALLED)
        config.redactor.learn(settings)
        if request.get("this_auth") == "Y":
            url = config.oauth_url
        else:
            url = f"{as_text(settings['client_endpoint'])}{as_text(request['method'])}.{cls.TYPE_TRANSPORT}"
            flag = item(settings, "is_web_hook")
            if is_empty(flag) or not equals_text(flag, "Y"):
                request = {**request, "params": _with_token(request["params"], settings["access_token"])}
        form = http_build_query(request["params"])
        is_engine = config.policy is not None and cls.TYPE_TRANSPORT == "json"
        try:
            return cls._sent(request, url) if is_engine else cls._exchanged(request, url, form)
        except Exception as exc:  # noqa: BLE001  # CRest's own border: hooks may raise anything
            cls.set_log(
                {"message": str(exc), "code": 0, "trace": trace_of(exc), "params": request}, "exceptionCurl"
            )
            return exception_answer(exc)

    @classmethod
    def _exchanged(cls, request: dict[str, Any], url: str, form: str) -> Any:
        config = cls._configured()
        outcome = exchange(
            config.port,
            url,
            form,
            agent=f"Bitrix24 CRest PHP {cls.VERSION}",
            is_verified=config.is_tls_verified,
        )
        result: Any
        if outcome.error:
            result = transport_answer(outcome.error)
        elif cls.TYPE_TRANSPORT == "xml" and request.get("this_auth") != "Y":
            result = outcome.body.decode("utf-8", "surrogateescape")
        else:
            result = cls._decoded(outcome.body)
            if equals_text(item(result, "error"), "expired_token") and is_empty(request.get("this_auth")):
                result = cls._renewed(request)
            else:
                result = annotated(result)
        cls.set_log({"url": url, "info": outcome.info, "params": request, "result": result}, "callCurl")
        return result

    @classmethod
    def _sent(cls, request: dict[str, Any], url: str) -> Any:
        """Send through the engine and return the answer that the original would give."""
        from b24bridge.legacy.resilient import Sender  # the engine is loaded if it is wanted

        config = cls._configured()
        sender = config.senders.get(cls)
        if sender is None:
            sender = config.senders.setdefault(
                cls, Sender(config, cls.get_setting_data, cls.set_setting_data)
            )
        params = dict(entries(request["params"]))
        if not config.webhook:
            params.pop("auth", None)  # the engine puts the newest token there
        cmd = params.get("cmd") if request["method"] == "batch" else None
        commands = tuple(as_text(text).partition("?")[0] for _, text in entries(cmd)) if is_array(cmd) else ()
        begin = config.port.now()
        result = sender.send(as_text(request["method"]), params, commands)
        if config.charset:
            result = config.charset.from_utf8(result)
        info = {"url": url, "total_time": config.port.now() - begin}
        cls.set_log({"url": url, "info": info, "params": request, "result": result}, "callCurl")
        return result

    @classmethod
    def _renewed(cls, request: dict[str, Any]) -> Any:
        """Renew the token and return the answer to the repeated request."""
        config = cls._configured()
        with config.file.lock():
            settings = cls._app_settings()
            if settings is None:
                return {}
            is_saved = "reuse_newer_token" in config.quirks and _has_newer_token(settings, request)
            if not is_saved:
                is_saved = not is_empty(cls._save(cls._new_tokens(settings)))
        return cls._call_curl({**request, "this_auth": "N"}) if is_saved else {}

    @classmethod
    def _new_tokens(cls, settings: Any) -> Any:
        params = {
            "client_id": item(settings, "C_REST_CLIENT_ID"),
            "grant_type": "refresh_token",
            "client_secret": item(settings, "C_REST_CLIENT_SECRET"),
            "refresh_token": item(settings, "refresh_token"),
        }
        answer = cls._call_curl({"this_auth": "Y", "params": params})
        if not isinstance(answer, Mapping):
            return answer
        unwanted = ("C_REST_CLIENT_ID", "C_REST_CLIENT_SECRET", "error")
        return {key: value for key, value in answer.items() if key not in unwanted or value is None}

    @classmethod
    def _save(cls, tokens: Any) -> Any:
        if not is_array(tokens):
            return False
        old = cls._app_settings()
        return cls.set_setting_data(tokens if old is None else merge(old, tokens))

    @classmethod
    def _decoded(cls, body: bytes) -> Any:
        config = cls._configured()
        value = decode(body, big_integers="exact_big_integers" in config.quirks)
        return config.charset.from_utf8(value) if config.charset else value


def _with_token(params: Any, token: Any) -> dict[Any, Any]:
    """Return the parameters with ``auth`` in its place, or at the end.

    Raises:
        TypeError: They are no array, null or false (hbq-scalar-oauth-false).
    """
    if params is None or params is False:
        return {"auth": token}
    if not is_array(params):
        raise TypeError(f"Parameters are a dict or a list, not {type(params).__name__}.")
    return {**dict(entries(params)), "auth": token}


def _has_newer_token(settings: Any, request: dict[str, Any]) -> bool:
    """Tell whether somebody has saved another token since the request was sent."""
    sent = item(request["params"], "auth")
    return item(settings, "is_web_hook") is None and sent is not None and sent != settings["access_token"]
