"""A portal of deals that answers out of prepared bytes, for measuring clients and not the portal.

Run: ``python benchmarks/cheap_portal.py --deals 50000 [--request-s 0.06 --command-s 0.008 --count-s 0.2]
[--limited] [--sparse] [--certificate PEM]``. It prints its port and serves until its input ends.
``GET /figures`` tells requests, commands, counted lists and refusals since the last time that was asked.

It knows ``crm.deal.list``, ``crm.deal.get``, ``crm.deal.update`` and ``batch`` with references, in JSON and
as a form, with ids as the only filter. Facts: vendor pages "REST API Limits" and "Batch requests".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import ssl
import sys
from bisect import bisect_right
from collections import Counter
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

PAGE = 50
CAPACITY, DRAIN_PER_S = 50, 2
REFERENCE = re.compile(r"\$result\[([^\]]+)\]\[(\d+)\]\[ID\]")


def deal(number: int) -> dict[str, Any]:
    """Return a deal of 31 fields, about 900 bytes."""
    day = f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T10:00:00+03:00"
    return {
        "ID": str(number),
        "TITLE": f"Сделка {number}",
        "TYPE_ID": "SALE",
        "STAGE_ID": f"C{number % 5}:PREPARATION",
        "PROBABILITY": str(number % 100),
        "CURRENCY_ID": "RUB",
        "OPPORTUNITY": f"{number * 17 % 900000}.00",
        "IS_MANUAL_OPPORTUNITY": "N",
        "TAX_VALUE": "0.00",
        "LEAD_ID": None,
        "COMPANY_ID": str(number % 900),
        "CONTACT_ID": str(number % 2000),
        "QUOTE_ID": None,
        "BEGINDATE": day,
        "CLOSEDATE": day,
        "ASSIGNED_BY_ID": str(number % 40 + 1),
        "CREATED_BY_ID": str(number % 40 + 1),
        "MODIFY_BY_ID": "1",
        "DATE_CREATE": day,
        "DATE_MODIFY": day,
        "OPENED": "Y",
        "CLOSED": "N",
        "COMMENTS": "",
        "ADDITIONAL_INFO": "",
        "LOCATION_ID": None,
        "CATEGORY_ID": str(number % 5),
        "STAGE_SEMANTIC_ID": "P",
        "IS_NEW": "N",
        "SOURCE_ID": "CALL",
        "UF_CRM_1700000001": f"значение {number}",
        "UF_CRM_1700000002": str(number * 3),
    }


def ids_of(deals: int, sparse: bool) -> list[int]:
    """Return the ids: all from 1 on with one of ten deleted, or with holes of every size."""
    if not sparse:
        return [number for number in range(1, deals * 10 // 9 + 12) if number % 10 != 7][:deals]
    ids: list[int] = []
    at = 0
    for number in range(deals):
        at += 1 + (number * 7919 % 13 if number // 2000 % 2 else 0) + (20_000 if number % 7000 == 6999 else 0)
        ids.append(at)
    return ids


class Deals:
    """The records, as the bytes of an answer."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.bodies = [json.dumps(deal(number), separators=(",", ":")).encode() for number in ids]
        self.place = {number: at for at, number in enumerate(ids)}

    def page(self, params: dict[str, Any]) -> tuple[list[int], int | None, int | None]:
        """Return the places of the rows of a list command, its total and its next."""
        lines = conditions(params, "filter")
        low = max((int(value) for key, value in lines if key in (">ID", ">id")), default=0)
        low = max([low, *(int(value) - 1 for key, value in lines if key in (">=ID", ">=id"))])
        high = min((int(value) for key, value in lines if key in ("<=ID", "<=id")), default=self.ids[-1])
        high = min([high, *(int(value) - 1 for key, value in lines if key in ("<ID", "<id"))])
        named = [value for key, value in lines if key.startswith(("@ID", "@id", "ID", "id"))]
        if named:
            chosen = sorted(self.place[int(value)] for value in named if int(value) in self.place)
        else:
            chosen = range(bisect_right(self.ids, low), bisect_right(self.ids, high))  # type: ignore[assignment]
        backwards = any(value.upper() == "DESC" for _, value in conditions(params, "order"))
        start = int(params.get("start") or 0)
        ordered = chosen[::-1] if backwards else chosen
        if start < 0:
            return list(ordered[:PAGE]), None, None
        more = start + PAGE if len(chosen) > start + PAGE else None
        return list(ordered[start : start + PAGE]), len(chosen), more


