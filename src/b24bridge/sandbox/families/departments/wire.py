"""Fields and methods of ``department.*`` (sections 2.8 and 4.5)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record

from . import rules, writes

__all__ = ["DEPARTMENTS", "FAMILY"]

DEPARTMENTS = Record(
    "departments",
    [
        Field("ID", "integer", "ID", read_only=True),
        Field("NAME", title="Department Name", required=True),
        Field("SORT", "integer", "Sort Order", default=500, shown="{}"),
        Field("PARENT", "integer", "Parent Department"),
        Field("UF_HEAD", "integer", "Manager"),
    ],
)

FAMILY = Family(
    "departments",
    [
        Method("department.get", rules.get, "department"),
        Method("department.fields", rules.fields, "department"),
        Method("department.add", writes.add, "department"),
        Method("department.update", writes.update, "department"),
        Method("department.delete", writes.delete, "department"),
    ],
    prepare=lambda portal: rules.prepare(portal, DEPARTMENTS),
)
