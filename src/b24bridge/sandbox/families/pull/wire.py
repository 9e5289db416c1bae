"""``pull.application.*`` (section "Push and Pull"): only an application may send."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from b24bridge.sandbox.dates import moment_text
from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_HALF_A_DAY = 12 * 3600


def _application(context: Context, text: str) -> None:
    if context.caller.kind != "token":
        raise Refusal("WRONG_AUTH_TYPE", text, 403)


def _config(context: Context, _: Params) -> Any:
    """``pull.application.config.get``: where the messages of an application arrive."""
    _application(context, "Get access to application config available only for application authorization.")
    host = context.portal.base_url.split("://", 1)[-1]
    now = int(context.moment.now)
    span = {
        "start": moment_text(now, context.moment.where),
        "end": moment_text(now + _HALF_A_DAY, context.moment.where),
    }
    name = hashlib.sha256(f"{context.caller.client_id}:{context.caller.user_id}".encode()).hexdigest()[:32]
    return {
        "server": {
            "version": 4,
            "server_enabled": True,
            "mode": "personal",
            "hostname": host,
            "long_polling": f"https://{host}/sub2/",
            "long_pooling_secure": f"https://{host}/sub2/",
            "websocket_enabled": True,
            "websocket": f"wss://{host}/subws2/",
            "websocket_secure": f"wss://{host}/subws2/",
            "publish_enabled": True,
            "publish": f"https://{host}/rest/",
            "publish_secure": f"https://{host}/rest/",
            "config_timestamp": now,
        },
        "api": {"revision_web": 19, "revision_mobile": 3},
        "channels": {
            "shared": {"id": name[:16], **span, "type": "shared"},
            "private": {"id": name, "public_id": name[::-1], **span, "type": "private"},
        },
        "exp": now + _HALF_A_DAY,
        "publicChannels": {},
    }


def _event(context: Context, params: Params) -> Any:
    """``pull.application.event.add``."""
    _application(context, "Get access to application config available only for application authorization.")
    if not re.fullmatch(r"[\w.-]+", str(pick(params, "COMMAND") or ""), re.ASCII):
        raise Refusal("COMMAND_ERROR", "Command format error")
    if not isinstance(pick(params, "PARAMS", []), (dict, list)):
        raise Refusal("PARAMS_ERROR", "Params format error")
    if pick(params, "USER_ID") and not context.caller.is_admin:
        raise Refusal("USER_ID_ACCESS_ERROR", "Only admin can send notifications to other channels")
    return True


def _push(context: Context, params: Params) -> Any:
    """``pull.application.push.add``."""
    _application(context, "Send push notifications available only for application authorization.")
    if not str(pick(params, "TEXT") or "").strip():
        raise Refusal("TEXT_ERROR", "Text can't be empty")
    return True


FAMILY = Family(
    "pull",
    [
        Method("pull.application.config.get", _config, "pull"),
        Method("pull.application.event.add", _event, "pull"),
        Method("pull.application.push.add", _push, "pull"),
    ],
)
