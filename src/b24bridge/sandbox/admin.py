"""The sandbox's own interface under ``/_sandbox/api/``: what a test or a person does to a portal.

JSON in, JSON out. It belongs to the emulator, not to Bitrix24, and answers to anybody who can reach
the port, so the server listens on the loopback address by default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

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
    except (ValueError, TypeError, KeyError) as error:
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
        "strict_rotation": portal.oauth.strict_rotation,
    }


def _reset(portal: Portal, given: Mapping[str, Any]) -> Any:
    portal.reset()
    return {"seeded": portal.seed(given)} if given else {"seeded": {}}


def _seed(portal: Portal, given: Mapping[str, Any]) -> Any:
    return {"seeded": portal.seed(given)}


def _load(portal: Portal, given: Mapping[str, Any]) -> Any:
    return {"loaded": portal.load_answers(given.get("items", given.get("answers", [])))}


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


def _faults(portal: Portal, _: Mapping[str, Any]) -> Any:
    return [
        {"method": rule.method, "seen": rule.seen, "hits": rule.hits, "status": rule.status}
        for rule in portal.faults.rules
    ]


def _set_faults(portal: Portal, given: Mapping[str, Any]) -> Any:
    portal.faults.set(given.get("items", given.get("faults", [])))
    return _faults(portal, given)


def _clear_faults(portal: Portal, given: Mapping[str, Any]) -> Any:
    portal.faults.clear()
    return _faults(portal, given)


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
    if settings or latency is None:
        portal.limits = Limits.of(settings or None)
    if latency is not None:
        portal.latency = Latency(**latency)
    return _state(portal, {})


def _tokens(portal: Portal, given: Mapping[str, Any]) -> Any:
    pair = portal.tokens(int(given["user_id"]) if "user_id" in given else None)
    return {"access_token": pair["access"], "refresh_token": pair["refresh"], "expires": pair["expires"]}


def _oauth(portal: Portal, given: Mapping[str, Any]) -> Any:
    if "strict_rotation" in given:
        portal.oauth.strict_rotation = bool(given["strict_rotation"])
    if given.get("expire"):
        portal.oauth.expire()
        portal.store.commit()
    return {"strict_rotation": portal.oauth.strict_rotation}


_ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "state"): _state,
    ("POST", "reset"): _reset,
    ("POST", "seed"): _seed,
    ("POST", "load"): _load,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _set_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
    ("POST", "limits"): _limits,
    ("POST", "tokens"): _tokens,
    ("POST", "oauth"): _oauth,
}
