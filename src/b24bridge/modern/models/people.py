"""Users and departments."""

from __future__ import annotations

from b24bridge.modern.models.fields import Day, Flag, Ids, Link, Moment, Text
from b24bridge.modern.models.record import Record

__all__ = ["Department", "User"]


class User(Record):
    """A user (``user.get``, ``user.current``). Fields that are empty may be left out of the answer."""

    id: int = 0
    active: Flag | None = None
    xml_id: Text | None = None
    name: Text | None = None
    last_name: Text | None = None
    second_name: Text | None = None
    title: Text | None = None
    email: Text | None = None
    user_type: Text | None = None
    is_online: Flag | None = None
    date_register: Moment | None = None
    last_login: Moment | None = None
    last_activity_date: Moment | None = None
    timestamp_x: Moment | None = None
    time_zone: Text | None = None
    time_zone_offset: int | None = None
    personal_gender: Text | None = None
    personal_birthday: Day | None = None
    personal_mobile: Text | None = None
    personal_phone: Text | None = None
    personal_city: Text | None = None
    personal_www: Text | None = None
    personal_photo: Text | None = None
    work_phone: Text | None = None
    work_position: Text | None = None
    work_company: Text | None = None
    uf_department: Ids | None = None
    uf_employment_date: Day | None = None
    uf_phone_inner: Text | None = None

    @property
    def department_ids(self) -> list[int]:
        """Ids of the departments, none for a user without one."""
        return self.__dict__.get("uf_department") or []

    @property
    def full_name(self) -> str:
        """Name and last name, whichever are given."""
        return " ".join(part for part in map(self.__dict__.get, ("name", "last_name")) if part)


class Department(Record):
    """A department (``department.get``)."""

    id: int = 0
    name: Text | None = None
    sort: int | None = None
    parent: Link = None
    uf_head: Link = None
