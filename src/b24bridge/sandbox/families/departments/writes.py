"""Changing the company's structure; the fields are the parameters themselves."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "delete", "update"]


def add(context: Context, params: Params) -> Any:
    """``department.add``."""
    table = Table(context, context.portal.records["departments"])
    values = table.read(params)
    if not str(values.get("NAME") or "").strip():
        raise Refusal("ERROR_CORE", "Department name not provided.<br>")
    return table.add(values)


def update(context: Context, params: Params) -> Any:
    """``department.update``."""
    table, number = _found(context, params)
    values = table.read(params)
    if "NAME" in values and not str(values["NAME"] or "").strip():
        raise Refusal("ERROR_CORE", "Department name not provided.<br>")
    table.change(number, values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``department.delete``: what was below the department moves up."""
    table, number = _found(context, params)
    context.store.run(
        "UPDATE departments SET PARENT=(SELECT PARENT FROM departments WHERE ID=?) WHERE PARENT=?",
        (number, number),
    )
    table.remove(number)
    return True


def _found(context: Context, params: Params) -> tuple[Table, int]:
    table = Table(context, context.portal.records["departments"])
    number = php_int({str(key).upper(): value for key, value in params.items()}.get("ID"))
    if table.by_id(number) is None:
        raise Refusal("ERROR_CORE", "Department not found")
    return table, number
