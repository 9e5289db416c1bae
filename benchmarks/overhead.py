"""CPU of ``Client.call`` beside bare httpx, both on a transport that answers at once.

Run: ``python benchmarks/overhead.py [--calls 2000] [--rounds 9] [--limit 1.3]``. Exit code 1 above the limit.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx

from b24bridge.bench.machine import machine
from b24bridge.bench.stats import Ratio, ratio, summarise
from b24bridge.engine.policy import EAGER
from b24bridge.modern.client import Client

URL = "https://portal.example/rest/1/benchmark/"
PARAMS = {"entityTypeId": 140, "filter": {">=id": 100}, "select": ["id", "title", "stageId"], "start": 0}
ANSWER = (
    b'{"result":{"items":[{"id":101,"title":"\\u0416","stageId":"DT140_12:CLIENT"}]},"total":1,'
    b'"time":{"start":1766048400.1,"finish":1766048400.2,"duration":0.1,"processing":0.09,'
    b'"date_start":"2025-12-18T12:00:00+03:00","date_finish":"2025-12-18T12:00:00+03:00",'
    b'"operating_reset_at":1766049000,"operating":0.11}}'
)


class Null(httpx.BaseTransport):
    """Answers every request with the same page."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Read the request as a socket would, and answer."""
        request.read()
        return httpx.Response(200, headers={"content-type": "application/json"}, content=ANSWER)


def bare(calls: int) -> Callable[[], None]:
    """Return a round of calls on httpx alone: post, check, decode."""
    client = httpx.Client(transport=Null())

    def work() -> None:
        for _ in range(calls):
            client.post(f"{URL}crm.item.list.json", json=PARAMS).raise_for_status().json()["result"]

    return work


def ours(calls: int) -> Callable[[], None]:
    """Return a round of calls on the client; its own request limit is off, since nothing is limited here."""
    client = Client.from_webhook(URL, transport=Null(), policy=EAGER)

    def work() -> None:
        for _ in range(calls):
            client.call("crm.item.list", PARAMS).result  # noqa: B018  # reading it is part of the work

    return work


def cpu_s(work: Callable[[], Any]) -> float:
    """Return the processor seconds of a piece of work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def measure(calls: int, rounds: int) -> tuple[list[float], list[float], Ratio]:
    """Return the rounds of the client and of httpx, interleaved, and their ratio."""
    ways = ours(calls), bare(calls)
    for way in ways:
        way()
    own: list[float] = []
    alone: list[float] = []
    for number in range(rounds):
        for at in (number % 2, 1 - number % 2):
            (own, alone)[at].append(cpu_s(ways[at]))
    found = ratio(own, alone)
    assert found is not None
    return own, alone, found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--limit", type=float, default=1.3)
    given = parser.parse_args()
    own, alone, found = measure(given.calls, given.rounds)
    for name, rounds in (("Client.call", own), ("bare httpx", alone)):
        summary = summarise([one / given.calls * 1e6 for one in rounds])
        print(f"{name}: {summary.median:.0f} µs a call (quartiles {summary.low:.0f}–{summary.high:.0f})")
    print(f"ratio {found.value:.2f} ({found.low:.2f}–{found.high:.2f}), limit {given.limit}")
    found_on = machine()
    print(
        f"{given.rounds} rounds of {given.calls} calls, interleaved, {found_on.processor}, {found_on.python}"
    )
    sys.exit(found.value > given.limit)


if __name__ == "__main__":
    main()
