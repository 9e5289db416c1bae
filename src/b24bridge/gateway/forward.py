"""All callers' requests to one portal: inside its limits, repeated where safe, tokens renewed once."""

from __future__ import annotations

import re

import anyio
from tenacity import AsyncRetrying, retry_if_exception

from b24bridge.auth.credentials import Credentials, OAuth
from b24bridge.engine.policy import Policy, RetryBudget
from b24bridge.engine.port import Port
from b24bridge.engine.registry import Budget, budget_of
from b24bridge.engine.retry import Repetition
from b24bridge.engine.tokens import Renewal
from b24bridge.errors import B24Error, BadAnswer, OperatingLimit, RateLimited, TransportError
from b24bridge.gateway.intake import Full
from b24bridge.gateway.translate import Asked, write
from b24bridge.knowledge.codes import explain
from b24bridge.wire.call import Api
from b24bridge.wire.classify import is_stale_token, of_envelope
from b24bridge.wire.request import WireResponse
from b24bridge.wire.response import decode

__all__ = ["Forwarder", "Refused"]

# The time block ends an answer; a whole page need not be decoded to see it.
_OPERATING = re.compile(rb'"operating":\s*([0-9.]+)')
_RESET = re.compile(rb'"operating_reset_at":\s*([0-9]+)')
_TIME_TAIL = 600


class Refused(Exception):
    """An answer that is an error or no JSON, kept as it came."""

    def __init__(self, response: WireResponse, error: B24Error) -> None:
        super().__init__(type(error).__name__)
        self.response = response
        self.error = error


class Forwarder:
    """Sends callers' requests to a portal.

    Args:
        port: The outside world.
        credentials: The portal's credentials, which callers never see.
        policy: Time limits, repetition, limits of the portal.
        longest_wait_s: Seconds that a request may wait for its turn; one that would wait longer is
            refused at once, before its caller gives up.

    Attributes:
        waited_s: Seconds that requests have waited for the portal's limits.
        repeated: Requests that were sent again.
    """

    def __init__(
        self,
        port: Port,
        credentials: Credentials,
        policy: Policy | None = None,
        *,
        longest_wait_s: float = 60.0,
    ) -> None:
        self._port = port
        self._credentials = credentials
        self._policy = policy or Policy()
        self._retry_budget = RetryBudget()
        self._renewal = Renewal(port, credentials) if isinstance(credentials, OAuth) else None
        self._budget: Budget | None = None
        self._longest_wait_s = longest_wait_s
        self.waited_s = 0.0
        self.repeated = 0

    async def forward(self, asked: Asked) -> WireResponse:
        """Return the portal's answer, errors of the portal included.

        Raises:
            B24Error: No answer of the portal came, or its token could not be renewed.
            Full: The portal's limits would keep the request waiting too long.
        """
        try:
            return await self._once(asked)
        except (Refused, TransportError) as first:
            return await self._repeat(asked, first)

    async def _once(self, asked: Asked) -> WireResponse:
        await self._pace(asked)
        policy = self._policy
        request = write(
            asked, self._credentials.access(), timeout_s=policy.timeout_s, verify_tls=policy.verify_tls
        )
        with anyio.CancelScope(shield=True):  # what the portal has got is not given up with its caller
            response = await self._port.send(request)
        is_xml = asked.tail.endswith(".xml")
        if response.status == 200 and (is_xml or not response.body.startswith((b'{"error"', b"<"))):
            self._learn(asked, response)
            return response
        return self._judge(asked, response)

    def _learn(self, asked: Asked, response: WireResponse) -> None:
        self._retry_budget.succeeded()
        if self._budget is not None:
            self._budget.accepted()
            tail = response.body[-_TIME_TAIL:]
            spent, reset = _OPERATING.search(tail), _RESET.search(tail)
            if spent and reset:
                self._budget.observe(
                    asked.method, {"operating": float(spent[1]), "operating_reset_at": int(reset[1])}
                )

    def _judge(self, asked: Asked, response: WireResponse) -> WireResponse:
        """Return an answer that the caller has to get, or raise one that calls for another attempt."""
        try:
            envelope = decode(response, method=asked.method, api=Api(asked.api))
        except BadAnswer as bad:
            raise Refused(response, bad) from bad
        if not envelope.is_error:
            return response
        wall = self._port.wall()
        error = of_envelope(envelope, method=asked.method, explain=explain, retry_after_s=None, now=wall)
        if self._budget is not None and isinstance(error, RateLimited):
            self._budget.refused(self._port.now())
        elif self._budget is not None and isinstance(error, OperatingLimit):
            self._budget.operating_refused(asked.method, wall, error.reset_at)
        raise Refused(response, error)

    async def _pace(self, asked: Asked) -> None:
        tariff = self._policy.tariff
        if tariff is None:
            return
        if self._budget is None:
            realm, redis_url = getattr(self._port, "realm", None), self._policy.redis_url
            whole = budget_of(self._credentials.budget, tariff, realm, redis_url)
            self._budget = whole.of(self._credentials.account)
        blocked_s = self._budget.operating_wait(asked.method, self._port.wall())
        if 0 < blocked_s <= self._policy.patience_s:
            await self._wait(blocked_s)
        wait_s = self._budget.reserve(self._port.now())
        if wait_s <= 0:
            return
        try:
            if wait_s > self._longest_wait_s:
                raise Full
            await self._wait(wait_s)
        except BaseException:
            self._budget.release()
            raise

    async def _wait(self, seconds: float) -> None:
        self.waited_s += seconds
        await self._port.sleep(seconds)

    async def _repeat(self, asked: Asked, first: Refused | TransportError) -> WireResponse:
        policy = self._policy
        is_safe = asked.is_read
        plan = Repetition(
            policy,
            self._retry_budget,
            is_safe=is_safe,
            now=self._port.now,
            wall=self._port.wall,
            deadline=None,
        )
        pending: list[Refused | TransportError] = [first]
        renewed = False

        async def again() -> WireResponse:
            nonlocal renewed
            try:
                if pending:
                    raise pending.pop()
                self.repeated += 1
                return await self._once(asked)
            except Refused as refused:
                if renewed or self._renewal is None or not is_stale_token(refused.error):
                    raise
                renewed = True
                await self._renewal.renew(self._credentials.access().token)
                self.repeated += 1
                return await self._once(asked)

        def wants(error: BaseException) -> bool:
            return plan.wants(error.error if isinstance(error, Refused) else error)

        retrying = AsyncRetrying(
            sleep=self._port.sleep,
            retry=retry_if_exception(wants),
            wait=plan.delay,
            stop=plan.stop,
            reraise=True,
        )
        try:
            return await retrying(again)
        except Refused as refused:
            return refused.response
