"""What becomes of reads and writes when one request or command in twenty goes wrong, in virtual time.

Run: ``python benchmarks/faults.py [--rounds 10] [--share 0.05] [--rows 2000] [--large 25000] [--write]``.
``--write`` puts the table into ``docs/explanation/faults.md``. Exit code 1 if anything is lost, doubled or
reported wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zlib import crc32

from b24bridge import Client, calls
from b24bridge.errors import B24Error
from b24bridge.sandbox import Portal
from b24bridge.sandbox.reply import Reply

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "faults.md"
MARKS = ("<!-- measured -->", "<!-- /measured -->")
SINGLE, BATCHED = 60, 200
METHODS = ("crm.deal.list", "crm.deal.get", "crm.deal.add", "crm.deal.update")

#: Kinds of faults: rules of the sandbox, without their share.
KINDS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "connection refused": [{"preset": "refused"}],
    "connection reset": [{"preset": "cut"}],
    "no answer in time": [{"preset": "no_answer"}],
    "500 as JSON": [{"preset": "internal"}],
    "502 page": [{"preset": "html_502"}],
    "503 too many requests": [{"preset": "rate_limit"}],
    "503 empty": [{"preset": "empty_503"}],
    "HTML with 200": [{"preset": "html_200"}],
    "half an answer": [{"preset": "wrong_json"}],
    "failed command": [{"preset": "internal", "method": method} for method in METHODS],
    "operating limit": [],
    "answer lost after the work": [{"preset": "lost"}],
}


class OwnTimePortal:
    """A sandbox that keeps time itself: who waits moves its clock, and nobody sleeps.

    Args:
        portal: The sandbox.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._start = 1_766_048_400.0
        portal.clock.freeze(self._start)

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Answer one request."""
        return self.portal.answer(verb, url, headers, body)

    def now(self) -> float:
        """Return the seconds since the start."""
        return self.portal.clock.now() - self._start

    def wall(self) -> float:
        """Return the portal's time."""
        return self.portal.clock.now()

    def sleep(self, seconds: float) -> None:
        """Move the portal's time."""
        self.portal.clock.advance(seconds)


@dataclass(slots=True)
class Tally:
    """What became of one kind of work under one kind of fault.

    Attributes:
        wanted: Rows to read, or records to write.
        right: Rows read with the right content, or records written once and reported as written.
        lost: Rows or records missing without a word.
        doubled: Rows or records that are there twice.
        unknown: Writes reported as unknown.
        refused: Writes reported as not done, which were not done.
        wrong: Reported one way and done the other.
        raised: Errors that ended a whole work.
        faults: Requests and commands that were spoiled.
        requests: Requests that the portal saw.
        seconds: Virtual seconds.
    """

    wanted: int = 0
    right: int = 0
    lost: int = 0
    doubled: int = 0
    unknown: int = 0
    refused: int = 0
    wrong: int = 0
    raised: int = 0
    faults: int = 0
    requests: int = 0
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Add another tally."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, doubled or told wrongly."""
        return not (self.lost or self.doubled or self.wrong or self.raised)


Work = Callable[[Client, Portal, int], Tally]


def read_list(strategy: str | None) -> Work:
    """Return the work of reading all deals."""

    def work(client: Client, portal: Portal, rows: int) -> Tally:
        options: dict[str, Any] = {} if strategy is None else {"strategy": strategy}
        listed = client.iter("crm.deal.list", {"select": ["ID", "TITLE"]}, **options)
        return _compare(
            {int(row["ID"]): row["TITLE"] for row in listed}, listed.report and listed.report.rows, rows
        )

    return work


def read_single(client: Client, portal: Portal, rows: int) -> Tally:
    """Read deals one by one."""
    wanted = range(1, SINGLE + 1)
    found = {number: client.call("crm.deal.get", {"id": number}).result["TITLE"] for number in wanted}
    return _compare(found, SINGLE, SINGLE)


def read_batch(client: Client, portal: Portal, rows: int) -> Tally:
    """Read deals by commands of batches."""
    outcomes = client.batch(
        {number: calls.call("crm.deal.get", {"id": number}) for number in range(1, BATCHED + 1)}
    )
    return _compare(
        {number: outcome.value["TITLE"] for number, outcome in outcomes.items()}, BATCHED, BATCHED
    )


def _compare(found: Mapping[int, str], count: int | None, wanted: int) -> Tally:
    right = sum(found.get(number) == f"deal {number}" for number in range(1, wanted + 1))
    doubled = (count or 0) - len(found)
    return Tally(wanted=wanted, right=right, lost=wanted - right, doubled=doubled)


def add_single(client: Client, portal: Portal, rows: int) -> Tally:
    """Add deals one by one."""
    states: dict[str, str] = {}
    for number in range(SINGLE):
        title = f"new {number}"
        try:
            client.call("crm.deal.add", {"fields": {"TITLE": title}})
        except B24Error as error:
            states[title] = "unknown" if error.may_have_been_done else "failed"
        else:
            states[title] = "ok"
    return _written(portal, states)


