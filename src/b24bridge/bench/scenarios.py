"""What a portal does to a module: its request limit in virtual time, and pages as the authors believed in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from b24bridge.contract.exchanges import Counter, Tally
from b24bridge.contract.modules import Run, run
from b24bridge.engine.inprocess import LocalPortal, LocalReply
from b24bridge.sandbox.phpinput import read
from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.reply import Reply
from b24bridge.wire.call import Json

__all__ = ["COMMAND_S", "AllPages", "Limited", "VirtualTime", "run_limited"]

# The portal's own work for one method. Which calls are refused depends on milliseconds; from 3.3 to 4.2 ms
# they are those of the recorded run of the original module.
COMMAND_S = 0.004


class VirtualTime:
    """A portal on a clock that moves with its answers; who waits moves it too, and nobody sleeps.

    Args:
        portal: A portal whose clock stands still; its latency says how long each request takes.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.counter = Counter(portal)

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> LocalReply:
        """Answer; the client's port lets the time of the request pass through ``sleep``."""
        return self.counter.answer(verb, url, headers, body)

    def now(self) -> float:
        """Return the portal's time."""
        return self._portal.clock.now()

    wall = now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._portal.clock.advance(seconds)


@dataclass(frozen=True, slots=True)
class Limited:
    """A run against a portal with the documented request limit.

    Attributes:
        answer: Status and body.
        tally: What it cost; ``refused`` counts requests over the limit.
        elapsed_s: Seconds that the run took, in the portal's time.
    """

    answer: Mapping[str, Json]
    tally: Tally
    elapsed_s: float


def run_limited(
    path: Run, request: Mapping[str, Json], *, portal: Portal, now: str, moment: str, call_s: float
) -> Limited:
    """Run one path of a module against a portal with a full allowance, in virtual time.

    Args:
        portal: Its limits are set anew: 50 requests at once, then two a second (vendor page "REST API
            Limits").
        moment: Where the portal's clock begins.
        call_s: Seconds of one request, its commands left aside.
    """
    from b24bridge.sandbox.limits import Latency, Limits

    portal.limits = Limits("standard")
    portal.latency = Latency(request_s=call_s, command_s=COMMAND_S)
    portal.clock.freeze(moment)
    started = portal.clock.now()
    paced = VirtualTime(portal)
    answer = run(path, request, now=now, webhook_url=portal.webhook_url, transport=paced)
    return Limited(answer, paced.counter.tally, portal.clock.now() - started)


class AllPages:
    """A portal as the authors of the original ``sector`` believed it to be (SD-SEC-01, SD-SEC-02).

    ``next`` stands inside ``result``, and ids may be joined by commas: so the original reads all pages, and
    it can be counted what that costs.
    """

    def __init__(self, portal: LocalPortal) -> None:
        self._portal = portal

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> LocalReply:
        """Answer with ``next`` where the original looks for it."""
        reply = self._portal.answer(verb, url, headers, body)
        incoming = read(verb, url, headers, body)
        value = json.loads(reply.body)
        if incoming is None or incoming.method != "crm.item.list" or "next" not in value:
            return reply
        value["result"]["next"] = value["next"]
        return replace(Reply(reply.status, tuple(reply.headers)), body=json.dumps(value).encode())
