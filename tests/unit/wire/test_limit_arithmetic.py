"""The leaky bucket and the operating time, time passed in."""

from __future__ import annotations

from b24bridge.wire.limits import ENTERPRISE, LeakyBucket, OperatingBudget


def test_a_burst_of_48_leaves_at_once() -> None:
    """Two of the fifty places stay free, because the portal drains in whole seconds."""
    bucket = LeakyBucket()

    waits = [bucket.reserve(0.0) for _ in range(50)]

    assert [0.0] * 48 + [0.5, 1.0] == waits


def test_enterprise_allows_more() -> None:
    """250 at once, then 5 a second."""
    bucket = LeakyBucket(ENTERPRISE)

    waits = [bucket.reserve(0.0) for _ in range(249)]

    assert 248 == waits.count(0.0)
    assert 0.2 == waits[-1]


def test_the_bucket_drains() -> None:
    """Two places are free again after a second."""
    bucket = LeakyBucket()
    for _ in range(48):
        bucket.reserve(0.0)

    assert [0.0, 0.0, 0.5] == [bucket.reserve(1.0) for _ in range(3)]


def test_a_refusal_fills_the_bucket_and_slows_down() -> None:
    """Somebody else sends too: the portal is full, and our share is smaller."""
    bucket = LeakyBucket()

    bucket.refused(0.0)

    assert 1.4 == bucket.rate_per_s
    assert 1 / 1.4 == bucket.reserve(0.0)


def test_speed_comes_back_with_answers() -> None:
    """Each accepted request gives a hundredth back."""
    bucket = LeakyBucket()
    bucket.refused(0.0)

    for _ in range(40):
        bucket.accepted()

    assert 2.0 == bucket.rate_per_s


def test_time_that_runs_backwards_gives_nothing_away() -> None:
    """Threads may ask with a time read a moment ago."""
    bucket = LeakyBucket()
    for _ in range(48):
        bucket.reserve(10.0)

    assert 0.5 == bucket.reserve(9.0)


def test_a_place_can_be_given_back() -> None:
    """A request that is not sent does not count."""
    bucket = LeakyBucket()
    for _ in range(49):
        bucket.reserve(0.0)

    bucket.release()

    assert 0.5 == bucket.reserve(0.0)


def test_a_method_past_its_operating_time_waits_until_the_portal_frees_some() -> None:
    """``operating`` and ``operating_reset_at`` of an answer are heeded before the refusal comes."""
    budget = OperatingBudget()

    budget.observe("crm.item.list", {"operating": 480.5, "operating_reset_at": 1600})

    assert 100.0 == budget.wait("CRM.Item.List", 1500.0)
    assert 0.0 == budget.wait("crm.deal.list", 1500.0)
    assert 0.0 == budget.wait("crm.item.list", 1600.0)


def test_below_the_limit_nothing_waits() -> None:
    """A method may use its time up."""
    budget = OperatingBudget()

    budget.observe("m", {"operating": 479, "operating_reset_at": 1600})

    assert 0.0 == budget.wait("m", 1500.0)


def test_a_refusal_without_a_moment_blocks_for_a_minute() -> None:
    """The oldest of the portal's buckets is a minute wide."""
    budget = OperatingBudget()

    budget.refused("m", 1000.0)

    assert 60.0 == budget.wait("m", 1000.0)