def add_batch(client: Client, portal: Portal, rows: int) -> Tally:
    """Add deals by commands of batches."""
    commands = {
        f"new {n}": calls.call("crm.deal.add", {"fields": {"TITLE": f"new {n}"}}) for n in range(BATCHED)
    }
    return _written(portal, {title: outcome.state for title, outcome in client.batch(commands).items()})


def update_batch(client: Client, portal: Portal, rows: int) -> Tally:
    """Change deals by commands of batches."""
    commands = {
        f"changed {n}": calls.call("crm.deal.update", {"id": n, "fields": {"TITLE": f"changed {n}"}})
        for n in range(1, BATCHED + 1)
    }
    return _written(portal, {title: outcome.state for title, outcome in client.batch(commands).items()})


def _written(portal: Portal, states: Mapping[str, str]) -> Tally:
    """Hold what the client told against what the portal did."""
    done = dict(portal.store.rows("SELECT TITLE, count(*) FROM crm_2 GROUP BY TITLE"))
    tally = Tally(wanted=len(states))
    for title, state in states.items():
        times = done.get(title, 0)
        tally.doubled += times > 1
        tally.unknown += state == "unknown"
        tally.right += state == "ok" and times == 1
        tally.lost += state == "ok" and times == 0
        tally.refused += state in ("failed", "not_run") and times == 0
        tally.wrong += state in ("failed", "not_run") and times > 0
    return tally


READS: dict[str, Work] = {
    "list, default": read_list(None),
    "list, offsets": read_list("next"),
    "single reads": read_single,
    "reads in batches": read_batch,
}
WRITES: dict[str, Work] = {
    "single adds": add_single,
    "adds in batches": add_batch,
    "updates in batches": update_batch,
}


def portal_of(kind: str, rows: int, share: float, seed: int) -> Portal:
    """Return a portal with deals that fails in one way."""
    limits: dict[str, Any] = {"tariff": "standard"}
    latency: dict[str, Any] = {"request_s": 0.06, "command_s": 0.008}
    if kind == "operating limit":
        # Every command takes half a second, and each method may take ten: it ends in the middle.
        limits["operating_s"] = 10.0
        latency["command_s"] = 0.5
    portal = Portal(
        {"items_2": ({"id": n, "title": f"deal {n}"} for n in range(1, rows + 1))},
        limits=limits,
        latency=latency,
    )
    portal.faults.set({**rule, "probability": share, "seed": seed} for rule in KINDS[kind])
    return portal


def measure(kind: str, work: Work, *, rows: int, share: float, rounds: int) -> Tally:
    """Do a work several times under one kind of fault."""
    total = Tally()
    for round_number in range(rounds):
        seed = crc32(f"{kind} {round_number}".encode())
        with portal_of(kind, rows, share, seed) as portal:
            clock = OwnTimePortal(portal)
            began = clock.now()
            client = Client.from_webhook(portal.webhook_url, transport=clock)
            try:
                tally = work(client, portal, rows)
            except B24Error:
                tally = Tally(raised=1)
            tally.requests = len(portal.requests)
            tally.faults = sum(rule.hits for rule in portal.faults.rules)
            if kind == "operating limit":
                tally.faults = client.stats().refused
            tally.seconds = clock.now() - began
            total.add(tally)
    return total


def table(tallies: Mapping[tuple[str, str], Tally]) -> str:
    """Return the tallies as a Markdown table."""
    lines = [
        "| fault | work | wanted | right | lost | doubled | unknown, said so | not done, said so | faults "
        "| requests | virtual s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (kind, work), tally in tallies.items():
        cells = [tally.wanted, tally.right, tally.lost, tally.doubled, tally.unknown, tally.refused]
        cells += [tally.faults, tally.requests, round(tally.seconds)]
        lines.append(f"| {kind} | {work} | {' | '.join(f'{cell:,}' for cell in cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument(
        "--large", type=int, default=25_000, help="rows of the list read once at the operating limit"
    )
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    tallies: dict[tuple[str, str], Tally] = {}
    for kind in KINDS:
        for name, work in {**READS, **WRITES}.items():
            rounds = given.rounds if kind not in ("none", "operating limit") else 1
            rows = given.rows if name in READS else BATCHED
            tallies[kind, name] = measure(kind, work, rows=rows, share=given.share, rounds=rounds)
            print(kind, name, tallies[kind, name], file=sys.stderr)
    for kind in ("operating limit", "failed command"):
        name = f"list of {given.large:,}"
        tallies[kind, name] = measure(kind, read_list(None), rows=given.large, share=given.share, rounds=1)
    text = table(tallies)
    print(text)
    if given.write:
        before, _, rest = PAGE.read_text("utf-8").partition(MARKS[0])
        PAGE.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")
    return 0 if all(tally.is_sound for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
