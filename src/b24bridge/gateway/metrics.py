"""Figures of a gateway in the text format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

__all__ = ["Metrics"]

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts requests by caller and status, and how long they took.

    Callers are named, never their keys; methods are no label, because callers choose them.
    """

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._events: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS_S) + 1)
        self._seconds = 0.0

    def request(self, caller: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests[caller, status] += 1
        self._buckets[bisect_left(BUCKETS_S, seconds)] += 1
        self._seconds += seconds

    def event(self, name: str) -> None:
        """Count something that happened: ``coalesced``, ``cached``, ``refused_full``."""
        self._events[name] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """Return all figures, ``gauges`` among them."""
        lines = ["# TYPE b24bridge_gateway_requests_total counter"]
        for (caller, status), count in sorted(self._requests.items()):
            lines.append(f'b24bridge_gateway_requests_total{{caller="{caller}",status="{status}"}} {count}')
        for name, count in sorted(self._events.items()):
            lines += [
                f"# TYPE b24bridge_gateway_{name}_total counter",
                f"b24bridge_gateway_{name}_total {count}",
            ]
        lines.append("# TYPE b24bridge_gateway_seconds histogram")
        seen = 0
        for bound, count in zip((*BUCKETS_S, "+Inf"), self._buckets, strict=True):
            seen += count
            lines.append(f'b24bridge_gateway_seconds_bucket{{le="{bound}"}} {seen}')
        lines += [f"b24bridge_gateway_seconds_sum {self._seconds}", f"b24bridge_gateway_seconds_count {seen}"]
        for name, value in gauges.items():
            lines += [f"# TYPE b24bridge_gateway_{name} gauge", f"b24bridge_gateway_{name} {value}"]
        return "\n".join(lines) + "\n"
