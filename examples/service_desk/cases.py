"""What is run to prove and to measure the modules: their requests, their data, both halves of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Literal, cast

from b24bridge.sandbox.seeds import service_desk
from examples.service_desk.answers import Answer
from examples.service_desk.rules import Json

__all__ = ["ALL_FIXES", "CASES", "MODULES", "NOW", "SIZES", "Case", "dataset", "half", "request_of", "run"]

MODULES = ("proxy", "sector", "graph", "time", "time-modular")
SIZES = ("small", "medium", "large")
# The moment at which the made-up history ends, as data and as clock.
ANCHOR = "2025-12-18T12:00:00+03:00"
NOW = "2025-12-18T09:00:00Z"

_TIME_FIXES = ("SD-TT-01", "SD-TT-02", "SD-TT-03", "SD-TT-04")
# Defects that the modern halves can repair, by module.
ALL_FIXES: dict[str, tuple[str, ...]] = {
    "proxy": (),
    "sector": ("SD-SEC-01", "SD-SEC-02"),
    "graph": ("SD-GRA-01",),
    "time": _TIME_FIXES,
    "time-modular": _TIME_FIXES,
}

Half = Literal["legacy", "modern"]


@dataclass(frozen=True, slots=True)
class Case:
    """One request to one module.

    Attributes:
        name: Name in reports.
        module: Module that answers.
        body: Body of the request, None for a GET.
        repairs: Defects that the modern half repairs when it runs as meant.
    """

    name: str
    module: str
    body: Mapping[str, Json] | None = None
    repairs: tuple[str, ...] = field(default=(), kw_only=True)


_ITEMS_OF_A_STAGE = {
    "method": "crm.item.list",
    "params": {
        "entityTypeId": 140,
        "filter": {"stageId": "DT140_12:UC_0VHWE2"},
        "select": ["id", "title", "stageId", "assignedById", "createdTime", "ufCrm7TypeProduct"],
        "order": {"id": "DESC"},
        "start": 0,
    },
}
CASES = (
    Case("proxy", "proxy", _ITEMS_OF_A_STAGE),
    Case("sector", "sector", repairs=ALL_FIXES["sector"]),
    Case("graph-weeks", "graph", {"includeCarryoverTickets": True}, repairs=ALL_FIXES["graph"]),
    Case("graph-months", "graph", {"periodMode": "months"}, repairs=ALL_FIXES["graph"]),
    Case("time", "time", {"product": "1C"}, repairs=_TIME_FIXES),
    Case("time-modular", "time-modular", {"product": "1C"}, repairs=_TIME_FIXES),
)


def half(module: str, which: Half) -> Callable[..., Answer]:
    """Return ``run`` of the old or the new half of a module."""
    found = import_module(f"examples.service_desk.{module.replace('-', '_')}.{which}")
    return cast("Callable[..., Answer]", found.run)


def request_of(
    verb: str, *, body: Json = None, raw: str | None = None, query: Mapping[str, str] | None = None
) -> dict[str, Json]:
    """Return a request as the modules take it; the body comes as JSON or as the text of it."""
    text = raw if raw is not None else ("" if body is None else json.dumps(body, ensure_ascii=False))
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    return {"method": verb, "query": dict(query or {}), "raw": text, "body": parsed}


def run(
    case: Case,
    which: Half,
    *,
    webhook_url: str,
    cache_dir: Path | str,
    as_meant: bool = False,
    now: str = NOW,
    transport: object | None = None,
) -> Answer:
    """Run one half of a case.

    Args:
        case: What is asked.
        which: The old or the new half.
        webhook_url: The portal.
        cache_dir: Folder that the module may keep files in.
        as_meant: Whether the new half repairs what it can; otherwise it prints what the old one prints.
        now: The moment of the request.
        transport: A portal inside this process, instead of the network.
    """
    request = request_of("GET" if case.body is None else "POST", body=case.body)
    fixes = case.repairs if as_meant and which == "modern" else ()
    return half(case.module, which)(
        request, webhook_url=webhook_url, now=now, cache_dir=cache_dir, fixes=fixes, transport=transport
    )


def dataset(
    size: str = "small",
    seed: int | None = None,
    anchor: str = ANCHOR,
    *,
    multiple_product: bool = True,
) -> dict[str, Json]:
    """Return a made-up service desk; the same arguments always give the same data."""
    return service_desk(size, seed, anchor, multiple_product)
