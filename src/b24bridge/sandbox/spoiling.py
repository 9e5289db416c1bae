"""What a fault does to the request or the command that it strikes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .faults import Fault
from .phpjson import encode
from .refusals import Refusal, system
from .reply import CORS, JSON, Reply
from .requestlog import LoggedRequest

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["Sent", "Spoiled", "cut", "spoil", "spoil_command"]


class Spoiled(Exception):  # not an error of the sandbox: an answer that somebody ordered
    """A spoiled command that takes the whole request with it.

    Attributes:
        reply: Answer to the request.
    """

    def __init__(self, reply: Reply) -> None:
        super().__init__("The request was spoiled by a fault.")
        self.reply = reply


class Sent(Spoiled):
    """A file that a method answers with, in place of JSON."""


def spoil(portal: Portal, fault: Fault, entry: LoggedRequest, token: str | None = None) -> Reply | None:
    """Carry out a fault that replaces the answer; None lets the call go on.

    Raises:
        ConnectionResetError: The connection is cut.
        ConnectionRefusedError: The portal does not accept connections.
        TimeoutError: No answer ever comes.
    """
    entry.note = "spoiled by a fault"
    if fault.refuse or fault.reset:
        raise ConnectionRefusedError("The portal refused the connection.")
    if fault.drop:
        raise ConnectionResetError("The portal closed the connection.")
    if fault.timeout:
        raise TimeoutError("The portal does not answer.")
    if fault.expired_token:
        portal.oauth.expire(token)
    return _reply(portal, fault, entry) if fault.replaces else None


def spoil_command(portal: Portal, fault: Fault, entry: LoggedRequest, token: str | None) -> None:
    """Carry out a fault that strikes a command of a batch; return if the command goes on.

    An error answer becomes the command's entry in ``result_error``; what is no such answer (a page,
    broken JSON, a cut connection) spoils the whole request, after the commands before it were done.

    Raises:
        Refusal: The command fails.
        Spoiled: The request fails.
        ConnectionError: The connection is cut.
        TimeoutError: No answer ever comes.
    """
    reply = spoil(portal, fault, entry, token)
    if fault.expired_token:
        raise system("expired")
    portal.dispatcher.delay_s += fault.slow_s
    if reply is None:
        return
    body = _body(portal, fault)
    if fault.raw is not None or not isinstance(body, dict) or not isinstance(body.get("error"), str):
        raise Spoiled(reply)
    extra = {key: value for key, value in body.items() if key not in ("error", "error_description")}
    raise Refusal(body["error"], body.get("error_description", ""), reply.status, **extra)


def cut(portal: Portal, entry: LoggedRequest) -> ConnectionResetError:
    """Return the error of an answer that is lost after the work was done."""
    portal.store.commit()
    entry.status = 0
    return ConnectionResetError("The portal closed the connection after it had done the work.")


def _reply(portal: Portal, fault: Fault, entry: LoggedRequest) -> Reply:
    entry.status = fault.status or 200
    extra = [(name.lower(), value) for name, value in (fault.headers or {}).items()]
    if fault.reset_in_s is not None:
        extra.append(("retry-after", str(fault.reset_in_s)))
    if fault.raw is not None:
        kind = () if any(name == "content-type" for name, _ in extra) else (("content-type", "text/html"),)
        return Reply(entry.status, (*kind, *extra), fault.raw.encode(), fault.slow_s, fault.drip_s)
    body = _body(portal, fault)
    if isinstance(body, dict) and "error" in body:
        entry.error = str(body["error"])
    content = b"" if body is None else encode(body)
    return Reply(entry.status, (JSON, *CORS, *extra), content, fault.slow_s, fault.drip_s)


def _body(portal: Portal, fault: Fault) -> Any:
    if fault.reset_in_s is None or not isinstance(fault.body, dict):
        return fault.body
    return {**fault.body, "time": {"operating_reset_at": int(portal.clock.now()) + fault.reset_in_s}}
