"""Signed addresses that files are downloaded from and uploaded to (``DOWNLOAD_URL``, ``uploadUrl``).

An address names the module that handed it out, what it is for, and a signature that binds both to the
verb and to who asked: ``token=disk|BASE64|SIGNATURE``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from .files import StoredFile
from .methods import Context
from .phpinput import Incoming
from .phpjson import encode
from .refusals import system
from .reply import Reply

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["Transfers", "sent"]

Download = Callable[[Context, dict[str, str]], StoredFile]
Upload = Callable[[Context, dict[str, str], StoredFile], Any]


class Transfers:
    """The signed addresses of one portal."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._downloads: dict[str, Download] = {}
        self._uploads: dict[str, Upload] = {}

    def declare(self, module: str, *, download: Download | None = None, upload: Upload | None = None) -> None:
        """Say who serves the addresses of a module."""
        if download is not None:
            self._downloads[module] = download
        if upload is not None:
            self._uploads[module] = upload

    def address(self, context: Context, verb: str, module: str, facts: Mapping[str, Any]) -> str:
        """Return an address of ``download`` or ``upload``; it carries the caller's authorisation."""
        text = base64.b64encode(urlencode({**facts, "_": secrets.token_hex(8)}).encode()).decode()
        token = f"{module}|{text}|{self._sign(verb, module, text, context.caller.user_id)}"
        if context.caller.kind == "webhook":
            return f"{self._portal.webhook_url}{verb}/?token={quote(token, safe='')}"
        query = urlencode({"auth": context.caller.token, "token": token})
        return f"{self._portal.endpoint}{verb}.json?{query}"

    def answer(self, incoming: Incoming) -> Reply:
        """Serve an address.

        Raises:
            Refusal: The authorisation or the signature is wrong, or the file is gone.
        """
        dispatcher = self._portal.dispatcher
        caller = dispatcher.identify(replace(incoming, signed=False))
        context = dispatcher.context(caller)
        verb = incoming.method.lower()
        module, _, rest = incoming.link.partition("|")
        text, _, signature = rest.partition("|")
        if not hmac.compare_digest(
            signature.encode(), self._sign(verb, module, text, caller.user_id).encode()
        ):
            raise system("download")
        facts = dict(parse_qsl(base64.b64decode(text).decode()))
        if verb == "download":
            return sent(self._downloads[module](context, facts))
        file = next(iter(incoming.files.values()), None)
        if file is None:
            raise system("download")
        body = encode({"result": self._uploads[module](context, facts, file)})
        return Reply(200, (("content-type", "application/json; charset=utf-8"),), body)

    def _sign(self, verb: str, module: str, text: str, user_id: int) -> str:
        message = f"{verb}|{module}|{text}|{user_id}".encode()
        digest = hmac.new(self._portal.webhook_code.encode(), message, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def sent(file: StoredFile) -> Reply:
    """Return a file as the answer to a request."""
    name = quote(file.name)
    headers = (
        ("content-type", "application/octet-stream"),
        ("content-disposition", f"attachment; filename=\"{name}\"; filename*=utf-8''{name}"),
    )
    return Reply(200, headers, file.content)
