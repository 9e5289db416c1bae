"""When a request may go: the portal's rate, the operating time of methods, and the deadline."""

from __future__ import annotations

from collections.abc import Iterable

from b24bridge.auth.credentials import Credentials
from b24bridge.engine.events import Hook, Waiting, emit
from b24bridge.engine.failures import too_late
from b24bridge.engine.policy import Policy
from b24bridge.engine.port import Port
from b24bridge.engine.registry import Budget, budget_of
from b24bridge.errors import ApiError, OperatingLimit, RateLimited
from b24bridge.wire.classify import V3_PREFIX

__all__ = ["Admission"]

#: Seconds after which a request of a long list or batch queues like any other.
BULK_PATIENCE_S = 30.0
#: Shortest wait for a free place: a shorter one may not move the clock at all, and would go on for ever.
LEAST_WAIT_S = 0.001


class Admission:
    """Lets requests through one by one.

    Args:
        port: The outside world.
        credentials: Name the budget that clients share.
        policy: Limits of the portal.
        hooks: Listeners.
    """

    def __init__(self, port: Port, credentials: Credentials, policy: Policy, hooks: tuple[Hook, ...]) -> None:
        self._port = port
        self._credentials = credentials
        self._policy = policy
        self._hooks = hooks
        self._budget: Budget | None = None

    def budget(self) -> Budget | None:
        """Return the request budget that is shared with others, None without limits."""
        tariff = self._policy.tariff
        if self._budget is None and tariff is not None:
            whole = budget_of(self._credentials.budget, tariff, self._port.realm, self._policy.redis_url)
            self._budget = whole.of(self._credentials.account)
        return self._budget

    async def admit(self, method: str) -> None:
        """Wait until the portal has room for a request that is sent past the executor, such as a file.

        Raises:
            OperatingLimit: That would take longer than the policy allows.
        """
        if self._policy.tariff is not None:
            await self.pace(method, None, bulk=False)

    async def pace(self, method: str, deadline: float | None, bulk: bool) -> None:
        """Wait until the portal has room for one more request.

        A place is given in the order of asking; bulk takes one only when it is free, so it never stands
        before a single call, unless it has waited for long.
        """
        budget = self.budget()
        assert budget is not None  # only called with a tariff
        port = self._port
        blocked_s = budget.operating_wait(method, port.wall())
        if blocked_s > 0:
            await self._rest(method, blocked_s, deadline)
        if bulk:
            until = port.now() + BULK_PATIENCE_S
            while (wait_s := budget.reserve_free(port.now())) > 0 and port.now() < until:
                await self._queue(method, max(wait_s, LEAST_WAIT_S), deadline)
            if wait_s <= 0:
                return
        wait_s = budget.reserve(port.now())
        if wait_s > 0:
            try:
                await self._queue(method, wait_s, deadline)
            except BaseException:
                budget.release()  # nobody uses the place: the deadline is too near, or the call was cancelled
                raise

    async def _queue(self, method: str, wait_s: float, deadline: float | None) -> None:
        if deadline is not None and self._port.now() + wait_s >= deadline:
            raise too_late(method)
        if self._hooks:
            emit(self._hooks, Waiting(method, wait_s, "rate"))
        await self._port.sleep(wait_s)

    async def rest(self, methods: Iterable[str], deadline: float | None = None) -> None:
        """Wait until all of these methods have operating time again.

        Raises:
            OperatingLimit: That would take longer than the policy or the deadline (monotonic) allows.
        """
        budget = self.budget()
        if budget is None:
            return
        waits = budget.operating_waits(set(methods), self._port.wall())
        method, blocked_s = max(waits.items(), key=lambda item: item[1], default=("", 0.0))
        if blocked_s > 0:
            await self._rest(method, blocked_s, deadline)

    async def _rest(self, method: str, blocked_s: float, deadline: float | None) -> None:
        port = self._port
        too_long = blocked_s > self._policy.patience_s
        if too_long or (deadline is not None and port.now() + blocked_s >= deadline):
            raise OperatingLimit(
                f"{method} used up its operating time; the portal frees some in {blocked_s:.0f} s.",
                code="OPERATION_TIME_LIMIT",
                method=method,
                reset_at=port.wall() + blocked_s,
                retryable=not too_long,
            )
        emit(self._hooks, Waiting(method, blocked_s, "operating"))
        await port.sleep(blocked_s)

    def learn(self, method: str, error: ApiError) -> None:
        """Heed a refusal for load or for operating time.

        REST 3.0 has one code, which the portal sends for operating time (portal source, ``CRestApiServer``).
        """
        budget = self._budget
        if budget is None:
            return
        if isinstance(error, RateLimited) and not error.code.startswith(V3_PREFIX):
            budget.refused(self._port.now())
        elif isinstance(error, RateLimited | OperatingLimit):
            reset_at = error.reset_at if isinstance(error, OperatingLimit) else None
            budget.operating_refused(method, self._port.wall(), reset_at)
