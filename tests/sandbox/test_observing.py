"""What listeners hear: OpenTelemetry, log lines and totals."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from b24bridge import Client
from b24bridge.engine.logs import LogEvents
from b24bridge.engine.otel import OpenTelemetry
from b24bridge.errors import NotFoundError
from b24bridge.sandbox import Portal
from benchmarks.faults import OwnTimePortal


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal with one deal, whose first answer is cut and whose second is a refusal for load."""
    with Portal({"items_2": [{"id": 1, "title": "deal"}]}, webhook_code="topsecret") as made:
        made.faults.add({"method": "crm.deal.get", "preset": "cut", "nth": 1})
        made.faults.add({"method": "crm.deal.get", "preset": "rate_limit", "nth": 2})
        yield made


def trouble(portal: Portal, hook: Any) -> Client:
    """Read a deal through both faults, and one that is not there."""
    client = Client.from_webhook(portal.webhook_url, transport=OwnTimePortal(portal), hooks=[hook])
    client.call("crm.deal.get", {"id": 1})
    with pytest.raises(NotFoundError):
        client.call("crm.deal.get", {"id": 2})
    return client


def test_each_request_is_a_span_inside_the_callers(portal: Portal) -> None:
    """Lost and refused requests are errors; waits and repetitions are noted on the caller's span."""
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    hook = OpenTelemetry("portal.test", tracer_provider=provider)

    with provider.get_tracer("program").start_as_current_span("work"):
        trouble(portal, hook)

    *requests, work = spans.get_finished_spans()
    assert ["crm.deal.get"] * 4 == [span.name for span in requests]
    assert {SpanKind.CLIENT} == {span.kind for span in requests}
    error, ok = StatusCode.ERROR, StatusCode.UNSET
    assert [error, error, ok, error] == [span.status.status_code for span in requests]
    assert [None, 503, 200, 400] == [
        (span.attributes or {}).get("http.response.status_code") for span in requests
    ]
    assert "OutcomeUnknown" == (requests[0].attributes or {})["error.type"]
    assert {work.context.span_id if work.context else 0} == {
        span.parent.span_id for span in requests if span.parent
    }
    assert 2 == sum(event.name == "b24bridge.retry" for event in work.events)
    assert "topsecret" not in "".join(span.to_json() for span in [*requests, work])


def test_figures_are_counted_by_method(portal: Portal) -> None:
    """Requests, refusals, repetitions, durations."""
    reader = InMemoryMetricReader()
    hook = OpenTelemetry(meter_provider=MeterProvider([reader]))

    trouble(portal, hook)

    data = reader.get_metrics_data()
    assert data is not None
    found = {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert [4] == [point.value for point in found["b24bridge.requests"]]  # type: ignore[union-attr]
    assert [1] == [point.value for point in found["b24bridge.refused"]]  # type: ignore[union-attr]
    assert 2 == sum(point.value for point in found["b24bridge.retries"])  # type: ignore[union-attr]
    assert 4 == sum(point.count for point in found["rpc.client.duration"])  # type: ignore[union-attr]
    assert {"crm.deal.get"} == {
        (point.attributes or {})["rpc.method"] for point in found["b24bridge.requests"]
    }


def test_log_lines_tell_what_happened_and_no_secret(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    """Usual things at DEBUG, trouble at WARNING."""
    with caplog.at_level(logging.DEBUG):
        trouble(portal, LogEvents())

    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "crm.deal.get: no answer after" in warnings[0]
    assert "crm.deal.get: OutcomeUnknown, goes again in" in warnings[1]
    assert "crm.deal.get: answer 503 QUERY_LIMIT_EXCEEDED in" in warnings[2]
    assert "topsecret" not in caplog.text


def test_totals_are_complete(portal: Portal) -> None:
    """``stats()`` counts what was sent, lost, refused, repeated and waited for."""
    stats = trouble(portal, lambda _: None).stats()

    assert (4, 2, 1, 1, 2) == (stats.requests, stats.retries, stats.refused, stats.lost, stats.failed)
    assert {"crm.deal.get": 4} == stats.by_method
    assert stats.sent_bytes > 0
    assert stats.received_bytes > 0


def test_hook_that_fails_disturbs_nobody(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    """The call goes on, the failure is logged."""

    def broken(_: Any) -> None:
        raise ValueError("broken hook")

    trouble(portal, broken)

    assert "A hook failed on RequestSent" in caplog.text
