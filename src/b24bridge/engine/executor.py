"""One call from start to end: limit, send, decode, and after a failure repeat or renew."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from b24bridge.auth.credentials import Credentials, OAuth
from b24bridge.engine.admission import Admission
from b24bridge.engine.coalescing import Coalescer
from b24bridge.engine.events import AnswerLost, AnswerReceived, Hook, RequestSent, Retrying, emit
from b24bridge.engine.failures import complete, refusal, too_late
from b24bridge.engine.guard import check
from b24bridge.engine.policy import Policy, RetryBudget
from b24bridge.engine.port import Port
from b24bridge.engine.tokens import Renewal
from b24bridge.errors import ApiError, B24Error, TransportError
from b24bridge.knowledge.catalog import safety, word_kind
from b24bridge.knowledge.codes import explain
from b24bridge.wire.batch import Outcome
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.classify import is_stale_token
from b24bridge.wire.request import Headers, WireResponse, render
from b24bridge.wire.response import Envelope, decode

__all__ = ["Answer", "Executor"]

# Far below the time after which servers cut a connection that takes nothing.
HOLD_S = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the portal answered.

    Attributes:
        result: Return value of the method.
        next: Offset of the next page, or None.
        total: Number of rows, or None.
        time: The time block.
        body: The whole decoded body.
    """

    result: Json
    next: int | None
    total: int | None
    time: dict[str, Any]
    body: Json


