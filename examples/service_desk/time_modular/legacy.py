"""Port of ``api/tickets-time-tracking-sector-1c/``, the CRest way.

The original asks a cache that was never published (SD-TT-16); without it nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from examples.service_desk.answers import Answer, Crash, answer, body_of, crashed
from examples.service_desk.crest_port import connect, error_of
from examples.service_desk.moments import moment
from examples.service_desk.rules import Json
from examples.service_desk.time.legacy import build
from examples.service_desk.time.old_loading import Loader, PortalError
from examples.service_desk.time.options import Options
from examples.service_desk.time_modular.checks import INTERNAL_ERROR, check

__all__ = ["run"]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Sequence[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request."""
    body, clock = body_of(request), moment(now)
    refused = check(body, clock)
    if refused is not None:
        return refused
    try:
        loader = StrictLoader(connect(webhook_url, cache_dir, transport))
        return answer(build(loader, Options.read(body, clock), list_without_staff=True))
    except PortalError:
        return INTERNAL_ERROR
    except Crash:
        return crashed()


class StrictLoader(Loader):
    """The same calls; some errors end the request, and an answer that is no JSON kills PHP (SD-TT-11)."""

    item_start: Mapping[str, int] = {"start": 0}

    def call(self, method: str, params: Mapping[str, Json]) -> Json:
        """Call the portal; its answer is declared as an array."""
        return self._array(super().call(method, params))

    def batch(self, commands: Mapping[str, Json]) -> Json:
        """Send one batch; its answer is declared as an array."""
        return self._array(super().batch(commands))

    def refused(self, reply: Json) -> bool:
        """Raise on an error."""
        message = error_of(reply)
        if message is not None:
            raise PortalError(message)
        return False

    @staticmethod
    def _array(reply: Json) -> Json:
        if not isinstance(reply, dict | list):
            raise Crash
        return reply
