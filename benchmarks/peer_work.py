# printing is what the script is for
"""One client at work on a portal; runs in that client's own environment, with nothing else imported.

Run: ``python benchmarks/peer_work.py WAY[@REQUESTS] URL WORK``: prints one JSON line; REQUESTS are those at
once, where a way can be told. WORK is ``list`` (all deals, raw),
``limited`` (the same within the portal's limit), ``content`` (the same with a digest of all rows), or
``single`` (45 calls in a row, behind a first one).
"""

import hashlib
import importlib
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

MODULES = {
    "b24bridge": "b24bridge.modern.client",
    "b24bridge-async": "b24bridge.modern.client",
    "b24pysdk": "b24pysdk",
    "fast-bitrix24": "fast_bitrix24",
    "crest-loop": "b24bridge.legacy.crest",
    # Nothing: like b24bridge it loads httpx within the measured time.
    "floor": "json",
}
# Fewer than fast-bitrix24 lets through at once.
CALLS = 45


def options(work, at_once):
    """How a client of b24bridge is made: as it comes, or with parallelism released."""
    if at_once is not None:
        from b24bridge.engine.policy import Policy

        return {"policy": Policy(tariff=None, connections=at_once)}
    return {} if work == "limited" else {"limits": "none"}


def b24bridge(url, work, at_once=None):
    """The blocking client: rows are used as they come."""
    from b24bridge import Client

    client = Client.from_webhook(url, **options(work, at_once))
    if work == "single":
        return lambda number: client.call("crm.deal.get", {"id": number})
    return lambda: client.iter("crm.deal.list", {"select": ["*", "UF_*"]})


def b24bridge_async(url, work, at_once=None):
    """The async client."""
    import asyncio

    from b24bridge import AsyncClient

    async def read(use):
        async with AsyncClient.from_webhook(url, **options(work, at_once)) as client:
            async for row in client.iter("crm.deal.list", {"select": ["*", "UF_*"]}):
                use(row)

    async def call():
        async with AsyncClient.from_webhook(url, limits="none") as client:
            await client.call("crm.deal.get", {"id": 1})
            began = time.process_time()
            for number in range(1, CALLS + 1):
                await client.call("crm.deal.get", {"id": number % 6 + 1})
            return time.process_time() - began

    if work == "single":
        return lambda: asyncio.run(call())
    return lambda use: asyncio.run(read(use))


def floor(url, work, at_once=12):
    """The same strategy by hand on httpx; as a single call bare httpx."""

    def made():
        from floor import Floor

        return Floor(url, at_once)

    if work == "single":
        client = made()
        return lambda number: client.call("crm.deal.get", {"id": number})
    return lambda: made().rows()


def b24pysdk(url, work):
    """The official SDK's fastest list: it collects key-set pages, 50 to a batch, one batch after another."""
    from b24pysdk import BitrixWebhook, Client

    parts = urlsplit(url)
    user, code = parts.path.split("/")[2:4]
    client = Client(BitrixWebhook(domain=parts.netloc, webhook_token=f"{user}/{code}"))
    if work == "single":
        return lambda number: client.crm.deal.get(bitrix_id=number).result
    return lambda: client.crm.deal.list(select=["*", "UF_*"]).as_list_fast().result


def fast_bitrix24(url, work):
    """Its ``get_all`` as it comes: without its own limits (50 requests, then 2 a second) it fails."""
    from fast_bitrix24 import Bitrix

    client = Bitrix(url, verbose=False)
    if work == "single":
        return lambda number: client.call("crm.deal.get", {"ID": number}, raw=True)
    return lambda: client.get_all("crm.deal.list", {"select": ["*", "UF_*"]})


def crest_loop(url, work):
    """What the founding modules do: page after page, a new connection each, until no ``next`` comes."""
    from b24bridge import CRest

    CRest.configure(C_REST_WEB_HOOK_URL=url, C_REST_IGNORE_SSL=True, C_REST_BLOCK_LOG=True)
    if work == "single":
        return lambda number: CRest.call("crm.deal.get", {"id": number})

    def rows():
        start = 0
        while start is not None:
            answer = CRest.call("crm.deal.list", {"select": ["*", "UF_*"], "start": start})
            yield from answer["result"]
            start = answer.get("next")

    return rows


WAYS = {
    "b24bridge": b24bridge,
    "b24bridge-async": b24bridge_async,
    "b24pysdk": b24pysdk,
    "fast-bitrix24": fast_bitrix24,
    "crest-loop": crest_loop,
    "floor": floor,
}


def peak_bytes():
    """Return the largest resident size of this process."""
    with Path("/proc/self/status").open(encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def main():
    """Work and print."""
    asked, url, work = sys.argv[1:4]
    way, _, at_once = asked.partition("@")
    began = time.process_time()
    importlib.import_module(MODULES[way])
    import_s = time.process_time() - began
    do = WAYS[way](url, work, *([int(at_once)] if at_once else []))
    told = {"import_s": import_s}
    if work == "single":
        if way == "b24bridge-async":
            used = do()
        else:
            do(1)
            began = time.process_time()
            for number in range(1, CALLS + 1):
                do(number % 6 + 1)
            used = time.process_time() - began
        print(json.dumps({**told, "call_cpu_s": used / CALLS}))
        return
    seen = [0, set(), 0]

    def use(row):
        seen[0] += 1
        seen[1].add(int(row["ID"]))

    def digest(row):
        use(row)
        text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        seen[2] += int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    take = digest if work == "content" else use
    wall, cpu = time.perf_counter(), time.process_time()
    if way == "b24bridge-async":
        do(take)
    else:
        for row in do():
            take(row)
    told.update(wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu, peak_bytes=peak_bytes())
    told.update(rows=seen[0], distinct=len(seen[1]))
    if work == "content":
        told["content"] = f"{seen[2] % 2**64:x}"
    print(json.dumps(told))


if __name__ == "__main__":
    main()
