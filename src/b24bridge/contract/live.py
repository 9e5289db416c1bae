"""A portal on the network behind the interface of one inside the process, so that it can be witnessed."""

from __future__ import annotations

from collections.abc import Sequence

from b24bridge.engine.http import BlockingHttp
from b24bridge.errors import NotSent, OutcomeUnknown, TimedOut
from b24bridge.sandbox.reply import Reply
from b24bridge.wire.request import WireRequest

__all__ = ["LivePortal"]


class LivePortal:
    """Hands requests on to wherever their address says.

    Args:
        timeout_s: Seconds to wait for an answer; the cloud itself cuts a request after 60.
    """

    def __init__(self, *, timeout_s: float = 70.0) -> None:
        self._http = BlockingHttp()
        self._timeout_s = timeout_s

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Send a request and return the answer; failures are those of a local portal."""
        try:
            response = self._http.send(WireRequest(verb, url, tuple(headers), body, self._timeout_s))
        except NotSent as error:
            raise ConnectionRefusedError(str(error)) from error
        except TimedOut as error:
            raise TimeoutError(str(error)) from error
        except OutcomeUnknown as error:
            raise ConnectionResetError(str(error)) from error
        return Reply(response.status, response.headers, response.body)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
