"""The request limit in virtual time, and pages as the authors believed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from b24bridge.bench.pilot import CALL_S, MOMENT, NOW
from b24bridge.bench.scenarios import AllPages, Limited, run_limited
from b24bridge.contract.exchanges import Counter
from b24bridge.contract.modules import load_module, run
from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.seeds import service_desk

REQUEST = {"method": "POST", "body": {"product": "1C"}}


@pytest.fixture(scope="module")
def medium() -> Iterator[Portal]:
    """The medium service desk."""
    with Portal(service_desk("medium")) as portal:
        yield portal


def limited(portal: Portal, side: str) -> Limited:
    """The time module against the documented limit."""
    module = load_module("examples.service_desk.time")
    path = module.legacy if side == "legacy" else module.modern
    return run_limited(path, REQUEST, portal=portal, now=NOW, moment=MOMENT, call_s=CALL_S)


def test_original_time_module_loses_hours_to_the_limit(medium: Portal) -> None:
    """Of 106 calls 35 are refused, and the hours behind them are missing from a success (SD-TT-10)."""
    found = limited(medium, "legacy")

    assert (106, 35) == (found.tally.requests, found.tally.refused)
    assert found.answer["body"]["success"] is True
    assert 1122.83 == found.answer["body"]["data"]["totalElapsedTime"]


def test_modern_time_module_reports_all_hours_within_the_limit(medium: Portal) -> None:
    """No refusal, and 1,399.54 hours."""
    found = limited(medium, "modern")

    assert 0 == found.tally.refused
    assert 1399.54 == found.answer["body"]["data"]["totalElapsedTime"]


def test_original_sector_reads_all_pages_where_next_stands_as_believed(medium: Portal) -> None:
    """On such a portal the original asks for all 16 requests of the medium data."""
    medium.clock.freeze(MOMENT)
    counter = Counter(medium)

    run(
        load_module("examples.service_desk.sector").legacy,
        {"method": "GET", "body": None},
        now=NOW,
        webhook_url=medium.webhook_url,
        transport=AllPages(counter),
    )

    assert 16 == counter.tally.requests
