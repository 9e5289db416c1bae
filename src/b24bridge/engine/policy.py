"""How a client behaves: time limits, repetition, and the limits of the portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from b24bridge.wire.limits import STANDARD, Tariff
from b24bridge.wire.request import Encoding

__all__ = ["EAGER", "Policy", "RetryBudget"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How a client behaves.

    Attributes:
        timeout_s: Seconds to wait for one answer; the cloud itself cuts a request after 60.
        attempts: How often a call is sent at most, when an answer was lost or the portal broke.
        refusals: How often a call is sent at most, when the portal refuses it for load.
        patience_s: Seconds that a call may wait after refusals, or for operating time; queueing for
            the request rate has no end but the deadline.
        base_delay_s: First bound of the random delay before a repetition; it doubles each time.
        max_delay_s: Last bound of that delay.
        tariff: Limits of the portal's plan; None sends without limit.
        connections: Requests at once; waiters queue before the connection pool.
        encoding: Form of REST 2 requests.
        verify_tls: Whether the portal's certificate is checked.
        coalesce: Whether reads that would wait for a place travel as one batch; None leaves it to the
            client: the async one does, the blocking one does not.
        priority: Who goes first while the portal's limit makes calls wait: ``auto`` lets lists and long
            batches wait for single calls, ``bulk`` lets all calls of this client wait for those of
            others in this process, ``interactive`` none.
        redis_url: Redis through which all machines share the limits of a portal, requests and operating
            time; empty for limits of this process.
    """

    timeout_s: float | None = 70.0
    attempts: int = 5
    refusals: int = 30
    patience_s: float = 660.0
    base_delay_s: float = 0.5
    max_delay_s: float = 20.0
    tariff: Tariff | None = STANDARD
    connections: int = 12
    encoding: Encoding = "json"
    verify_tls: bool = True
    coalesce: bool | None = None
    priority: Literal["auto", "bulk", "interactive"] = "auto"
    redis_url: str = field(default="", repr=False)  # may hold a password


#: Sends as fast as the portal answers: for portals without limit, and for measuring.
EAGER = Policy(tariff=None)


class RetryBudget:
    """A brake for storms: repetitions may be at most a fifth of the successful calls, plus a reserve.

    Refusals for load do not count, because the bucket paces them already.
    """

    __slots__ = ("_tokens",)

    RESERVE = 20.0
    SHARE = 0.2

    def __init__(self) -> None:
        self._tokens = self.RESERVE

    def succeeded(self) -> None:
        """Note a call that succeeded."""
        if self._tokens < self.RESERVE:
            self._tokens += self.SHARE

    def take(self) -> bool:
        """Return whether one more repetition is within the budget, and count it."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
