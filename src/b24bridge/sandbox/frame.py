"""The page that plays the portal's window around an application's frame.

``/_sandbox/frame?app=ADDRESS`` opens the application as the portal does: an iframe named
``HOST|1|APP_SID``, filled by a form POST, and a script that answers the frame's messages. What the
portal's server knows of a frame is here; the window's side is ``static/frame.js``.
Facts: "BX24.js and the portal page around it", sections 1 to 4 and 9.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import appoptions
from .installation import finish, open_page
from .oauth import ACCESS_S
from .placements import PLACEMENTS
from .reply import Reply

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["PREFIX", "handle"]

PREFIX = "/_sandbox/frame"
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
    address = str(given["app"])
    placement = str(given.get("placement") or "DEFAULT").upper()
    if placement not in PLACEMENTS:
        raise ValueError(f"there is no placement {placement}; there are {', '.join(sorted(PLACEMENTS))}")
    user_id = int(given.get("user") or portal.webhook_user_id)
    options = given.get("options") or []
    language = str(given.get("lang") or "en")
    opening = open_page(
        portal,
        portal.application,
        address,
        user_id=user_id,
        language=language,
        placement=placement,
        options=options,
    )
    frame: Frame = {
        "user": user_id,
        "admin": bool(given.get("admin", True)),
        "lang": language,
        "placement": placement,
        "options": options,
        "install": bool(given.get("install")),
        "first_run": given.get("first_run"),
        "access": opening.fields["AUTH_ID"],
        "refresh": opening.fields["REFRESH_ID"],
    }
    if frame["install"]:
        portal.applications.change(portal.application.client_id, is_finished=False)
    _keep(portal, opening.sid, frame)
    parts = urlsplit(address)
    return {
        "sid": opening.sid,
        "name": opening.name,
        "origin": f"{parts.scheme}://{parts.netloc}",
        "placement": placement,
        "interface": PLACEMENTS[placement],
        "action": opening.url,
        "fields": opening.fields,
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
        "AUTH_EXPIRES": str(ACCESS_S),
        "REFRESH_ID": frame["refresh"],
        "MEMBER_ID": portal.member_id,
        "FIRST_RUN": bool(first_run),
        "IS_ADMIN": frame["admin"],
        "INSTALL": frame["install"],
        "USER_OPTIONS": appoptions.read(portal.store, _user_owner(portal, frame)) or [],
        "APP_OPTIONS": appoptions.read(portal.store, _app_owner(portal)) or [],
        "PLACEMENT": frame["placement"],
        "PLACEMENT_OPTIONS": _words(frame["options"]) or [],
    }


def _refresh_auth(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    tokens = _tokens(portal, frame["user"])
    _keep(portal, sid, {**frame, **tokens})
    return {"AUTH_ID": tokens["access"], "AUTH_EXPIRES": str(ACCESS_S), "REFRESH_ID": tokens["refresh"]}


def _set_install(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    runs = set(portal.store.setting("frame_runs", []))
    portal.store.keep("frame_runs", sorted(runs | {f"{frame['user']}"}))
    return dict(params)


def _set_install_finish(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    if params.get("value") is False:
        portal.applications.change(portal.application.client_id, is_finished=False)
    else:
        finish(portal, user_id=frame["user"])
    return {"result": "true"}


def _set_user_option(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    _save(portal, _user_owner(portal, frame), params)
    return dict(params)


def _set_app_option(portal: Portal, sid: str, frame: Frame, params: Mapping[str, Any]) -> Any:
    return _save(portal, _app_owner(portal), params) if frame["admin"] else _SILENT


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


def _user_owner(portal: Portal, frame: Frame) -> appoptions.Owner:
    return "user", portal.application.client_id, frame["user"]


def _app_owner(portal: Portal) -> appoptions.Owner:
    return "app", portal.application.client_id, 0


def _save(portal: Portal, owner: appoptions.Owner, params: Mapping[str, Any]) -> dict[str, Any]:
    appoptions.write(portal.store, owner, {str(params["name"]): _words(params.get("value"))})
    return appoptions.read(portal.store, owner)


def _words(value: Any) -> Any:
    """Return the value as it is after its way through a form: numbers are text, booleans stay."""
    if isinstance(value, Mapping):
        return {key: _words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_words(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
