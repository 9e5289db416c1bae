"""A portal inside this process as the other end: the sandbox without sockets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from b24bridge.errors import NotSent, OutcomeUnknown, TimedOut
from b24bridge.wire.request import WireRequest, WireResponse
from b24bridge.wire.secrets import mask

__all__ = ["InProcess", "LocalPortal", "LocalReply", "OwnTime", "late"]


class LocalReply(Protocol):
    """What a local portal answers."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def delay_s(self) -> float: ...


@runtime_checkable
class LocalPortal(Protocol):
    """Anything that answers requests without a network.

    A cut connection is raised as ``ConnectionResetError``, a refused one as
    ``ConnectionRefusedError``, silence as ``TimeoutError``.
    """

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> LocalReply: ...


@runtime_checkable
class OwnTime(Protocol):
    """A local portal that keeps time itself: who waits moves its clock, and nobody sleeps."""

    def now(self) -> float: ...
    def wall(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


class InProcess:
    """Asks a local portal and says how long its answer takes.

    Args:
        portal: The portal.
    """

    def __init__(self, portal: LocalPortal) -> None:
        self.portal = portal

    def ask(self, request: WireRequest) -> tuple[WireResponse, float]:
        """Return the answer and the seconds after which it arrives.

        Raises:
            NotSent, OutcomeUnknown, TimedOut: As a network would fail.
        """
        try:
            body = request.body if request.source is None else b"".join(request.source())
            reply = self.portal.answer(request.verb, request.url, request.headers, body)
        except ConnectionRefusedError as exc:
            raise NotSent("The local portal refused the connection.") from exc
        except TimeoutError as exc:
            raise TimedOut("The local portal did not answer in time.") from exc
        except OSError as exc:
            raise OutcomeUnknown(f"The answer of the local portal was lost: {mask(str(exc))}.") from exc
        headers = tuple((name.lower(), value) for name, value in reply.headers)
        if request.take is not None and reply.status == 200:
            request.take(reply.body)
            return WireResponse(reply.status, headers, b""), reply.delay_s
        return WireResponse(reply.status, headers, reply.body), reply.delay_s


def late(request: WireRequest, delay_s: float) -> tuple[float, TimedOut | None]:
    """Return how long to wait for an answer, and the error if it would come too late."""
    limit = request.timeout_s
    if limit is None or delay_s <= limit:
        return delay_s, None
    return limit, TimedOut(f"The local portal did not answer within {limit:g} s.")
