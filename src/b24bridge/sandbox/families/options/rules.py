"""Options of an application, and of an application for one user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox import appoptions
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.refusals import Refusal, system

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["admin", "get", "prepare", "put"]


def prepare(portal: Portal) -> None:
    """Create the table."""
    appoptions.prepare(portal.store)


def get(kind: str, context: Context, params: Params) -> Any:
    """``*.option.get``: all options, or one, or null; an empty store is ``[]`` (quirk 8)."""
    options = appoptions.read(context.store, _owner(kind, context))
    return options.get(str(params["option"])) if "option" in params else php_array(options)


def put(kind: str, context: Context, params: Params) -> Any:
    """``*.option.set``: ``options``, or the parameters themselves."""
    owner = _owner(kind, context)
    if kind == "app" and not context.caller.is_admin:
        raise system("administrator")
    options = params.get("options", params)
    if not isinstance(options, dict) or not options:
        raise Refusal("ERROR_ARGUMENT", "Argument 'options' is null or empty", argument="options")
    appoptions.write(context.store, owner, options)
    return True


def admin(context: Context, _: Params) -> Any:
    """``user.admin``: whether the caller administers the portal."""
    return context.caller.is_admin


def _owner(kind: str, context: Context) -> tuple[str, str, int]:
    if context.caller.kind != "token":
        raise system("application")
    return kind, context.caller.client_id, context.caller.user_id if kind == "user" else 0
