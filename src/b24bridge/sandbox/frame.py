"""The page that plays the portal's window around an application's frame.

``/_sandbox/frame?app=ADDRESS`` opens the application as the portal does: an iframe named
``HOST|1|APP_SID``, filled by a form POST, and a script that answers the frame's messages. What the
portal's server knows of a frame is here; the window's side is ``static/frame.js``.
Facts: "BX24.js and the portal page around it", sections 1 to 4 and 9.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from .placements import PLACEMENTS
from .reply import Reply

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["PREFIX", "handle"]

PREFIX = "/_sandbox/frame"
LIFETIME_S = 3600
# Frames that are kept; older ones are pages nobody has open any more.
KEPT = 200

Frame = dict[str, Any]
Command = Callable[["Portal", str, Frame, Mapping[str, Any]], Any]

_PAGES = {"": ("frame.html", "text/html"), "frame.js": ("frame.js", "text/javascript")}


def handle(portal: Portal, verb: str, path: str, body: bytes) -> Reply:
    """Answer one request of the frame page: the page, its script, or what it asks of the server."""
    name = path.removeprefix(PREFIX).strip("/")
    if verb.upper() in ("GET", "HEAD") and name in _PAGES:
        file, kind = _PAGES[name]
        content = files(__package__).joinpath("static", file).read_bytes()
        return Reply(
            200, (("content-type", f"{kind}; charset=utf-8"), ("cache-control", "no-store")), content
        )
    if verb.upper() != "POST" or name not in ("open", "command"):
        return _json(
            404, {"error": f"There is no {verb} {path}; there are GET {PREFIX}?app=ADDRESS and its script."}
        )
    try:
        given = json.loads(body)
        return _json(200, _open(portal, given) if name == "open" else _command(portal, given))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return _json(400, {"error": f"{type(error).__name__}: {error}"})


def _json(status: int, body: Any) -> Reply:
    text = json.dumps(body, ensure_ascii=False)
    return Reply(status, (("content-type", "application/json; charset=utf-8"),), text.encode())


def _open(portal: Portal, given: Mapping[str, Any]) -> dict[str, Any]:
    """Register a frame and return how to open it."""
    app = urlsplit(str(given["app"]))
    if app.scheme not in ("http", "https") or not app.hostname:
        raise ValueError("app must be the address of the application's page, such as http://localhost:3000/")
    placement = str(given.get("placement") or "DEFAULT").upper()
    if placement not in PLACEMENTS:
        raise ValueError(f"there is no placement {placement}; there are {', '.join(sorted(PLACEMENTS))}")
    sid = hashlib.md5(secrets.token_bytes(16), usedforsecurity=False).hexdigest()
    user_id = int(given.get("user") or portal.webhook_user_id)
    frame: Frame = {
        "user": user_id,
        "admin": bool(given.get("admin", True)),
        "lang": str(given.get("lang") or "en"),
        "placement": placement,
        "options": given.get("options") or [],
        "install": bool(given.get("install")),
        "first_run": given.get("first_run"),
        **_tokens(portal, user_id),
    }
    _keep(portal, sid, frame)
    https = "1" if portal.base_url.startswith("https:") else "0"
    query = {"DOMAIN": portal.host, "PROTOCOL": https, "LANG": frame["lang"], "APP_SID": sid}
    return {
        "sid": sid,
        "name": f"{portal.host}|{https}|{sid}",
        "origin": f"{app.scheme}://{app.netloc}",
        "placement": placement,
        "interface": PLACEMENTS[placement],
        "action": urlunsplit(
            app._replace(query="&".join(filter(None, (app.query, urlencode(query)))), fragment="")
        ),
        "fields": {
            "AUTH_ID": frame["access"],
            "AUTH_EXPIRES": str(LIFETIME_S),
            "REFRESH_ID": frame["refresh"],
            "SERVER_ENDPOINT": f"{portal.oauth_base}/rest/",
            "member_id": portal.member_id,
            "status": portal.application.status,
            "PLACEMENT": placement,
            "PLACEMENT_OPTIONS": json.dumps(frame["options"], ensure_ascii=False),
        },
    }


def _command(portal: Portal, given: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out a command that the server has a part in; ``silent`` means that no reply is sent."""
    sid = str(given["sid"])
    frame = _frames(portal).get(sid)
    command = _COMMANDS.get(str(given["command"]))
    if frame is None or command is None:
        return {"silent": True}
    params = given.get("params")
    return _outcome(command(portal, sid, frame, params if isinstance(params, Mapping) else {}))


