"""Workloads on a sandbox inside the process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from b24bridge.bench.workloads import WORKLOADS, Target
from b24bridge.compare.diff import compare
from b24bridge.contract.exchanges import Counter
from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.seeds import service_desk


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """The small service desk at the end of its history."""
    with Portal(service_desk("small")) as found:
        found.clock.freeze("2025-12-18T12:00:00+03:00")
        yield found


@pytest.mark.parametrize("name", sorted(WORKLOADS))
def test_all_paths_of_a_workload_give_the_same(portal: Portal, name: str) -> None:
    """What is compared for speed is the same work."""
    results = {}
    for path, work in WORKLOADS[name].paths.items():
        counter = Counter(portal)
        results[path] = work(Target(portal.webhook_url, counter))
        assert 0 < counter.tally.requests
        assert 0 == counter.tally.refused

    for result in results.values():
        assert [] == compare(results["legacy"], result)
