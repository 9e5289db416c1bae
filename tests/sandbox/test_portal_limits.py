"""Request rate, operating time and latency ("How a portal behaves", section 6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.sandbox import Portal
from b24bridge.sandbox.limits import Latency, Limits, RateLimit

NOW = "2025-12-18T09:00:00+00:00"
REFUSED = b'{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}'


def _profile(portal: Portal, caller: str = "10.0.0.1") -> int:
    return portal.answer("GET", f"{portal.webhook_url}profile", caller=caller).status


def test_bucket_of_50_drains_two_a_second() -> None:
    """The 51st request at once is refused; a second later two more pass."""
    with Portal(limits="standard") as portal:
        portal.clock.freeze(NOW)

        at_once = [_profile(portal) for _ in range(51)]
        portal.clock.advance(1)
        later = [_profile(portal) for _ in range(3)]

        assert [200] * 50 + [503] == at_once
        assert [200, 200, 503] == later


def test_refusal_is_the_documented_body_and_counts_per_address() -> None:
    """The bucket belongs to the source address, whatever the credentials."""
    with Portal(limits={"threshold": 1, "drain_per_s": 0.5}) as portal:
        portal.clock.freeze(NOW)
        _profile(portal)

        reply = portal.answer("GET", f"{portal.webhook_url}profile", caller="10.0.0.1")

        assert (503, REFUSED) == (reply.status, reply.body)
        assert 200 == _profile(portal, "10.0.0.2")


def test_batch_counts_as_one_request() -> None:
    """Fifty commands cost the bucket one."""
    with Portal(limits={"threshold": 2}) as portal:
        portal.clock.freeze(NOW)
        body = "&".join(f"cmd[{n}]=server.time" for n in range(50)).encode()

        statuses = [portal.answer("POST", f"{portal.webhook_url}batch", body=body).status for _ in range(3)]

        assert [200, 200, 503] == statuses


@given(st.lists(st.floats(min_value=0, max_value=5), max_size=200))
def test_no_window_lets_more_than_threshold_and_drain_through(pauses: list[float]) -> None:
    """Between any two admitted requests at most threshold + drain × time have passed."""
    limit, now, admitted = RateLimit(10, 2), 0.0, []
    for pause in pauses:
        now += pause
        if limit.admit("a", now):
            admitted.append(now)

    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            assert last - first + 1 <= 10 + 2 * (admitted[last] - admitted[first]) + 1e-6


def test_operating_time_blocks_the_method_until_it_is_forgotten() -> None:
    """The call that crosses the line still completes, the next is 429, after ten minutes it works."""
    latency = Latency(methods={"profile": 200.0})
    with Portal(limits={"operating_s": 300}, latency=latency) as portal:
        portal.clock.freeze(NOW)

        crossed = [_profile(portal), _profile(portal)]
        blocked = portal.answer("GET", f"{portal.webhook_url}profile")
        other = portal.answer("GET", f"{portal.webhook_url}server.time").status
        portal.clock.advance(600)

        assert [200, 200] == crossed
        assert 429 == blocked.status
        assert b'{"error":"OPERATION_TIME_LIMIT"' in blocked.body
        assert 200 == other
        assert 200 == _profile(portal)


def test_latency_is_told_and_not_waited_for() -> None:
    """The reply says how long a live portal would have taken: request, commands, counting."""
    with Portal(latency={"request_s": 0.1, "command_s": 0.05, "count_s": 0.02}) as portal:
        portal.seed({"items_2": [{"id": 1, "title": "x"}]})
        body = b"cmd[a]=server.time&cmd[b]=crm.deal.list&cmd[c]=crm.deal.list%3Fstart%3D-1"

        reply = portal.answer("POST", f"{portal.webhook_url}batch", body=body)

        assert 0.27 == round(reply.delay_s, 6)


def test_same_seed_gives_the_same_latencies() -> None:
    """The lognormal factor is drawn from a seed and has the median 1."""
    first, second = Latency(sigma=0.5, seed=3), Latency(sigma=0.5, seed=3)

    drawn = [first.spread(1.0) for _ in range(999)]

    assert drawn == [second.spread(1.0) for _ in range(999)]
    assert 0.9 < sorted(drawn)[499] < 1.1


def test_unknown_tariff_names_the_known_ones() -> None:
    """A wrong setting says what to write instead."""
    with pytest.raises(ValueError, match="standard, enterprise"):
        Limits("gold")
