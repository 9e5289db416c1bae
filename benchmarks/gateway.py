"""The gateway beside a bare reverse proxy of twenty lines on httpx, and many connections held at once.

Run: ``python benchmarks/gateway.py overhead [--calls 300] [--rounds 7] [--limit 1.5]`` for the latency and
CPU that each adds to a call, as a ratio; ``python benchmarks/gateway.py hold [--connections 500]
[--seconds 60] [--limit-mb 16]`` for the memory of a gateway under connections that stay open. Exit code 1
above the limit. Everything runs in processes of its own on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from b24bridge.bench.machine import machine
from b24bridge.bench.stats import ratio

KEY = "benchmark-key"
PATH = f"/rest/1/{KEY}/crm.item.list.json"
BODY = b"entityTypeId=140&filter%5B%3E%3Did%5D=100&select%5B0%5D=id&select%5B1%5D=title&start=0"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
ITEMS = b",".join(b'{"id":%d,"title":"\\u0416 %d","stageId":"DT140_12:CLIENT"}' % (n, n) for n in range(50))
ANSWER = (
    b'{"result":{"items":[' + ITEMS + b']},"total":50,"time":{"start":1766048400.1,"finish":1766048400.2,'
    b'"duration":0.1,"processing":0.09,"date_start":"2025-12-18T12:00:00+03:00",'
    b'"date_finish":"2025-12-18T12:00:00+03:00","operating_reset_at":1766049000,"operating":0.11}}'
)
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


async def portal(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request with the same page of 50 items."""
    await Request(scope, receive).body()
    await Response(ANSWER, media_type="application/json; charset=utf-8")(scope, receive, send)


def bare(target: str) -> Any:
    """Return the reverse proxy that the gateway is compared with."""
    client = httpx.AsyncClient(base_url=target, limits=httpx.Limits(max_connections=100))

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        answer = await client.request(
            request.method,
            request.url.path,
            params=request.query_params,
            content=await request.body(),
            headers={"content-type": request.headers.get("content-type", "")},
        )
        headers = {"content-type": answer.headers.get("content-type", "")}
        await Response(answer.content, answer.status_code, headers)(scope, receive, send)

    return proxy


def serve(app: Any) -> None:
    """Serve an application on a free port and print its address, as the gateway does."""
    config = uvicorn.Config(app, http="h11", lifespan="off", log_level="warning", access_log=False)
    bound = _listen()
    print(json.dumps({"base_url": f"http://127.0.0.1:{bound.getsockname()[1]}"}), flush=True)
    uvicorn.Server(config).run([bound])


def _listen() -> socket.socket:
    bound = socket.create_server(("127.0.0.1", 0), backlog=1024)
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


@contextlib.contextmanager
def running(*command: str) -> Iterator[tuple[str, int]]:
    """Run a server; yields its address and its process id."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["base_url"], process.pid
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextlib.contextmanager
def gateway(target: str) -> Iterator[tuple[str, int]]:
    """Run a gateway without limits in front of a portal."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "gateway.toml"
        config.write_text(
            f'limits = "none"\naccess_log = false\n[upstream]\nwebhook = "{target}/rest/1/code/"\n'
            f'[[caller]]\nname = "bench"\nkey = "{KEY}"\n'
        )
        command = ("-m", "b24bridge.cli", "gateway", "--config", str(config), "--port", "0")
        with running(*command) as started:
            yield started


