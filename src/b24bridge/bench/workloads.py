"""What is measured: the same work on the old path and on the new one, blocking and async.

Every path returns the rows or records it got, in a form that can be compared; the legacy paths are written
as careful people write them on CRest: a right page loop, no batch where the founding modules have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from b24bridge.contract.modules import load_module, run
from b24bridge.errors import ConfigError
from b24bridge.wire.call import Json

if TYPE_CHECKING:
    from b24bridge.legacy.crest import CRest
    from b24bridge.modern.client import AsyncClient, Client

__all__ = ["MODULES", "PATHS", "WORKLOADS", "Target", "Workload", "workload"]

PATHS: Final = ("legacy", "modern", "async")

_TYPE: Final = 140
_MOMENT: Final = "2025-12-18T09:00:00Z"
_MANY: Final = 200
_FEW: Final = 40


@dataclass(frozen=True, slots=True)
class Target:
    """Where the work is done.

    Attributes:
        webhook_url: The portal.
        transport: A local portal instead of the network, or None.
    """

    webhook_url: str
    transport: Any = None


Path = Callable[[Target], Json]


@dataclass(frozen=True, slots=True)
class Workload:
    """One piece of work.

    Attributes:
        name: Name on the command line.
        title: What is done, in a few words.
        paths: Ways to do it: ``legacy``, ``modern``, and where there is one ``async``.
    """

    name: str
    title: str
    paths: Mapping[str, Path]


def _crest(target: Target) -> type[CRest]:
    from b24bridge.legacy.crest import CRest

    class Bench(CRest):
        """The portal under measurement."""

    Bench.configure(C_REST_WEB_HOOK_URL=target.webhook_url, C_REST_BLOCK_LOG=True, transport=target.transport)
    return Bench


def _client(target: Target) -> Client:
    from b24bridge.engine.policy import EAGER
    from b24bridge.modern.client import Client

    return Client.from_webhook(target.webhook_url, transport=target.transport, policy=EAGER)


def _in_loop(work: Callable[[AsyncClient], Any], target: Target) -> Json:
    import anyio

    from b24bridge.engine.policy import EAGER
    from b24bridge.modern.client import AsyncClient

    async def main() -> Json:
        async with AsyncClient.from_webhook(
            target.webhook_url, transport=target.transport, policy=EAGER
        ) as b24:
            return await work(b24)

    return anyio.run(main)


# -- single calls ---------------------------------------------------------


def _single_legacy(target: Target) -> Json:
    portal = _crest(target)
    return [portal.call("user.get", {"ID": number})["result"] for number in range(1, _FEW + 1)]


def _single_modern(target: Target) -> Json:
    with _client(target) as b24:
        return [b24.call("user.get", {"ID": number}).result for number in range(1, _FEW + 1)]


async def _single_async(b24: AsyncClient) -> Json:
    return [(await b24.call("user.get", {"ID": number})).result for number in range(1, _FEW + 1)]


# -- all pages of a list ---------------------------------------------------------

_LIST: Final = {"entityTypeId": _TYPE, "select": ["id", "title", "stageId", "createdTime"]}


def _list_legacy(target: Target) -> Json:
    portal, rows, start = _crest(target), [], 0
    while True:
        page = portal.call("crm.item.list", {**_LIST, "start": start})
        rows += page["result"]["items"]
        if page.get("next") is None:
            return rows
        start = page["next"]


def _list_modern(target: Target) -> Json:
    with _client(target) as b24:
        return sorted(b24.list("crm.item.list", _LIST), key=_by_id)


async def _list_async(b24: AsyncClient) -> Json:
    return sorted(await b24.list("crm.item.list", _LIST), key=_by_id)


# -- many records by id ---------------------------------------------------------


def _ids_query() -> dict[str, Json]:
    return {"entityTypeId": _TYPE, "select": ["id"], "order": {"id": "ASC"}}


def _first_ids(portal: type[CRest], count: int) -> list[int]:
    ids: list[int] = []
    while len(ids) < count:
        page = portal.call("crm.item.list", {**_ids_query(), "start": len(ids)})
        ids += [row["id"] for row in page["result"]["items"]]
        if page.get("next") is None:
            break
    return ids[:count]


def _get_legacy(target: Target) -> Json:
    portal = _crest(target)
    return [
        portal.call("crm.item.get", {"entityTypeId": _TYPE, "id": number})["result"]["item"]["title"] or None
        for number in _first_ids(portal, _MANY)
    ]


def _get_modern(target: Target) -> Json:
    from b24bridge.modern import calls

    ids = _first_ids(_crest(target), _MANY)
    with _client(target) as b24:
        outcomes = b24.batch(*(calls.crm.items(_TYPE).get(number) for number in ids))
    return [outcome.value.title or None for outcome in outcomes]


async def _get_async(b24: AsyncClient, target: Target) -> Json:
    from b24bridge.modern import calls

    ids = _first_ids(_crest(target), _MANY)
    outcomes = await b24.batch(*(calls.crm.items(_TYPE).get(number) for number in ids))
    return [outcome.value.title or None for outcome in outcomes]


# -- many updates ---------------------------------------------------------

_COMMENT: Final = {"opened": "Y"}


def _update_legacy(target: Target) -> Json:
    portal = _crest(target)
    return [
        portal.call("crm.item.update", {"entityTypeId": _TYPE, "id": number, "fields": _COMMENT})["result"][
            "item"
        ]["id"]
        for number in _first_ids(portal, _MANY)
    ]


def _update_modern(target: Target) -> Json:
    from b24bridge.modern import calls

    ids = _first_ids(_crest(target), _MANY)
    with _client(target) as b24:
        outcomes = b24.batch(*(calls.crm.items(_TYPE).update(number, _COMMENT) for number in ids))
    return [outcome.value.id for outcome in outcomes]


async def _update_async(b24: AsyncClient, target: Target) -> Json:
    from b24bridge.modern import calls

    ids = _first_ids(_crest(target), _MANY)
    outcomes = await b24.batch(*(calls.crm.items(_TYPE).update(number, _COMMENT) for number in ids))
    return [outcome.value.id for outcome in outcomes]


def _by_id(row: Mapping[str, Json]) -> int:
    return int(row["id"])


# -- the founding modules ---------------------------------------------------------

SERVICE_DESK: Final = "examples.service_desk"
MODULES: Final[Mapping[str, tuple[str, str, Mapping[str, Json]]]] = {
    "proxy": (
        "proxy",
        "proxy: one call of the front end",
        {
            "method": "POST",
            "body": {
                "method": "crm.item.list",
                "params": {"entityTypeId": _TYPE, "select": ["id", "title"], "order": {"id": "DESC"}},
            },
        },
    ),
    "sector": ("sector", "sector: open tickets by employee", {"method": "GET", "body": None}),
    "graph-weeks": (
        "graph",
        "graph: four weeks with carry-over",
        {
            "method": "POST",
            "body": {
                "product": "1C",
                "includeCarryoverTickets": True,
                "weekStartUtc": "2025-12-08T00:00:00Z",
                "weekEndUtc": "2025-12-14T23:59:59Z",
            },
        },
    ),
    "graph-months": (
        "graph",
        "graph: months",
        {"method": "POST", "body": {"product": "1C", "periodMode": "months"}},
    ),
    "time": ("time", "time: hours by week, employee, task", {"method": "POST", "body": {"product": "1C"}}),
}


def _module(name: str, request: Mapping[str, Json], side: str, target: Target) -> Json:
    module = load_module(f"{SERVICE_DESK}.{name}")
    path = module.legacy if side == "legacy" else module.modern
    answer = run(path, request, now=_MOMENT, webhook_url=target.webhook_url, transport=target.transport)
    body = answer["body"]
    if isinstance(body, dict):
        # The proxy hands the portal's clock through; it differs from run to run.
        answer["body"] = {key: value for key, value in body.items() if key != "time"}
    return answer


def _three(legacy: Path, modern: Path, work: Any, *, needs_target: bool = False) -> dict[str, Path]:
    def in_loop(target: Target) -> Json:
        return _in_loop(partial(work, target=target) if needs_target else work, target)

    return {"legacy": legacy, "modern": modern, "async": in_loop}


WORKLOADS: Final[Mapping[str, Workload]] = {
    one.name: one
    for one in (
        Workload("single", f"{_FEW} single calls", _three(_single_legacy, _single_modern, _single_async)),
        Workload("list", "all tickets", _three(_list_legacy, _list_modern, _list_async)),
        Workload(
            "get", f"{_MANY} tickets by id", _three(_get_legacy, _get_modern, _get_async, needs_target=True)
        ),
        Workload(
            "update",
            f"{_MANY} updates",
            _three(_update_legacy, _update_modern, _update_async, needs_target=True),
        ),
        *(
            Workload(
                name,
                title,
                {side: partial(_module, module, request, side) for side in ("legacy", "modern")},
            )
            for name, (module, title, request) in MODULES.items()
        ),
    )
}


def workload(name: str) -> Workload:
    """Return a workload by name.

    Raises:
        ConfigError: There is none; says which there are.
    """
    try:
        return WORKLOADS[name]
    except KeyError:
        raise ConfigError(
            f"There is no workload {name!r}.", remedy=f"There are: {', '.join(WORKLOADS)}."
        ) from None