def conditions(params: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """Return the pairs of a bracketed or nested parameter, in any case of letters."""
    found: list[tuple[str, str]] = []
    for key, value in params.items():
        head, bracket, rest = key.partition("[")
        if head.lower() != name:
            continue
        if bracket:
            found.append((rest.rstrip("]").replace("][", "/"), str(value)))
        else:
            for field, item in (value or {}).items():
                items = (
                    item.values() if isinstance(item, dict) else item if isinstance(item, list) else [item]
                )
                found.extend((field, str(one)) for one in items)
    return found


class Server:
    """Requests in, prepared bytes out, each after its time.

    Args:
        deals: Records.
        request_s: Seconds of every request.
        command_s: Seconds of every command.
        count_s: Seconds of a list command that counts.
        limited: Whether the documented request limit holds.
    """

    def __init__(
        self, deals: Deals, request_s: float, command_s: float, count_s: float, *, limited: bool
    ) -> None:
        self.deals = deals
        self.times = request_s, command_s, count_s
        self.limited = limited
        self.figures: Counter[str] = Counter()
        self.level, self.stamp = 0.0, int(monotonic())

    def answer(self, path: str, body: bytes, kind: str) -> tuple[int, list[bytes], float]:
        """Return status, parts of the body, and the seconds that they take."""
        if path.endswith("/figures"):
            told = json.dumps(self.figures).encode()
            self.figures = Counter()
            self.level = 0.0
            return 200, [told], 0.0
        self.figures["requests"] += 1
        if self.limited and not self.admit():
            self.figures["refused"] += 1
            return 503, [b'{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}'], 0.0
        method, _, query = path.rpartition("/")[2].partition("?")
        method = method.removesuffix(".json")
        params = read(body, kind) if body else {}
        params.update(dict(parse_qsl(query, keep_blank_values=True)))
        seconds = self.times[0]
        if method != "batch":
            result, cost, more = self.run(method, params)
            return 200, [b'{"result":', *result, more, b',"time":', TIME, b"}"], seconds + cost
        return self.batch(params, seconds)

    def batch(self, params: dict[str, Any], seconds: float) -> tuple[int, list[bytes], float]:
        """Run the commands of a batch in order."""
        lines = commands(params)
        firsts: dict[str, list[int]] = {}
        results: list[bytes] = []
        totals: dict[str, int] = {}
        nexts: dict[str, int] = {}
        comma = b""
        for name, line in lines.items():
            method, _, query = line.partition("?")
            given = dict(parse_qsl(query, keep_blank_values=True))
            for key, value in given.items():
                found = REFERENCE.search(value)
                if found is not None:
                    rows = firsts.get(found[1], [])
                    at = int(found[2])
                    # An unresolved reference stays a text, which is 0 for a comparison of numbers.
                    given[key] = str(self.deals.ids[rows[at]]) if at < len(rows) else "0"
            result, cost, _ = self.run(method, given, firsts.setdefault(name, []), totals, nexts, name)
            seconds += cost
            results += [comma, json.dumps(name).encode(), b":", *result]
            comma = b","
        listed = list(lines) == [str(at) for at in range(len(lines))]
        if listed:
            results = [part for at, part in enumerate(results) if is_value(results, at)]
        ends = b"[]" if listed else b"{}"
        tail = {
            "result_error": [],
            "result_total": totals or [],
            "result_next": nexts or [],
            "result_time": {name: json.loads(TIME) for name in lines},
        }
        rest = json.dumps(tail, separators=(",", ":")).encode()[1:]
        head = [b'{"result":{"result":', ends[:1], *results, ends[1:], b","]
        return 200, [*head, rest, b',"time":', TIME, b"}"], seconds

    def run(
        self,
        method: str,
        params: dict[str, Any],
        rows: list[int] | None = None,
        totals: dict[str, int] | None = None,
        nexts: dict[str, int] | None = None,
        name: str = "",
    ) -> tuple[list[bytes], float, bytes]:
        """Run one command: the bytes of its result, its seconds, and what stands beside the result."""
        self.figures["commands"] += 1
        method = method.lower()
        cost = self.times[1]
        if method == "crm.deal.get":
            at = self.deals.place[int(params.get("id") or params.get("ID") or 1)]
            return [self.deals.bodies[at]], cost, b""
        if method != "crm.deal.list":
            return [b"true"], cost, b""
        places, total, more = self.deals.page(params)
        if rows is not None:
            rows.extend(places)
        if total is not None:
            self.figures["counted"] += 1
            cost += self.times[2]
            if totals is not None and nexts is not None:
                totals[name] = total
                if more:
                    nexts[name] = more
        parts = [b"[", b",".join([self.deals.bodies[at] for at in places]), b"]"]
        beside = b"" if total is None else b',"total":%d' % total
        return parts, cost, beside + (b',"next":%d' % more if more else b"")

    def admit(self) -> bool:
        """Return whether the bucket has room; it drains in whole seconds, as the portal's does."""
        now = int(monotonic())
        self.level = max(0.0, self.level - (now - self.stamp) * DRAIN_PER_S)
        self.stamp = now
        if self.level + 1 > CAPACITY:
            return False
        self.level += 1
        return True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")
                headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, parts, seconds = self.answer(
                    first.split(" ")[1], body, headers.get("content-type", "")
                )
                if seconds:
                    await asyncio.sleep(seconds)
                size = sum(map(len, parts))
                opening = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (
                    status,
                    size,
                )
                # In one piece: each part would become a TLS record, which no web server does to its clients.
                writer.write(b"".join([opening, *parts]))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError):
            writer.close()


