# ruff: noqa: T201  # printing is what the script is for
"""fast-bitrix24 against a sandbox; reads the portal's facts, prints what it found.

Runs in the environment of the peers, not in the project's.
"""

import asyncio
import json
import sys
import urllib.parse
import urllib.request

from aiohttp import ClientError
from fast_bitrix24 import Bitrix, BitrixAsync
from fast_bitrix24.server_response import ErrorInServerResponseException

FACTS = json.load(sys.stdin)
SELECT = ["ID", "TITLE", "OPPORTUNITY"]


def admin(name, given):
    """Ask the sandbox itself."""
    with urllib.request.urlopen(FACTS["admin_url"] + name, json.dumps(given).encode(), timeout=120) as answer:
        return json.load(answer)


def rows(found):
    """Return id, title and amount of each deal, in order of the id."""
    return [
        [row["ID"], row["TITLE"], row["OPPORTUNITY"]] for row in sorted(found, key=lambda row: int(row["ID"]))
    ]


def refusal(function):
    """Return the class and the text of what the library raises."""
    try:
        function()
    except (ErrorInServerResponseException, ClientError, RuntimeError) as error:
        return [type(error).__name__, str(error)[:200]]
    return ["nothing", ""]


def crud(client):
    """Create many, read, change, delete."""
    numbers = client.call(
        "crm.deal.add", [{"fields": {"TITLE": f"сделка & {n}", "OPPORTUNITY": n}} for n in range(70)]
    )
    client.call("crm.deal.update", [{"ID": number, "fields": {"TITLE": "другая"}} for number in numbers])
    got = client.get_by_ID("crm.deal.get", numbers)
    deleted = client.call("crm.deal.delete", [{"ID": number} for number in numbers])
    item = client.call("crm.item.add", {"entityTypeId": 2, "fields": {"title": "один", "opportunity": 1}})
    client.call("crm.item.delete", {"entityTypeId": 2, "id": item["id"]})
    return [
        len(set(numbers)),
        sorted({got[str(number)]["TITLE"] for number in numbers}),
        sorted({flag is True for flag in deleted}),
        item["title"],
    ]


def lists(client):
    """All deals by each way the library has."""
    numbers = [3 * n for n in range(1, 201)]
    return {
        "get_all": rows(client.get_all("crm.deal.list", {"select": SELECT})),
        "get_all_items": [
            [str(row["id"]), row["title"], f"{row['opportunity']:.2f}"]
            for row in sorted(
                client.get_all(
                    "crm.item.list", {"entityTypeId": 2, "select": ["id", "title", "opportunity"]}
                ),
                key=lambda row: row["id"],
            )
        ],
        "list_and_get": rows(client.list_and_get("crm.deal").values()),
        "get_by_id": rows(client.get_by_ID("crm.deal.get", numbers).values()),
        "tasks": sorted(
            row["title"] for row in client.get_all("tasks.task.list", {"select": ["ID", "TITLE"]})
        ),
    }


def batch(client):
    """Commands with a reference."""
    command = "crm.deal.get?" + urllib.parse.urlencode({"ID": "$result[first][0][ID]"})
    found = client.call_batch(
        {"halt": 0, "cmd": {"first": "crm.deal.list?order[ID]=ASC&select[]=ID", "deal": command}}
    )
    return [len(found["first"]), found["deal"]["TITLE"]]


def errors(client):
    """What the library makes of the portal's refusals, and what it repeats."""
    found = {
        "method": refusal(lambda: client.call("no.such.method", {"a": 1})),
        "missing": refusal(lambda: client.call("crm.deal.get", {"ID": 1})),
        "webhook": refusal(
            lambda: Bitrix(f"{FACTS['base_url']}/rest/1/wrong/", verbose=False).get_all("profile")
        ),
    }
    admin("faults", [{"preset": "rate_limit", "method": "crm.deal.list", "nth": [1, 2]}])
    found["repeated"] = len(client.get_all("crm.deal.list", {"filter": {"<ID": 100}, "select": ["ID"]}))
    admin("faults", [])
    return found


async def renewal():
    """The library asks for a token, and for a new one after the old one was refused."""
    asked = []

    async def token():
        query = {
            "grant_type": "refresh_token",
            "client_id": FACTS["client_id"],
            "client_secret": FACTS["client_secret"],
            "refresh_token": FACTS["refresh_token"],
        }
        with urllib.request.urlopen(
            f"{FACTS['oauth_url']}?{urllib.parse.urlencode(query)}", timeout=20
        ) as answer:
            asked.append(json.load(answer)["access_token"])
        return asked[-1]

    client = BitrixAsync(f"{FACTS['base_url']}/rest/", token_func=token, verbose=False)
    before = await client.get_all("crm.deal.list", {"filter": {"<ID": 500}, "select": ["ID"]})
    admin("oauth", {"expire": True})
    after = await client.get_all("crm.deal.list", {"filter": {"<ID": 500}, "select": ["ID"]})
    return [len(before), len(after), len(set(asked))]


def main():
    """Do everything and print it."""
    client = Bitrix(FACTS["webhook_url"], verbose=False, request_pool_size=1000, requests_per_second=1000.0)
    asyncio.set_event_loop(asyncio.new_event_loop())
    print(
        json.dumps(
            {
                "crud": crud(client),
                "lists": lists(client),
                "batch": batch(client),
                "errors": errors(client),
                "renewal": asyncio.run(renewal()),
            }
        )
    )


main()
