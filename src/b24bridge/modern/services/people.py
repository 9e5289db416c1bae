"""Users and departments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from b24bridge.errors import DataError
from b24bridge.modern._binding import M, Service, listing, method
from b24bridge.modern.dialects import USERS
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, by_ids, listed
from b24bridge.modern.models.people import Department, User
from b24bridge.modern.reading import one
from b24bridge.wire.call import Call

__all__ = ["Departments", "Users"]

Way = Literal["ASC", "DESC"]


class Users(Service[M]):
    """``user.*``."""

    @method
    def get(self, id: int) -> Call[User]:
        """Return one user (``user.get``).

        Raises:
            NotFoundError: There is no such user.
        """
        return Call("user.get", {"FILTER": {"ID": id}}, one(User.from_wire, "user.get", id))

    @method
    def current(self) -> Call[User]:
        """Return the user whose credentials are used (``user.current``)."""
        return Call("user.current", {}, one(User.from_wire, "user.current", "of the credentials"))

    @listing
    def list(
        self,
        filter: Filter = None,
        sort: str | None = None,
        order: Way = "ASC",
        select: Sequence[str] | None = None,
        *,
        admin_mode: bool = False,
        raw: bool = False,
    ) -> ListCall[User]:
        """Return all users that match (``user.get``).

        Args:
            filter: ``F.active == True``, ``F.id.in_([1, 2])``, or the portal's own form.
            sort: Field to sort by.
            order: Way of the sorting.
            select: Fields in any spelling.
            admin_mode: Also users whom an ordinary user would not see.
            raw: Rows are dictionaries as the portal sent them; ``.raw()`` tells it to type checkers.
        """
        params = {
            "FILTER": USERS.filter(filter),
            "sort": sort and USERS.spell(sort),
            "order": order if sort else None,
            "select": USERS.names(select),
            "ADMIN_MODE": "Y" if admin_mode else None,
        }
        return listed("user.get", params, User.from_wire, raw=raw)

    @listing
    def get_many(self, ids: Iterable[int], select: Sequence[str] | None = None) -> ListCall[User]:
        """Return the users of these ids, 50 to a command and 2,500 to a request (``user.get``).

        Args:
            ids: Ids; those that do not exist give no user.
            select: Fields in any spelling.
        """
        params = {"sort": "ID", "order": "ASC", "select": USERS.names(select)}
        return by_ids(listed("user.get", params, User.from_wire), "@ID", ids)

    @listing
    def search(self, find: str, filter: Filter = None) -> ListCall[User]:
        """Return users by the beginnings of their names, posts and departments (``user.search``)."""
        wanted = USERS.filter(filter) or {}
        return listed("user.search", {"FILTER": {"FIND": find, **wanted}}, User.from_wire)


class Departments(Service[M]):
    """``department.*``."""

    @method
    def get(self, id: int) -> Call[Department]:
        """Return one department (``department.get``).

        Raises:
            NotFoundError: There is no such department.
        """
        return Call("department.get", {"ID": id}, one(Department.from_wire, "department.get", id))

    @listing
    def list(
        self, filter: Filter = None, sort: str | None = None, order: Way = "ASC", *, raw: bool = False
    ) -> ListCall[Department]:
        """Return all departments that match (``department.get``).

        Args:
            filter: By ``ID``, ``NAME``, ``PARENT``, ``UF_HEAD``.
            sort: Field to sort by.
            order: Way of the sorting.
            raw: Rows are dictionaries as the portal sent them; ``.raw()`` tells it to type checkers.
        """
        wanted: Any = USERS.filter(filter) or {}
        if not isinstance(wanted, dict):
            raise DataError("department.get takes its filter as names with values.")
        params = {**wanted, "sort": sort and USERS.spell(sort), "order": order if sort else None}
        return listed("department.get", params, Department.from_wire, raw=raw)
