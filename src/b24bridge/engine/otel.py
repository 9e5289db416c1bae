"""Traces and metrics for OpenTelemetry, made from the engine's events (extra ``otel``).

A hook like any other: ``Client(..., hooks=[OpenTelemetry()])``. Each request becomes a span of kind client
beside those of the program; names follow the semantic conventions for HTTP and RPC clients. Neither holds
addresses, parameters or tokens.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from b24bridge.engine.events import (
    AnswerLost,
    AnswerReceived,
    Coalesced,
    Event,
    RequestSent,
    Retrying,
    TokenRefreshed,
    Waiting,
)
from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

__all__ = ["OpenTelemetry"]

NAME = "b24bridge"
NANOSECONDS = 1_000_000_000


class OpenTelemetry:
    """A hook that makes spans and metrics; may be shared by clients, threads and tasks.

    Args:
        portal: Name of the portal in ``server.address``, if there are several.
        tracer_provider: Where spans go; default: the one of the program.
        meter_provider: Where figures go; default: the one of the program.

    Raises:
        ConfigError: OpenTelemetry is not installed.
    """

    def __init__(
        self,
        portal: str = "",
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        try:
            from opentelemetry import metrics, trace
        except ImportError as exc:
            raise ConfigError(
                "OpenTelemetry is not installed.", remedy="pip install 'b24bridge[otel]'"
            ) from exc
        self._trace = trace
        self._base: dict[str, str] = {"rpc.system": "bitrix24"} | (
            {"server.address": portal} if portal else {}
        )
        self._tracer = trace.get_tracer(NAME, tracer_provider=tracer_provider)
        meter = metrics.get_meter(NAME, meter_provider=meter_provider)
        self._durations = meter.create_histogram(
            "rpc.client.duration", "s", "Time from sending a request to its whole answer."
        )
        self._sizes = meter.create_histogram("b24bridge.answer.size", "By", "Bytes of an answer.")
        self._requests = meter.create_counter("b24bridge.requests", "{request}", "Requests sent.")
        self._refused = meter.create_counter("b24bridge.refused", "{request}", "Answers refused for load.")
        self._retries = meter.create_counter("b24bridge.retries", "{request}", "Repetitions.")
        self._waits = meter.create_counter("b24bridge.wait", "s", "Time waited for the portal's limits.")
        self._operating = meter.create_gauge("b24bridge.operating", "s", "Operating time of a method.")
        self._renewals = meter.create_counter("b24bridge.token.refreshed", "{token}", "Tokens renewed.")
        self._coalesced = meter.create_counter("b24bridge.coalesced", "{call}", "Reads that shared a batch.")
        self._handlers: dict[type[Any], Any] = {
            RequestSent: self._sent,
            AnswerReceived: self._answered,
            AnswerLost: self._lost,
            Waiting: self._waited,
            Retrying: self._retried,
            TokenRefreshed: self._refreshed,
            Coalesced: self._travelled,
        }

    def __call__(self, event: Event) -> None:
        """Take one event; kinds that are unknown here are passed over."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _labels(self, method: str) -> dict[str, str]:
        return {**self._base, "rpc.method": method}

    def _sent(self, event: RequestSent) -> None:
        self._requests.add(1, self._labels(event.method))

    def _answered(self, event: AnswerReceived) -> None:
        labels = self._labels(event.method)
        outcome: dict[str, Any] = {**labels, "http.response.status_code": event.status}
        if event.code is not None:
            outcome["error.type"] = event.code or "_OTHER"
        self._durations.record(event.elapsed_s, outcome)
        self._sizes.record(event.size_bytes, labels)
        if event.status in (429, 503):
            self._refused.add(1, labels)
        if event.operating_s is not None:
            self._operating.set(event.operating_s, labels)
        self._span(event.method, event.elapsed_s, {**outcome, "b24bridge.attempt": event.attempt})

    def _lost(self, event: AnswerLost) -> None:
        outcome = {**self._labels(event.method), "error.type": type(event.error).__name__}
        self._durations.record(event.elapsed_s, outcome)
        self._span(event.method, event.elapsed_s, {**outcome, "b24bridge.attempt": event.attempt})

    def _waited(self, event: Waiting) -> None:
        self._waits.add(event.delay_s, {**self._labels(event.method), "b24bridge.reason": event.reason})
        self._note("wait", {"b24bridge.delay_s": event.delay_s, "b24bridge.reason": event.reason})

    def _retried(self, event: Retrying) -> None:
        kind = type(event.error).__name__
        self._retries.add(1, {**self._labels(event.method), "error.type": kind})
        self._note("retry", {"b24bridge.delay_s": event.delay_s, "error.type": kind})

    def _refreshed(self, event: TokenRefreshed) -> None:
        self._renewals.add(1, {**self._base, "b24bridge.by_other": event.by_other})

    def _travelled(self, event: Coalesced) -> None:
        self._coalesced.add(event.calls, self._base)

    def _span(self, method: str, elapsed_s: float, facts: dict[str, Any]) -> None:
        """Make the span of a request that has ended: it lies in the span that the caller is in."""
        ended = time.time_ns()
        span = self._tracer.start_span(
            method,
            kind=self._trace.SpanKind.CLIENT,
            attributes=facts,
            start_time=ended - int(elapsed_s * NANOSECONDS),
        )
        if "error.type" in facts or facts["http.response.status_code"] >= 400:
            span.set_status(
                self._trace.Status(self._trace.StatusCode.ERROR, str(facts.get("error.type", "")))
            )
        span.end(ended)

    def _note(self, name: str, facts: dict[str, Any]) -> None:
        """Note on the caller's span that the client waits."""
        self._trace.get_current_span().add_event(f"b24bridge.{name}", facts)