def cpu_s(pid: int) -> float:
    """Return the processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def memory_mb(pid: int) -> float:
    """Return the memory that a process has resident."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def call_s(connection: http.client.HTTPConnection) -> float:
    """Return how long one call took."""
    started = time.perf_counter()
    connection.request("POST", PATH, BODY, HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body[:200]
    return time.perf_counter() - started


def round_s(bases: Sequence[str], calls: int) -> list[float]:
    """Return the median latency of each address, asked in turns so that a busy machine treats all alike."""
    connections = [http.client.HTTPConnection(base.partition("://")[2]) for base in bases]
    found: list[list[float]] = [[] for _ in bases]
    for _ in range(calls):
        for at, connection in enumerate(connections):
            found[at].append(call_s(connection))
    for connection in connections:
        connection.close()
    return [statistics.median(one) for one in found]


def overhead(calls: int, rounds: int, limit: float) -> int:
    """Print what bare proxy and gateway add to a call; 1 if the gateway adds too much."""
    me = str(Path(__file__).resolve())
    with (
        running(me, "portal") as (target, _),
        running(me, "bare", target) as (proxy, proxy_pid),
        gateway(target) as (own, own_pid),
    ):
        added: dict[str, list[float]] = {"bare": [], "gateway": []}
        cpu: dict[str, list[float]] = {"bare": [], "gateway": []}
        round_s((target, proxy, own), calls)
        for _ in range(rounds):
            before = cpu_s(proxy_pid), cpu_s(own_pid)
            direct, by_proxy, by_gateway = round_s((target, proxy, own), calls)
            added["bare"].append(by_proxy - direct)
            added["gateway"].append(by_gateway - direct)
            cpu["bare"].append((cpu_s(proxy_pid) - before[0]) / calls)
            cpu["gateway"].append((cpu_s(own_pid) - before[1]) / calls)
    failed = False
    found_on = machine()
    print(f"{rounds} rounds of {calls} calls, interleaved, {found_on.processor}, {found_on.python}; medians")
    for what, figures in (("added latency", added), ("CPU", cpu)):
        found = ratio(figures["gateway"], figures["bare"])
        assert found is not None
        one, other = (statistics.median(figures[name]) * 1000 for name in ("gateway", "bare"))
        print(
            f"{what} per call: gateway {one:.2f} ms, bare proxy {other:.2f} ms, "
            f"ratio {found.value:.2f} ({found.low:.2f}–{found.high:.2f}), limit {limit}"
        )
        failed |= found.value > limit
    return int(failed)


async def held(base: str, connections: int, seconds: float, pause_s: float = 5.0) -> tuple[int, int]:
    """Hold connections that call again and again; return how many calls were answered, and how many not."""
    host, _, port = base.partition("://")[2].partition(":")
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {HEADERS['Content-Type']}\r\n"
    request = f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
    counts = [0, 0]
    end = time.monotonic() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.monotonic() < end:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(size)
            counts[not head.startswith(b"http/1.1 200")] += 1
            await asyncio.sleep(pause_s)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return counts[0], counts[1]


def hold(connections: int, seconds: float, limit_mb: float) -> int:
    """Print a gateway's memory before and after; 1 if it grew too much or a call failed."""
    with running(str(Path(__file__).resolve()), "portal") as (target, _), gateway(target) as (base, pid):
        asyncio.run(held(base, connections, min(5.0, seconds)))
        before = memory_mb(pid)
        answered, failed = asyncio.run(held(base, connections, seconds))
        after = memory_mb(pid)
    print(f"{connections} connections for {seconds:g} s: {answered} calls, {failed} failed")
    print(f"memory of the gateway: {before:.1f} MB, then {after:.1f} MB ({after - before:+.1f} MB)")
    return int(failed > 0 or after - before > limit_mb)


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ways = parser.add_subparsers(dest="way", required=True)
    one = ways.add_parser("overhead")
    one.add_argument("--calls", type=int, default=300)
    one.add_argument("--rounds", type=int, default=7)
    one.add_argument("--limit", type=float, default=1.5)
    two = ways.add_parser("hold")
    two.add_argument("--connections", type=int, default=500)
    two.add_argument("--seconds", type=float, default=60.0)
    two.add_argument("--limit-mb", type=float, default=16.0)
    ways.add_parser("portal")
    ways.add_parser("bare").add_argument("target")
    given = parser.parse_args()
    if given.way == "overhead":
        return overhead(given.calls, given.rounds, given.limit)
    if given.way == "hold":
        return hold(given.connections, given.seconds, given.limit_mb)
    serve(portal if given.way == "portal" else bare(given.target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
