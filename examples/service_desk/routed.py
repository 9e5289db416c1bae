"""Calls of the sector module through the router, as a program that serves them would make.

``python -m examples.service_desk.routed --project DIR --calls N`` routes N calls by ``DIR/b24bridge.toml``
and keeps them in the ledger beside it. ``--inject`` breaks the new path on purpose: ``regression`` loses a
ticket, ``failure`` raises.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from b24bridge.errors import ServerError
from b24bridge.router import Caller, Router
from b24bridge.router.places import open_ledger, open_table
from b24bridge.sandbox import Portal, seeds
from examples.service_desk.sector import legacy, modern

NOW = "2025-12-18T09:00:00Z"
REQUEST: dict[str, Any] = {"method": "GET", "query": {}, "raw": "", "body": None}
MODULE = "get-sector-data"


def paths(portal: Portal, folder: Path) -> tuple[Callable[[int], Any], Callable[[int], Any]]:
    """Return the old and the new path of the module, asked by a user."""

    def path(run: Callable[..., Any]) -> Callable[[int], Any]:
        return lambda user: run(
            REQUEST, webhook_url=portal.webhook_url, now=NOW, cache_dir=folder, fixes=(), transport=portal
        )

    return path(legacy.run), path(modern.run)


def regression(path: Callable[[int], Any]) -> Callable[[int], Any]:
    """Return the path with one ticket lost."""

    def broken(user: int) -> Any:
        answer = path(user)
        stage = next(stage for stage in answer["body"]["data"]["stages"] if stage["employees"])
        stage["employees"][0]["tickets"].pop()
        return answer

    return broken


def failure(path: Callable[[int], Any]) -> Callable[[int], Any]:
    """Return a path that fails at once."""

    def broken(user: int) -> Any:
        raise ServerError("the new path is broken on purpose")

    return broken


def main() -> None:
    """Route calls and say who answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--inject", choices=["regression", "failure"])
    given = parser.parse_args()

    ledger = open_ledger(given.project)
    router = Router(open_table(given.project), ledger)
    with Portal(seeds.service_desk("small")) as portal:
        portal.clock.freeze(NOW)
        old, new = paths(portal, given.project)
        if given.inject:
            new = {"regression": regression, "failure": failure}[given.inject](new)
        module = router.module(
            MODULE, legacy=old, modern=new, caller=lambda user: Caller(key=str(user), user=str(user))
        )
        for user in range(given.calls):
            answer = module(user)
            assert answer["status"] == 200
        router.background.drain()
    ledger.flush()
    runs = ledger.newest(MODULE, given.calls)
    counted = Counter(f"{run.answered} answered, {run.outcome}" for run in runs)
    print("; ".join(f"{text}: {count}" for text, count in sorted(counted.items())))
    differing = [run for run in runs if run.outcome == "mismatch"]
    if differing:
        print(f"first difference: run:{differing[-1].id}")


if __name__ == "__main__":
    main()
