"""What the platform's own methods answer."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, pick

from .scopes import SCOPES

__all__ = ["app_info", "method_get", "methods", "profile", "scope", "server_time"]

_LICENSE = "ru_ent10000"


def profile(context: Context, _: Params) -> Any:
    """``profile``: the caller, briefly."""
    row = context.store.one(
        "SELECT NAME, LAST_NAME, PERSONAL_GENDER, TIME_ZONE FROM users WHERE ID=?", (context.caller.user_id,)
    )
    name, last, gender, zone = row or ("", "", "", "")
    return Answer(
        {
            "ID": str(context.caller.user_id),
            "ADMIN": context.caller.is_admin,
            "NAME": name or "",
            "LAST_NAME": last or "",
            "PERSONAL_GENDER": gender or "",
            "TIME_ZONE": zone or "",
        },
        signed=True,
    )


def app_info(context: Context, _: Params) -> Any:
    """``app.info``: the application of a token, the scopes of a webhook."""
    if context.caller.kind == "webhook":
        return {"SCOPE": sorted(context.caller.scopes), "LICENSE": _LICENSE}
    application = context.portal.applications[context.caller.client_id]
    return Answer(
        {
            "ID": list(context.portal.applications).index(application.client_id) + 1,
            "CODE": application.client_id,
            "VERSION": 1,
            "STATUS": application.status,
            "INSTALLED": application.is_finished,
            "PAYMENT_EXPIRED": "N",
            "DAYS": None,
            "LANGUAGE_ID": "ru",
            "LICENSE": _LICENSE,
            "LICENSE_TYPE": "ent10000",
            "LICENSE_FAMILY": "ent",
        },
        signed=True,
    )


def scope(context: Context, params: Params) -> Any:
    """``scope``: what the caller may use, or with ``full`` everything there is."""
    every = pick(params, "full")
    return sorted(context.portal.scopes | SCOPES if every else context.caller.scopes)


def methods(context: Context, params: Params) -> Any:
    """``methods``: lower-case names; controllers are not listed."""
    wanted = pick(params, "scope")
    allowed = context.portal.scopes if pick(params, "full") else context.caller.scopes
    listed = []
    for name, method in context.portal.dispatcher.methods.items():
        scopes = set(filter(None, method.scope.split("|")))
        fits = wanted in scopes if wanted else not scopes or scopes & allowed
        if method.listed and fits:
            listed.append(name)
    return sorted([*listed, "batch"] if not wanted else listed)


def method_get(context: Context, params: Params) -> Any:
    """``method.get``: whether a method is there, and whether the caller may use it."""
    name = params.get("name")
    method = context.portal.dispatcher.find(name) if isinstance(name, str) else None
    is_batch = isinstance(name, str) and name.lower() == "batch"
    scopes = set(filter(None, method.scope.split("|"))) if method else set()
    available = bool(method) and (not scopes or bool(scopes & context.caller.scopes))
    return {"isExisting": method is not None or is_batch, "isAvailable": available or is_batch}


def server_time(context: Context, _: Params) -> Any:
    """``server.time``: the present moment in the server's zone."""
    return context.moment.text
