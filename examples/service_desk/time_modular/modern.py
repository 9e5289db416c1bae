"""The refactored time report on the typed client."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from b24bridge.errors import B24Error
from examples.service_desk.answers import Answer, answer, body_of
from examples.service_desk.moments import moment
from examples.service_desk.rules import Json
from examples.service_desk.time.modern import build
from examples.service_desk.time.new_loading import Loader, TicketsRefused
from examples.service_desk.time.options import Options
from examples.service_desk.time_modular.checks import INTERNAL_ERROR, check
from examples.service_desk.typed import connect

__all__ = ["run"]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Collection[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request."""
    body, clock = body_of(request), moment(now)
    refused = check(body, clock)
    if refused is not None:
        return refused
    options = Options.read(body, clock)
    try:
        with connect(webhook_url, transport) as b24:
            return answer(build(Loader(b24, fixes), options, list_without_staff=True, tickets_required=True))
    except (B24Error, TicketsRefused):
        return INTERNAL_ERROR
