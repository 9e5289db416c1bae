"""Many records by the name of a method: read, added, changed, deleted, fifty to a request."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from b24bridge.engine.blocking import run
from b24bridge.knowledge.catalog import lookup
from b24bridge.modern.outcomes import Outcome, outcomes_of
from b24bridge.wire.call import Api, Call, Json, Params

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["AsyncMany", "BlockingMany"]

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def _names(method: str, api: Api) -> list[str]:
    """Return the parameters of a method that stand at the top; none for a method that nobody knows."""
    facts = lookup(method, api.value)
    return [] if facts is None else [param.name for param in facts.params if "." not in param.name]


def _id_name(method: str, api: Api) -> str:
    """Return the parameter that takes the id: ``taskId`` for ``tasks.task.update``."""
    names = _names(method, api)
    return next((name for name in names if name.lower() == "id"), None) or next(
        (name for name in names if name.lower().endswith("id") and name.lower() != "entitytypeid"), "id"
    )


def _with_fields(method: str, api: Api, params: Params | None, fields: Params) -> dict[str, Any]:
    """Return the parameters of a call that writes fields, which a few methods take at the top."""
    names = _names(method, api)
    name = next((name for name in names if name.lower() == "fields"), None if names else "fields")
    return {**(params or {}), **(dict(fields) if name is None else {name: dict(fields)})}


def _added(
    method: str, records: Iterable[Params], params: Params | None, api: Api | int
) -> dict[int, Call[Json]]:
    known = Api(api)
    return {
        at: Call(method, _with_fields(method, known, params, fields), api=known)
        for at, fields in enumerate(records)
    }


def _changed(
    method: str, changes: Mapping[int, Params], params: Params | None, id_name: str | None, api: Api | int
) -> dict[int, Call[Json]]:
    known = Api(api)
    name = id_name or _id_name(method, known)
    return {
        number: Call(method, {**_with_fields(method, known, params, fields), name: number}, api=known)
        for number, fields in changes.items()
    }


def _deleted(
    method: str, ids: Iterable[int], params: Params | None, id_name: str | None, api: Api | int
) -> dict[int, Call[Json]]:
    known = Api(api)
    name = id_name or _id_name(method, known)
    return {number: Call(method, {**(params or {}), name: number}, api=known) for number in ids}


async def _got(
    executor: Executor,
    method: str,
    ids: Iterable[int | str],
    params: Params | None,
    id_key: str | None,
    api: Api | int,
) -> dict[int | str, Any]:
    from b24bridge.engine import flows  # loaded at first use

    call: Call[Any] = Call(method, params or {}, api=Api(api))
    facts = lookup(method, call.api.value)
    container = None if facts is None else facts.container
    return await flows.get_many(executor, call, list(ids), id_key=id_key, container=container)


class BlockingMany:
    """Many records at once, by the blocking client."""

    _executor: Executor

    def run_many(self, calls: Mapping[K, Call[T]], *, together: bool = False) -> dict[K, Outcome[T]]:
        """Run calls that have nothing to do with each other; services are bound to this."""
        return run(outcomes_of(self._executor, calls, in_order=False, together=together))

    def get_many(
        self,
        method: str,
        ids: Iterable[int | str],
        params: Params | None = None,
        *,
        id_key: str | None = None,
        api: Api | int = Api.V2,
    ) -> dict[int | str, Any]:
        """Return rows of any list method by id, 50 ids to a command; ids without a row are left out.

        Args:
            method: A list method that filters by ids, such as ``crm.deal.list``.
            ids: Ids, in the order wanted.
            params: Further parameters; their filter applies too.
            id_key: Name of the id in filter and rows; left out, what is known of the method.
            api: Generation of the API.
        """
        return run(_got(self._executor, method, ids, params, id_key, api))

    def add_many(
        self,
        method: str,
        records: Iterable[Params],
        params: Params | None = None,
        *,
        api: Api | int = Api.V2,
        together: bool = False,
    ) -> dict[int, Outcome[Any]]:
        """Create many records by any method that adds one, 50 to a request; outcomes by position.

        Requests go side by side, so ids need not follow the order of the records; ``batch`` keeps it.

        Args:
            method: Such as ``crm.deal.add``.
            records: Fields of each.
            params: Further parameters of each call, such as ``entityTypeId``.
            api: Generation of the API.
            together: Let writes of REST 3.0 share requests; see :meth:`Client.batch`.
        """
        return self.run_many(_added(method, records, params, api), together=together)

    def update_many(
        self,
        method: str,
        changes: Mapping[int, Params],
        params: Params | None = None,
        *,
        id_name: str | None = None,
        api: Api | int = Api.V2,
        together: bool = False,
    ) -> dict[int, Outcome[Any]]:
        """Change many records by any update method, 50 to a request.

        Args:
            method: Such as ``crm.deal.update``.
            changes: Fields by id.
            params: Further parameters of each call, such as ``entityTypeId``.
            id_name: Parameter that takes the id; left out, what is known of the method.
            api: Generation of the API.
            together: Let writes of REST 3.0 share requests; see :meth:`Client.batch`.
        """
        return self.run_many(_changed(method, changes, params, id_name, api), together=together)

    def delete_many(
        self,
        method: str,
        ids: Iterable[int],
        params: Params | None = None,
        *,
        id_name: str | None = None,
        api: Api | int = Api.V2,
        together: bool = False,
    ) -> dict[int, Outcome[Any]]:
        """Delete many records by any method that deletes one, 50 to a request.

        Args:
            method: Such as ``crm.deal.delete``.
            ids: Ids.
            params: Further parameters of each call, such as ``entityTypeId``.
            id_name: Parameter that takes the id; left out, what is known of the method.
            api: Generation of the API.
            together: Let writes of REST 3.0 share requests; see :meth:`Client.batch`.
        """
        return self.run_many(_deleted(method, ids, params, id_name, api), together=together)


class AsyncMany:
    """Many records at once, by the async client."""

    _executor: Executor

    async def run_many(self, calls: Mapping[K, Call[T]], *, together: bool = False) -> dict[K, Outcome[T]]:
        """Run calls that have nothing to do with each other; services are bound to this."""
        return await outcomes_of(self._executor, calls, in_order=False, together=together)

    async def get_many(
        self,
        method: str,
        ids: Iterable[int | str],
        params: Params | None = None,
        *,
        id_key: str | None = None,
        api: Api | int = Api.V2,
    ) -> dict[int | str, Any]:
        """Return rows of any list method by id; see ``Client.get_many``."""
        return await _got(self._executor, method, ids, params, id_key, api)

    async def add_many(
        self,
        method: str,
        records: Iterable[Params],
        params: Params | None = None,
        *,
        api: Api | int = Api.V2,
        together: bool = False,
    ) -> dict[int, Outcome[Any]]:
        """Create many records; see ``Client.add_many``."""
        return await self.run_many(_added(method, records, params, api), together=together)

    async def update_many(
        self,
        method: str,
        changes: Mapping[int, Params],
        params: Params | None = None,
        *,
        id_name: str | None = None,
        api: Api | int = Api.V2,
        together: bool = False,
    ) -> dict[int, Outcome[Any]]:
        """Change many records; see ``Client.update_many``."""
        return await self.run_many(_changed(method, changes, params, id_name, api), together=together)

    async def delete_many(
        self,
        method: str,
        ids: Iterable[int],
        params: Params | None = None,
        *,
        id_name: str | None = None,
        api: Api | int = Api.V2,
        together: bool = False,
    ) -> dict[int, Outcome[Any]]:
        """Delete many records; see ``Client.delete_many``."""
        return await self.run_many(_deleted(method, ids, params, id_name, api), together=together)
