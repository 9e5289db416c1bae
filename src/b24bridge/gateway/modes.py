"""Where answers come from: the portal, a cassette, both, or two portals that are compared."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from b24bridge.compare.diff import compare
from b24bridge.compare.rules import RuleSet
from b24bridge.contract.cassettes import About, Cassette, save_cassette
from b24bridge.contract.exchanges import Exchange
from b24bridge.contract.replay import NotRecorded, ReplayPortal
from b24bridge.contract.scrub import scrub
from b24bridge.errors import B24Error, OutcomeUnknown
from b24bridge.gateway.translate import Asked
from b24bridge.wire.call import Json
from b24bridge.wire.request import WireResponse

__all__ = ["Differ", "Fetch", "Recorder", "replaying", "spying"]

Fetch: TypeAlias = Callable[[Asked], Awaitable[WireResponse]]

_log = logging.getLogger("b24bridge.gateway.modes")
# Exchanges that one recording holds in memory; further ones are passed on without being kept.
RECORDED = 20_000
# Comparisons that may be under way; beyond them requests are answered without one.
AT_ONCE = 20
SHOWN = 5


class Recorder:
    """Passes requests on and keeps them with their answers.

    Args:
        fetch: Asks the portal.
        secrets: The portal's secrets by kind; a cassette never shows them.
    """

    def __init__(self, fetch: Fetch, secrets: dict[str, str]) -> None:
        self._fetch = fetch
        self._secrets = secrets
        self._exchanges: list[Exchange] = []

    async def get(self, asked: Asked) -> WireResponse:
        """Return the portal's answer and keep it; a lost one is kept as lost."""
        try:
            answer = await self._fetch(asked)
        except OutcomeUnknown:
            self._keep(asked, WireResponse(0))
            raise
        self._keep(asked, answer)
        return answer

    def _keep(self, asked: Asked, answer: WireResponse) -> None:
        if len(self._exchanges) < RECORDED:
            self._exchanges.append(_exchange(asked, answer))
            if len(self._exchanges) == RECORDED:
                _log.warning("The recording holds %d exchanges; nothing more is kept.", RECORDED)

    def ending(self, file: Path) -> Callable[[], Awaitable[None]]:
        """Return what a gateway does at its end: write the cassette."""

        async def save() -> None:
            self.save(file)

        return save

    def save(self, file: Path) -> None:
        """Write everything so far into a cassette.

        Raises:
            SecretLeft: It would show a secret; nothing is written.
        """
        exchanges = tuple(scrub(one, self._secrets) for one in self._exchanges)
        save_cassette(Cassette(file.stem, About(data="gateway"), exchanges), file, known=self._secrets)


def replaying(cassette: Cassette) -> Fetch:
    """Return a source that knows only a cassette; what is not in it is an error that names the nearest.

    A read that was recorded once is answered as often as it is asked: pages are loaded again.
    """
    portal = ReplayPortal(cassette)
    given: dict[tuple[str, bytes], WireResponse] = {}

    async def get(asked: Asked) -> WireResponse:
        made = _exchange(asked, WireResponse(0))
        try:
            reply = portal.answer(made.verb, made.url, made.headers, made.body)
        except ConnectionResetError as error:
            raise OutcomeUnknown("The recorded connection was cut.", method=asked.method) from error
        except NotRecorded:
            if (made.url, made.body) not in given:
                raise
            return given[made.url, made.body]
        headers = tuple((name.lower(), value) for name, value in reply.headers)
        answer = WireResponse(reply.status, headers, reply.body)
        if asked.is_read:
            given[made.url, made.body] = answer
        return answer

    return get


def spying(recorded: Fetch, portal: Fetch) -> Fetch:
    """Return a source that answers from the recording, and asks the portal for what is not in it."""

    async def get(asked: Asked) -> WireResponse:
        try:
            return await recorded(asked)
        except NotRecorded:
            return await portal(asked)

    return get


class Differ:
    """Answers from the first portal and compares reads with a second one; writes go to the first only.

    Args:
        control: Asks the portal whose answers count.
        candidate: Asks the other one.
        rules: Differences that do not matter.
        report: Gets method and differences of each comparison; they are logged by default.
    """

    def __init__(
        self,
        control: Fetch,
        candidate: Fetch,
        rules: RuleSet | None = None,
        report: Callable[[str, list[str]], object] | None = None,
    ) -> None:
        self._control = control
        self._candidate = candidate
        self._rules = rules
        self._report = report or _log_differences
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, asked: Asked) -> WireResponse:
        """Return the first portal's answer; the comparison goes on afterwards."""
        answer = await self._control(asked)
        if asked.is_read and len(self._tasks) < AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._compare(asked, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return answer

    async def drain(self) -> None:
        """Wait for the comparisons under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _compare(self, asked: Asked, control: WireResponse) -> None:
        try:
            candidate = await self._candidate(asked)
        except B24Error as error:
            self._report(asked.method, [f"no answer: {error.message}"])
            return
        found = (
            [] if control.status == candidate.status else [f"status {control.status} -> {candidate.status}"]
        )
        found += [str(one) for one in compare(_value(control), _value(candidate), self._rules)]
        self._report(asked.method, found)


def _exchange(asked: Asked, answer: WireResponse) -> Exchange:
    """Return what passed, in the portal's manner but without credentials."""
    api = "api/" if asked.api == 3 else ""
    url = f"https://portal.example/rest/{api}{asked.tail}" + (f"?{asked.query}" if asked.query else "")
    return Exchange(
        asked.verb, url, asked.headers, asked.body.content, answer.status, answer.headers, answer.body
    )


def _value(answer: WireResponse) -> Json:
    """Return the answer without its time block, which never is the same twice."""
    try:
        value = json.loads(answer.body)
    except ValueError:
        return answer.body.decode("utf-8", "replace")
    return (
        {name: item for name, item in value.items() if name != "time"} if isinstance(value, dict) else value
    )


def _log_differences(method: str, found: list[str]) -> None:
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        _log.warning("%s differs: %s%s", method, "; ".join(found[:SHOWN]), more)
