"""The request budgets of this process: one for each portal, shared by all its clients.

The portal counts requests per portal and address of the sender (vendor page "REST API Limits"), so
two clients of one program fill the same bucket; it counts operating time per webhook or application.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from weakref import WeakKeyDictionary

from b24bridge.wire.limits import LeakyBucket, OperatingBudget, Tariff

__all__ = ["Budget", "budget_of"]


class Budget:
    """The limits of one portal behind a lock; nobody waits while holding it.

    All who use the portal fill one bucket of requests; operating time is counted for each account, which
    is a webhook or an application.
    """

    __slots__ = ("_accounts", "_bucket", "_lock", "_operating", "_tariff")

    def __init__(self, tariff: Tariff) -> None:
        self._tariff = tariff
        self._lock = threading.Lock()
        self._bucket = LeakyBucket(tariff)
        self._operating = OperatingBudget(tariff.operating_s)
        self._accounts: dict[str, Budget] = {}

    def of(self, account: str) -> Budget:
        """Return the limits as one account meets them: the bucket of all, operating time of its own."""
        with self._lock:
            if account not in self._accounts:
                self._accounts[account] = self._sister(account)
            return self._accounts[account]

    def _sister(self, account: str) -> Budget:
        made = Budget(self._tariff)
        made._lock, made._bucket = self._lock, self._bucket
        return made

    def reserve(self, now: float) -> float:
        """Take a place for one request and return the seconds to wait for it."""
        with self._lock:
            return self._bucket.reserve(now)

    def reserve_free(self, now: float) -> float:
        """Take a place for one request if one is free now; otherwise return the seconds until one is."""
        with self._lock:
            wait_s = self._bucket.wait(now)
            return wait_s if wait_s > 0 else self._bucket.reserve(now)

    def release(self) -> None:
        """Give back a place whose request is not sent."""
        with self._lock:
            self._bucket.release()

    def wait(self, now: float) -> float:
        """Return the seconds that a request asked for now would wait, taking no place."""
        with self._lock:
            return self._bucket.wait(now)

    def refused(self, now: float) -> None:
        """Learn that the portal refused a request as one too many."""
        with self._lock:
            self._bucket.refused(now)

    def accepted(self) -> None:
        """Learn that the portal took a request."""
        self._bucket.accepted()

    def operating_wait(self, method: str, wall: float) -> float:
        """Return the seconds until a method has operating time again."""
        return self._operating.wait(method, wall)

    def operating_waits(self, methods: Collection[str], wall: float) -> dict[str, float]:
        """Return the seconds until each of these methods has operating time again."""
        return {method: self._operating.wait(method, wall) for method in methods}

    def observe(self, method: str, time: dict[str, object]) -> None:
        """Learn from the time block of an answer."""
        self._operating.observe(method, time)

    def operating_refused(self, method: str, wall: float, reset_at: float | None) -> None:
        """Learn that the portal refused a method for its operating time."""
        self._operating.refused(method, wall, reset_at)


_NETWORK = Budget  # owner of the budgets of real portals: the process itself
_budgets: WeakKeyDictionary[object, dict[tuple[str, Tariff, str], Budget]] = WeakKeyDictionary()
_guard = threading.Lock()


def budget_of(name: str, tariff: Tariff, owner: object | None = None, redis_url: str = "") -> Budget:
    """Return the budget of that name, the same object for all clients of the process.

    Args:
        name: Name of the budget; credentials know it.
        tariff: Limits of the plan.
        owner: A portal inside this process has budgets of its own, which die with it.
        redis_url: Redis through which the budget is shared with other programs and machines.

    Raises:
        ConfigError: Redis cannot be used at all; one that is only away is done without.
    """
    with _guard:
        try:
            budgets = _budgets.setdefault(_NETWORK if owner is None else owner, {})
        except TypeError:  # the owner is of a kind that cannot be a key: its budget is its own
            budgets = {}
        key = (name, tariff, redis_url)
        if key not in budgets:
            budgets[key] = _made(name, tariff, redis_url)
        return budgets[key]


def _made(name: str, tariff: Tariff, redis_url: str) -> Budget:
    if not redis_url:
        return Budget(tariff)
    from b24bridge.engine.shared import SharedBudget, connect  # an extra, loaded when it is asked for

    return SharedBudget(tariff, connect(redis_url), name)
