"""Whether a failed call is sent again, and when: one decision object per call.

A write is repeated only when the portal surely did not run it; a read whenever a repetition may help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenacity import wait_random_exponential

from b24bridge.engine.policy import Policy, RetryBudget
from b24bridge.errors import (
    B24Error,
    BadAnswer,
    LimitError,
    NotSent,
    OperatingLimit,
    OutcomeUnknown,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenacity import RetryCallState

__all__ = ["Repetition"]

# Bodies that are no JSON come with these statuses under load or from a broken gateway, and a cut
# body with 200 (b24pysdk has classes for 302, 403 and 500; portal.md 10, row 36).
_PASSING_STATUSES = frozenset({200, 403, 408, 425, 429, 500, 502, 503, 504, 520, 522, 524})

#: Portal seconds to wait for operating time when the portal does not say how long.
OPERATING_S = 60.0


class Repetition:
    """The repetitions of one call.

    Args:
        policy: How often, how long.
        budget: Brake shared by all calls of a client.
        is_safe: Whether the method may run twice.
        now: Monotonic clock.
        wall: Unix clock.
        deadline: Monotonic time at which the caller gives up, or None.
    """

    def __init__(
        self,
        policy: Policy,
        budget: RetryBudget,
        *,
        is_safe: bool,
        now: Callable[[], float],
        wall: Callable[[], float],
        deadline: float | None,
    ) -> None:
        self._policy = policy
        self._budget = budget
        self._is_safe = is_safe
        self._now = now
        self._wall = wall
        self._deadline = deadline
        self._started = now()
        self._failures = 0
        self._refusals = 0
        self._backoff = wait_random_exponential(multiplier=policy.base_delay_s, max=policy.max_delay_s)
        self.errors: list[B24Error] = []
        self.out_of_time = False

    @property
    def elapsed_s(self) -> float:
        """Seconds since the first failure."""
        return self._now() - self._started

    def wants(self, error: BaseException) -> bool:
        """Return whether the call should be sent again after this error."""
        if not isinstance(error, B24Error):
            return False
        self.errors.append(error)
        if isinstance(error, LimitError):
            self._refusals += 1
            return error.retryable and self._refusals < self._policy.refusals
        self._failures += 1
        return self._failures < self._policy.attempts and self.may_repeat(error) and self._budget.take()

    def may_repeat(self, error: B24Error) -> bool:
        """Return whether a repetition after this error is without risk and may help."""
        if isinstance(error, NotSent):
            return error.retryable
        if error.may_have_been_done and not self._is_safe:
            return False
        if isinstance(error, BadAnswer):
            return error.status in _PASSING_STATUSES
        return isinstance(error, OutcomeUnknown | ServerError)

    def delay(self, state: RetryCallState) -> float:
        """Return the seconds until the next attempt: full jitter, or what the portal asked for."""
        error = self.errors[-1]
        jitter = float(self._backoff(state))
        if isinstance(error, OperatingLimit):
            known = error.reset_at
            return OPERATING_S + jitter if known is None else max(0.0, known - self._wall()) + jitter
        return jitter if error.retry_after_s is None else error.retry_after_s + jitter

    def stop(self, state: RetryCallState) -> bool:
        """Return whether there is no time left for the next attempt."""
        delay = state.upcoming_sleep
        if self._deadline is not None and self._now() + delay >= self._deadline:
            self.out_of_time = True
            return True
        return isinstance(self.errors[-1], LimitError) and self.elapsed_s + delay > self._policy.patience_s