_SILENT = object()


def _outcome(value: Any) -> dict[str, Any]:
    return {"silent": True} if value is _SILENT else {"reply": value}


def _get_init_data(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    mark = f"{frame['user']}"
    first_run = frame["first_run"]
    if first_run is None:
        first_run = mark not in portal.store.setting("frame_runs", [])
    # A second question on the same page is told that this is no first run any more.
    _keep(portal, sid, {**frame, "first_run": False})
    return {
        "LANG": frame["lang"],
        "DOMAIN": portal.host,
        "PROTOCOL": 1 if portal.base_url.startswith("https:") else 0,
        "PATH": "/rest",
        "AUTH_ID": frame["access"],
        "AUTH_EXPIRES": str(LIFETIME_S),
        "REFRESH_ID": frame["refresh"],
        "MEMBER_ID": portal.member_id,
        "FIRST_RUN": bool(first_run),
        "IS_ADMIN": frame["admin"],
        "INSTALL": frame["install"],
        "USER_OPTIONS": _options(portal, _user_place(frame)) or [],
        "APP_OPTIONS": _options(portal, _app_place(portal)) or [],
        "PLACEMENT": frame["placement"],
        "PLACEMENT_OPTIONS": _words(frame["options"]) or [],
    }


def _refresh_auth(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    tokens = _tokens(portal, frame["user"])
    _keep(portal, sid, {**frame, **tokens})
    return {"AUTH_ID": tokens["access"], "AUTH_EXPIRES": str(LIFETIME_S), "REFRESH_ID": tokens["refresh"]}


def _set_install(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    runs = set(portal.store.setting("frame_runs", []))
    portal.store.keep("frame_runs", sorted(runs | {f"{frame['user']}"}))
    return dict(params)


def _set_install_finish(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    portal.store.keep("frame_installed", params.get("value") is not False)
    return {"result": "true"}


def _set_user_option(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    _save(portal, _user_place(frame), params)
    return dict(params)


def _set_app_option(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    return _save(portal, _app_place(portal), params) if frame["admin"] else _SILENT


_COMMANDS: dict[str, Command] = {
    "getInitData": _get_init_data,
    "refreshAuth": _refresh_auth,
    "setInstall": _set_install,
    "setInstallFinish": _set_install_finish,
    "setUserOption": _set_user_option,
    "setAppOption": _set_app_option,
}


def _tokens(portal: Portal, user_id: int) -> dict[str, Any]:
    pair = portal.oauth.issue(portal.application, user_id)
    return {"access": pair["access"], "refresh": pair["refresh"]}


def _frames(portal: Portal) -> dict[str, Frame]:
    frames: dict[str, Frame] = portal.store.setting("frames", {})
    return frames


def _keep(portal: Portal, sid: str, frame: Frame) -> None:
    frames = {**_frames(portal), sid: frame}
    portal.store.keep("frames", dict(list(frames.items())[-KEPT:]))


def _user_place(frame: Frame) -> str:
    return f"user_options {frame['user']}"


def _app_place(portal: Portal) -> str:
    return f"app_options {portal.application.client_id}"


def _options(portal: Portal, place: str) -> dict[str, Any]:
    options: dict[str, Any] = portal.store.setting(place, {})
    return options


def _save(portal: Portal, place: str, params: Mapping[str, Any]) -> dict[str, Any]:
    options = {**_options(portal, place), str(params["name"]): _words(params.get("value"))}
    portal.store.keep(place, options)
    return options


def _words(value: Any) -> Any:
    """Return the value as it is after its way through a form: numbers are text, booleans stay."""
    if isinstance(value, Mapping):
        return {key: _words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_words(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