class Executor:
    """Carries out calls on one portal.

    Args:
        port: The outside world.
        credentials: Webhook or OAuth tokens.
        policy: Time limits, repetition, limits of the portal.
        hooks: Listeners that get an event for everything that happens.
        is_safe: Says of method and API whether it may run twice; default: the catalogue.
    """

    def __init__(
        self,
        port: Port,
        credentials: Credentials,
        *,
        policy: Policy | None = None,
        hooks: Sequence[Hook] = (),
        is_safe: Callable[[str, Api], bool] | None = None,
    ) -> None:
        self.port = port
        self.credentials = credentials
        self.policy = policy if policy is not None else Policy()
        self.hooks = tuple(hooks)
        self.is_safe = is_safe if is_safe is not None else _documented_safe
        self.under_way = 0
        self.admission = Admission(port, credentials, self.policy, self.hooks)
        self._retry_budget = RetryBudget()
        self._coalescer = Coalescer(self) if self.policy.coalesce else None
        self._renewal = (
            Renewal(port, credentials, hooks=self.hooks, explain=explain, verify_tls=self.policy.verify_tls)
            if isinstance(credentials, OAuth)
            else None
        )

    async def execute(
        self,
        call: Call[Any],
        *,
        deadline_s: float | None = None,
        safe: bool | None = None,
        hold: bool = False,
        bulk: bool = False,
    ) -> Answer:
        """Carry out a call and return the answer, undecoded.

        Args:
            call: What is asked.
            deadline_s: Seconds after which the caller wants an answer or an error.
            safe: Whether the call may run twice; default: what is known of its method.
            hold: Leave the good answer of a batch as it came, a ``WireResponse`` in ``result``: rows as
                objects take five times the memory. Its body may stay unread until somebody waits for it.
            bulk: Let other calls go first while the portal's limits make calls wait, unless the policy says
                otherwise.

        Raises:
            AccessError: The guard of the running context refuses the call; nothing was sent.
            ApiError: The portal refused or failed.
            TransportError: No usable answer came; ``may_have_been_done`` tells about writes.
            DeadlineExceeded: There was no time left.
        """
        check(call.method, call.params)
        if self.policy.priority != "auto":
            bulk = self.policy.priority == "bulk"
        if self._coalescer is not None and not hold and self._coalescer.wants(call):
            outcome = await self._coalescer.run(call, deadline_s)
            if outcome is not None:
                return _answer(outcome)
        deadline = None if deadline_s is None else self.port.now() + deadline_s
        headers: Headers = ()
        if call.api is Api.V3 and word_kind(call.method) != "read" and not safe:
            # Vendor page "Idempotency of requests": a repeated write with the same key runs once.
            headers = (("Idempotency-Key", secrets.token_hex(16)),)
        try:
            return await self._once(call, headers, 1, deadline, hold, bulk)
        except (ApiError, TransportError) as error:
            return await self._repeat(call, headers, error, deadline, safe, hold, bulk)

    async def _once(
        self, call: Call[Any], headers: Headers, attempt: int, deadline: float | None, hold: bool, bulk: bool
    ) -> Answer:
        method = call.method
        port = self.port
        policy = self.policy
        access = self.credentials.access()
        if policy.tariff is not None:
            await self.admission.pace(method, deadline, bulk)
        timeout_s = policy.timeout_s
        if deadline is not None:
            left = deadline - port.now()
            if left <= 0:
                raise too_late(call.method)
            timeout_s = left if timeout_s is None else min(left, timeout_s)
        request = render(
            call,
            access,
            encoding=policy.encoding,
            timeout_s=timeout_s,
            headers=headers,
            verify_tls=policy.verify_tls,
        )
        if hold:
            request = replace(request, hold_s=HOLD_S)
        if self.hooks:
            emit(self.hooks, RequestSent(method, attempt, len(request.body)))
        started = port.now()
        self.under_way += 1
        try:
            response = await port.send(request)
        except TransportError as error:
            emit(self.hooks, AnswerLost(method, attempt, port.now() - started, error))
            raise
        finally:
            self.under_way -= 1
        if hold and _is_good_batch(response):
            if self.hooks:
                self._tell(method, attempt, response, port.now() - started - response.held_s, None)
            self._accepted()
            return Answer(response, None, None, {}, None)
        if not self.hooks:
            envelope = decode(response, method=method, api=call.api)
        else:
            envelope = self._decode_aloud(call, response, attempt, port.now() - started)
        if envelope.is_error:
            refused = refusal(method, envelope, response, port.wall())
            self.admission.learn(method, refused)
            raise refused
        self._accepted()
        budget = self.admission.budget()
        if budget is not None and "operating" in envelope.time:
            budget.observe(method, envelope.time)
        return Answer(envelope.result, envelope.next, envelope.total, envelope.time, envelope.body)

    def _accepted(self) -> None:
        if (budget := self.admission.budget()) is not None:
            budget.accepted()
        self._retry_budget.succeeded()

    def _decode_aloud(
        self, call: Call[Any], response: WireResponse, attempt: int, elapsed_s: float
    ) -> Envelope:
        try:
            envelope = decode(response, method=call.method, api=call.api)
        except TransportError:
            self._tell(call.method, attempt, response, elapsed_s, None)
            raise
        self._tell(call.method, attempt, response, elapsed_s, envelope)
        return envelope

    def _tell(
        self, method: str, attempt: int, response: WireResponse, elapsed_s: float, envelope: Envelope | None
    ) -> None:
        operating = None if envelope is None else envelope.time.get("operating")
        error = envelope.body.get("error") if envelope is not None and envelope.is_error else None
        code = error.get("code", "") if isinstance(error, dict) else error
        emit(
            self.hooks,
            AnswerReceived(
                method,
                attempt,
                response.status,
                elapsed_s,
                len(response.body),
                operating if isinstance(operating, int | float) else None,
                None if code is None else str(code),
            ),
        )

    async def _repeat(
        self,
        call: Call[Any],
        headers: Headers,
        first: B24Error,
        deadline: float | None,
        safe: bool | None,
        hold: bool,
        bulk: bool,
    ) -> Answer:
        """Send the call again as long as that is without risk and may help."""
        from tenacity import AsyncRetrying, retry_if_exception  # loaded when something fails

        from b24bridge.engine.retry import Repetition

        port = self.port
        # With a key the portal runs a write once, however often it is sent.
        is_safe = bool(headers) or self.is_safe(call.method, call.api) if safe is None else safe
        plan = Repetition(
            self.policy, self._retry_budget, is_safe=is_safe, now=port.now, wall=port.wall, deadline=deadline
        )
        pending = [first]
        sent = 1
        renewed = False

        async def again() -> Answer:
            nonlocal sent, renewed
            try:
                if pending:
                    raise pending.pop()
                sent += 1
                return await self._once(call, headers, sent, deadline, hold, bulk)
            except ApiError as error:
                if renewed or self._renewal is None or not is_stale_token(error):
                    raise
                renewed = True
                await self._renewal.renew(self.credentials.access().token)
                sent += 1
                return await self._once(call, headers, sent, deadline, hold, bulk)

        def tell(state: Any) -> None:
            emit(self.hooks, Retrying(call.method, sent, state.upcoming_sleep, plan.errors[-1]))

        retrying = AsyncRetrying(
            sleep=port.sleep,
            retry=retry_if_exception(plan.wants),
            wait=plan.delay,
            stop=plan.stop,
            before_sleep=tell,
            reraise=True,
        )
        try:
            return await retrying(again)
        except (ApiError, TransportError) as error:
            late = plan.out_of_time or (deadline is not None and port.now() >= deadline)
            if late:
                raise too_late(call.method, tuple(plan.errors), error) from error
            complete(error, call.method, sent, tuple(plan.errors), plan.elapsed_s, is_safe)
            raise


def _documented_safe(method: str, api: Api) -> bool:
    return safety(method, api.value) == "safe"


def _answer(outcome: Outcome[Json]) -> Answer:
    """Return the answer of a call that travelled in a batch.

    Raises:
        B24Error: The portal refused it.
    """
    if outcome.error is not None:
        raise outcome.error
    time = dict(outcome.time)
    body = {"result": outcome.value, "time": time}
    return Answer(outcome.value, outcome.next, outcome.total, time, body)


def _is_good_batch(response: WireResponse) -> bool:
    """Return whether a body is the five maps of a batch, by its ends alone."""
    body = response.body
    return response.status == 200 and body.startswith(b'{"result":{"result":') and body.endswith(b"}")
