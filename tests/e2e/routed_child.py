"""A program that routes one call and is killed in the middle of it.

``python routed_child.py FOLDER PAUSE``: the paths write ``legacy`` or ``modern`` to ``FOLDER/sent`` for each
request that leaves the client. At the named moment the program says so and waits to be killed.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from b24bridge import Client
from b24bridge.router import Router
from b24bridge.router.places import open_ledger, open_table
from b24bridge.sandbox.reply import Reply


class Wire:
    """The other end of one path's client: notes what was sent, and answers."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / "sent"
        self.name = name

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Note the request on disk before it is answered."""
        method = url.rsplit("/", 1)[-1].removesuffix(".json")
        with self.file.open("a", encoding="utf-8") as sent:
            sent.write(f"{self.name} {method}\n")
        return Reply(200, (("content-type", "application/json"),), b'{"result":1}')


def main() -> None:
    """Route one call."""
    folder, pause = Path(sys.argv[1]), sys.argv[2]

    def reached(moment: str) -> None:
        if moment == pause:
            sys.stdout.write("reached\n")
            sys.stdout.flush()
            threading.Event().wait()

    def path(name: str) -> Callable[[], int]:
        client = Client.from_webhook("https://portal.example/rest/1/code/", transport=Wire(folder, name))

        def run() -> int:
            reached(f"before {name}")
            client.call("crm.item.list", {"entityTypeId": 140})
            client.call("crm.item.add", {"entityTypeId": 140, "fields": {"title": "one"}})
            reached(f"after {name}")
            return 1

        return run

    ledger = open_ledger(folder)
    router = Router(open_table(folder), ledger)
    router.module("orders", legacy=path("legacy"), modern=path("modern"))()
    router.background.drain()
    reached("end")
    ledger.flush()


if __name__ == "__main__":
    main()
