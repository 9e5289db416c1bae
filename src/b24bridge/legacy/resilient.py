"""``policy="resilient"``: the engine's limits, safe repetition and locked renewal under CRest's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from b24bridge.auth.credentials import OAuth, Webhook
from b24bridge.engine.blocking import run
from b24bridge.engine.executor import Executor
from b24bridge.engine.guard import guarded
from b24bridge.errors import ApiError, B24Error, BadAnswer, NotInstalled, RefreshRefused
from b24bridge.knowledge.catalog import safety
from b24bridge.legacy.answers import NOT_INSTALLED, annotated, transport_answer
from b24bridge.legacy.configuration import Configuration
from b24bridge.wire.call import Call

__all__ = ["Sender"]


class Sender:
    """Sends the calls of one class of CRest through the engine.

    Args:
        config: What the class was told.
        load: Its hook ``get_setting_data``.
        save: Its hook ``set_setting_data``.
    """

    def __init__(self, config: Configuration, load: Callable[[], Any], save: Callable[[Any], Any]) -> None:
        assert config.policy is not None  # only made for a policy of the engine
        policy = replace(config.policy, encoding="form", verify_tls=config.is_tls_verified)
        self._tokens: OAuth | None = None
        credentials: Webhook | OAuth
        if config.webhook:
            credentials = Webhook(config.webhook)
        else:
            client = {name: str(value) for name, value in config.client.items()}
            credentials = self._tokens = OAuth(
                _HookStore(config, load, save),
                client.get("C_REST_CLIENT_ID", ""),
                client.get("C_REST_CLIENT_SECRET", ""),
                oauth_url=config.oauth_url,
            )
        self._executor = Executor(config.port, credentials, policy=policy)

    def send(self, method: str, params: Any, commands: tuple[str, ...] = ()) -> Any:
        """Return the answer as CRest would, undecoded by any charset.

        Args:
            commands: Methods inside a batch; it is repeated only if all of them are safe.
        """
        is_safe = all(safety(command) == "safe" for command in commands) if commands else None
        try:
            if self._tokens is not None:
                # As in the original, a change of the stored settings counts at once.
                self._tokens.reload()
            with guarded(None):  # CRest has asked the guard for each command
                return run(self._executor.execute(Call(method, params), safe=is_safe)).body
        except NotInstalled:
            return dict(NOT_INSTALLED)
        except RefreshRefused as exc:
            return annotated({"error": "expired_token", "error_description": exc.description})
        except ApiError as exc:
            known = isinstance(exc.body, dict) and exc.body
            return annotated(
                exc.body
                if known
                else {"error": exc.code, "error_description": exc.description or exc.message}
            )
        except BadAnswer:
            # What is no JSON is null for CRest (err-status-502-html).
            return None
        except B24Error as exc:
            return transport_answer(exc.message)


class _HookStore:
    """The hooks of a class as a store of the engine, under the lock of ``settings.json``."""

    def __init__(self, config: Configuration, load: Callable[[], Any], save: Callable[[Any], Any]) -> None:
        self._file = config.file
        self._load = load
        self._save = save
        self.name = str(config.file.path)

    def load(self) -> dict[str, Any]:
        """Return what the hook gives."""
        data = self._load()
        return dict(data) if isinstance(data, Mapping) else {}

    def save(self, data: Mapping[str, Any]) -> None:
        """Hand the settings to the hook.

        Raises:
            OSError: It says that they were not saved.
        """
        if not self._save(dict(data)):
            raise OSError("the settings could not be saved")

    def try_lock(self) -> bool:
        """Take the lock if it is free."""
        return self._file.try_lock()

    def unlock(self) -> None:
        """Give the lock back."""
        self._file.unlock()
