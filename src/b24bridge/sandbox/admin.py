"""The sandbox's own interface under ``/_sandbox/api/``: what a test or a person does to a portal.

JSON in, JSON out. It belongs to the emulator, not to Bitrix24, and answers to anybody who can reach
the port, so the server listens on the loopback address by default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from .applications import SECRETS, Application
from .faults import PRESETS, Fault
from .installation import finish, install, uninstall
from .limits import Latency, Limits
from .phpinput import form
from .reply import Reply

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["PREFIX", "handle"]

PREFIX = "/_sandbox/api/"

Action = Callable[["Portal", Mapping[str, Any]], Any]


def handle(portal: Portal, verb: str, path: str, query: str, body: bytes) -> Reply:
    """Answer one request of the admin interface."""
    name = path.removeprefix(PREFIX).strip("/")
    action = _ACTIONS.get((verb.upper(), name))
    if action is None:
        known = ", ".join(f"{kind} {PREFIX}{target}" for kind, target in sorted(_ACTIONS))
        return _reply(404, {"error": f"There is no {verb} {PREFIX}{name}; there are {known}."})
    try:
        given = json.loads(body) if body.strip() else form(query)
        if not isinstance(given, dict):
            given = {"items": given}
        return _reply(200, action(portal, given))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        portal.store.rollback()
        return _reply(400, {"error": f"{type(error).__name__}: {error}"})


def _reply(status: int, body: Any) -> Reply:
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Reply(status, (("content-type", "application/json; charset=utf-8"),), text.encode())


def _state(portal: Portal, _: Mapping[str, Any]) -> Any:
    rate = portal.limits.rate
    return {
        "base_url": portal.base_url,
        "now": portal.clock.now(),
        "frozen": portal.clock.is_frozen,
        "offset": portal.offset,
        "records": portal.counts(),
        "methods": sorted(portal.dispatcher.methods),
        "requests": portal.requests.count,
        "faults": len(portal.faults.rules),
        "limits": None if rate is None else {"threshold": rate.threshold, "drain_per_s": rate.drain_per_s},
        "operating_s": portal.limits.operating.limit_s,
        "overloaded": portal.limits.is_overloaded,
        "latency": _latency(portal.latency),
        "strict_rotation": portal.oauth.strict_rotation,
    }


def _latency(latency: Latency) -> dict[str, Any]:
    return {
        item.name: getattr(latency, item.name) for item in fields(latency) if not item.name.startswith("_")
    }


# -- records ------------------------------------------------------------------------------------------------


def _reset(portal: Portal, given: Mapping[str, Any]) -> Any:
    portal.reset()
    return {"seeded": portal.seed(given)} if given else {"seeded": {}}


def _seed(portal: Portal, given: Mapping[str, Any]) -> Any:
    return {"seeded": portal.seed(given)}


def _load(portal: Portal, given: Mapping[str, Any]) -> Any:
    return {"loaded": portal.load_answers(given.get("items", given.get("answers", [])))}


# -- time, requests, limits ----------------------------------------------------------------------------------


def _clock(portal: Portal, given: Mapping[str, Any]) -> Any:
    if "set" in given:
        portal.clock.set(given["set"])
    if "advance" in given:
        portal.clock.advance(float(given["advance"]))
    if "freeze" in given:
        moment = given["freeze"]
        portal.clock.freeze(None if moment in (True, "", None) else moment)
    if given.get("run"):
        portal.clock.run()
    return {"now": portal.clock.now(), "frozen": portal.clock.is_frozen}


def _requests(portal: Portal, given: Mapping[str, Any]) -> Any:
    after = int(given.get("after", 0))
    return {
        "count": portal.requests.count,
        "requests": [asdict(entry) for entry in portal.requests if entry.number > after],
    }


def _clear_requests(portal: Portal, given: Mapping[str, Any]) -> Any:
    portal.requests.clear()
    return _requests(portal, given)


def _limits(portal: Portal, given: Mapping[str, Any]) -> Any:
    settings = dict(given)
    latency = settings.pop("latency", None)
    overloaded = settings.pop("overloaded", None)
    if settings or (latency is None and overloaded is None):
        portal.limits = Limits.of(settings or None)
    if overloaded is not None:
        portal.limits.is_overloaded = bool(overloaded)
    if latency is not None:
        portal.latency = Latency(**latency)
    return _state(portal, {})


# -- faults -------------------------------------------------------------------------------------------------


def _faults(portal: Portal, _: Mapping[str, Any]) -> Any:
    return [_rule(rule) for rule in portal.faults.rules]


def _rule(rule: Fault) -> dict[str, Any]:
    """Return what a rule says, without what it leaves out, and its counters."""
    said = {
        item.name: getattr(rule, item.name)
        for item in fields(rule)
        if item.init and getattr(rule, item.name) != item.default
    }
    if rule.nth is not None:
        said["nth"] = sorted(rule.nth)
    return {"method": rule.method, **said, "seen": rule.seen, "hits": rule.hits}


def _set_faults(portal: Portal, given: Mapping[str, Any]) -> Any:
    if "add" in given:
        added = given["add"]
        for rule in added if isinstance(added, list) else [added]:
            portal.faults.add(rule)
    else:
        portal.faults.set(given.get("items", given.get("faults", [])))
    return _faults(portal, given)


def _clear_faults(portal: Portal, given: Mapping[str, Any]) -> Any:
    portal.faults.clear()
    return _faults(portal, given)


def _presets(_: Portal, __: Mapping[str, Any]) -> Any:
    return PRESETS


# -- applications, tokens, events ---------------------------------------------------------------------------


def _tokens(portal: Portal, given: Mapping[str, Any]) -> Any:
    pair = portal.tokens(int(given["user_id"]) if "user_id" in given else None)
    return {"access_token": pair["access"], "refresh_token": pair["refresh"], "expires": pair["expires"]}


def _oauth(portal: Portal, given: Mapping[str, Any]) -> Any:
    if "strict_rotation" in given:
        portal.oauth.strict_rotation = bool(given["strict_rotation"])
    if given.get("expire"):
        token = given["expire"]
        portal.oauth.expire(token if isinstance(token, str) and token not in ("1", "true") else None)
    return {"strict_rotation": portal.oauth.strict_rotation}


def _applications(portal: Portal, _: Mapping[str, Any]) -> Any:
    return [_shown(application) for application in portal.applications.values()]


def _shown(application: Application) -> dict[str, Any]:
    facts = asdict(application)
    return {name: facts[name] for name in facts if name not in SECRETS}


def _change_application(portal: Portal, given: Mapping[str, Any]) -> Any:
    """Change the application that ``client_id`` names, or register a new one and show its secrets."""
    facts = dict(given)
    client_id = facts.pop("client_id", None)
    if client_id is not None:
        return _shown(portal.applications.change(client_id, **facts))
    application = portal.applications.add(**{"scopes": sorted(portal.scopes), **facts})
    return asdict(application)


def _install(portal: Portal, given: Mapping[str, Any]) -> Any:
    delivery = install(
        portal, given.get("address"), **_only(given, "client_id", "kind", "user_id", "language")
    )
    return {"sent": delivery.name, "to": delivery.address}


def _finish(portal: Portal, given: Mapping[str, Any]) -> Any:
    return {"told": finish(portal, **_only(given, "client_id", "user_id"))}


def _uninstall(portal: Portal, given: Mapping[str, Any]) -> Any:
    return {"told": uninstall(portal, **_only(given, "client_id", "clean"))}


def _only(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


def _events(portal: Portal, _: Mapping[str, Any]) -> Any:
    return {"waiting": len(portal.events.outbox), "sent": [asdict(sent) for sent in portal.sent]}


def _fire(portal: Portal, given: Mapping[str, Any]) -> Any:
    told = portal.events.fire(
        str(given["event"]).upper(),
        given.get("data", {}),
        client_id=given.get("client_id", portal.application.client_id),
        user_id=int(given.get("user_id", portal.webhook_user_id)),
    )
    return {"told": told}


_ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "state"): _state,
    ("POST", "reset"): _reset,
    ("POST", "seed"): _seed,
    ("POST", "load"): _load,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
    ("POST", "limits"): _limits,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _set_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "presets"): _presets,
    ("POST", "tokens"): _tokens,
    ("POST", "oauth"): _oauth,
    ("GET", "applications"): _applications,
    ("POST", "applications"): _change_application,
    ("POST", "install"): _install,
    ("POST", "finish"): _finish,
    ("POST", "uninstall"): _uninstall,
    ("GET", "events"): _events,
    ("POST", "events"): _fire,
}