def is_value(parts: list[bytes], at: int) -> bool:
    """Return whether a part of a map belongs to a list too: all but the names and their colons."""
    return parts[at] != b":" and not (at + 1 < len(parts) and parts[at + 1] == b":")


def read(body: bytes, kind: str) -> dict[str, Any]:
    """Return the parameters of a body."""
    if "json" in kind or body[:1] == b"{":
        return json.loads(body)  # type: ignore[no-any-return]
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def commands(params: dict[str, Any]) -> dict[str, str]:
    """Return the commands of a batch by name."""
    given = params.get("cmd")
    if isinstance(given, list):
        return {str(at): line for at, line in enumerate(given)}
    if isinstance(given, dict):
        return given
    return {unquote_plus(key)[4:-1]: value for key, value in params.items() if key.startswith("cmd[")}


TIME = (
    b'{"start":1766048400.1,"finish":1766048400.2,"duration":0.1,"processing":0.09,'
    b'"date_start":"2025-12-18T12:00:00+03:00","date_finish":"2025-12-18T12:00:00+03:00",'
    b'"operating_reset_at":1766049000,"operating":0.11}'
)


async def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=50_000)
    parser.add_argument("--request-s", type=float, default=0.06)
    parser.add_argument("--command-s", type=float, default=0.008)
    parser.add_argument("--count-s", type=float, default=0.2)
    parser.add_argument("--limited", action="store_true")
    parser.add_argument("--sparse", action="store_true")
    parser.add_argument("--certificate", help="PEM file with key and certificate: serve TLS")
    given = parser.parse_args()
    deals = Deals(ids_of(given.deals, given.sparse))
    server = Server(deals, given.request_s, given.command_s, given.count_s, limited=given.limited)
    context = None
    if given.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(given.certificate)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context, limit=2**20)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
