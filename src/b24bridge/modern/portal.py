"""The tree of services, the same for the blocking client, the async client and ``calls``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from b24bridge.modern._binding import Deferred, M
from b24bridge.modern._generated.root import Root
from b24bridge.modern.lists import ListCall
from b24bridge.wire.call import Api, Call, Json, Params

if TYPE_CHECKING:
    from b24bridge.modern._generated.v3.root import Root as Root3
    from b24bridge.modern.services.crm import Crm
    from b24bridge.modern.services.office import Drive, Office, Workgroups
    from b24bridge.modern.services.people import Departments, Users
    from b24bridge.modern.services.tasks import Tasks

__all__ = ["Calls", "Portal", "calls"]


class Portal(Root[M]):
    """All services; each group loads when it is first used.

    Every method of the catalogue is here under the vendor's name (``crm.deal.productrows.set``);
    groups in the plural (``crm.deals``, ``users``) give models instead of raw data. ``v3`` is REST 3.0.
    """

    @property
    def v3(self) -> Root3[M]:
        """All methods of REST 3.0 under the vendor's names."""
        from b24bridge.modern._generated.v3.root import Root

        return Root(self._runner)

    @property
    def crm(self) -> Crm[M]:
        """Items of any type, deals, leads, contacts, companies and their directories."""
        from b24bridge.modern.services.crm import Crm

        return Crm(self._runner)

    @property
    def users(self) -> Users[M]:
        """Users."""
        from b24bridge.modern.services.people import Users

        return Users(self._runner)

    @property
    def departments(self) -> Departments[M]:
        """Departments."""
        from b24bridge.modern.services.people import Departments

        return Departments(self._runner)

    @property
    def tasks(self) -> Tasks[M]:
        """Tasks, and the time logged on them."""
        from b24bridge.modern.services.tasks import Tasks

        return Tasks(self._runner)

    @property
    def workgroups(self) -> Workgroups[M]:
        """Workgroups and projects."""
        from b24bridge.modern.services.office import Workgroups

        return Workgroups(self._runner)

    @property
    def drive(self) -> Drive[M]:
        """Storages, folders and files of the disk."""
        from b24bridge.modern.services.office import Drive

        return Drive(self._runner)

    @property
    def office(self) -> Office[M]:
        """Universal lists, calendar, event handlers and placements."""
        from b24bridge.modern.services.office import Office

        return Office(self._runner)


class _Describe:
    """Runs nothing: every method returns its description."""

    def run(self, call: Call[Any]) -> Call[Any]:
        return call

    def rows(self, call: ListCall[Any]) -> ListCall[Any]:
        return call

    def run_many(self, calls: Any) -> Any:
        return calls

    def __repr__(self) -> str:
        return "calls"


class Calls(Portal[Deferred]):
    """Descriptions of calls, for ``client.batch(...)``, dry runs and comparisons."""

    def __init__(self) -> None:
        super().__init__(_Describe())

    def call(
        self, method: str, params: Params | Sequence[Any] | None = None, *, api: Api | int = Api.V2
    ) -> Call[Json]:
        """Return the call of any method by name."""
        return Call(method, params or {}, api=Api(api))


calls = Calls()
