"""How few requests the new paths need on the large service desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from b24bridge.bench.pilot import MOMENT, NOW
from b24bridge.contract.exchanges import Counter, Tally
from b24bridge.contract.modules import load_module, run
from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.seeds import service_desk

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def large() -> Iterator[Portal]:
    """The large service desk: 20,000 tickets, 6,000 tasks."""
    with Portal(service_desk("large"), limits="standard") as portal:
        portal.clock.freeze(MOMENT)
        yield portal


def cost(portal: Portal, module: str, request: Mapping[str, object], fixes: tuple[str, ...] = ()) -> Tally:
    """What one answer of the new path costs, from a full allowance."""
    portal.clock.advance(60)
    counter = Counter(portal)
    path = load_module(f"examples.service_desk.{module}").modern
    run(path, request, now=NOW, webhook_url=portal.webhook_url, transport=counter, fixes=fixes)
    return counter.tally


@pytest.mark.parametrize(
    ("module", "body", "fixes", "most"),
    [
        ("time", {"product": "1C"}, (), 40),
        ("sector", None, ("SD-SEC-01", "SD-SEC-02"), 6),
        ("graph", {"product": "1C", "periodMode": "months"}, (), 12),
    ],
)
def test_new_path_needs_few_requests_and_meets_no_limit(
    large: Portal, module: str, body: object, fixes: tuple[str, ...], most: int
) -> None:
    """The originals need 751, 43 (all pages) and 154 on the same data."""
    found = cost(large, module, {"method": "POST", "body": body}, fixes)

    assert found.requests <= most
    assert 0 == found.refused
