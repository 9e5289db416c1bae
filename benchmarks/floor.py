"""What a list costs at least: the strategy of the client, by hand on httpx, with nothing that makes it safe.

Nothing is sent again, checked, limited, masked or told; an answer that is not as expected ends it. Used by
``peers.py`` as the way ``floor``, to which its demands are relative.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import ceil, sqrt
from urllib.parse import urlencode

import httpx

PAGE = COMMANDS = 50
#: Pages up to which the density at both ends is guide enough, places at which it is sampled beyond, and
#: commands below which a request is not worth its own time.
FEW, SAMPLES, NARROW = 150, 24, 8


class Floor:
    """All deals of a portal, as the portal sends them.

    Args:
        url: Address of the webhook.
        connections: Requests at once.
    """

    def __init__(self, url, connections):
        self.url = url
        self.connections = connections
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self.client = httpx.Client(limits=limits, timeout=70)

    def call(self, method, params):
        """Run one method."""
        return self.client.post(self.url + method, json=params).raise_for_status().json()["result"]

    def rows(self):
        """Yield the rows in the order of ids."""
        head, tail = pages(self.post([line(0), line(0, order="DESC")]))
        yield from head
        low, high = number(head[-1]), number(tail[0])
        with ThreadPoolExecutor(self.connections) as pool:
            for body in pool.map(self.post, map(chain, *self.cuts(low, high, [head, tail[::-1]]))):
                for page in pages(body):
                    yield from page
                    if len(page) < PAGE:
                        break

    def cuts(self, low, high, known):
        """Return the lower and the upper ends of the requests, and how many commands each carries."""
        found = density(known)
        if (high - low) * found / PAGE > FEW:
            at = [low + (high - low) * place // SAMPLES for place in range(SAMPLES)]
            found = density(pages(self.post([line(start) for start in at])))
        rows = (high - low) * found
        requests = max(ceil(rows / PAGE / COMMANDS), min(self.connections, ceil(rows / PAGE / NARROW)))
        while commands_of(rows / requests, found) > COMMANDS:
            requests += 1
        ends = [low + (high - low) * part // requests for part in range(requests + 1)]
        return *zip(*pairwise(ends), strict=True), [commands_of(rows / requests, found)] * requests

    def post(self, lines):
        """Return the body of the answer to a batch."""
        commands = {f"r{at}": text for at, text in enumerate(lines)}
        return self.client.post(self.url + "batch", json={"halt": 0, "cmd": commands}).content


def line(above, to=None, order="ASC"):
    """Return the command for a page of the ids above one."""
    bounds = {"filter[>ID]": above, **({} if to is None else {"filter[<=ID]": to})}
    select = {"select[0]": "*", "select[1]": "UF_*"}
    return "crm.deal.list?" + urlencode({**select, **bounds, "order[ID]": order, "start": -1})


def chain(low, high, commands):
    """Return the commands for all ids above one, up to another one."""
    before = (f"$result[r{at}][{PAGE - 1}][ID]" for at in range(commands - 1))
    return [line(above, high) for above in (low, *before)]


def pages(body):
    """Return the pages of the answer to a batch."""
    return list(json.loads(body)["result"]["result"].values())


def commands_of(rows, density):
    """Return how many pages so many rows take, and what chance may add."""
    return ceil((rows + 2 * sqrt(rows * (1 - density))) / PAGE)


def number(row):
    """Return the id of a row."""
    return int(row["ID"])


def density(runs):
    """Return rows for each id in some pages."""
    return sum(len(rows) - 1 for rows in runs) / sum(number(rows[-1]) - number(rows[0]) for rows in runs)
