"""Which details a deal, quote or invoice uses."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import PAGE, Answer, page_classic
from b24bridge.sandbox.methods import Context, Params, array, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.refusals import Refusal

from .records import BANKS, DETAILS, LINKS
from .rules import missing

__all__ = ["fields", "get", "listed", "register", "unregister"]

_NAMES = [name for name in LINKS.fields if name != "ID"]


def fields(_: Context, __: Params) -> Any:
    """``crm.requisite.link.fields``."""
    return {name: describe(LINKS.fields[name]) for name in _NAMES}


def _key(params: Params) -> tuple[int, int]:
    numbers = []
    for name in ("entityTypeId", "entityId"):
        number = php_int(pick(params, name))
        if number <= 0:
            raise Refusal("", f"{name} is not defined or invalid.")
        numbers.append(number)
    return numbers[0], numbers[1]


def get(context: Context, params: Params) -> Any:
    """``crm.requisite.link.get``."""
    where = Where("ENTITY_TYPE_ID=? AND ENTITY_ID=?", _key(params))
    shown = [LINKS.fields[name] for name in _NAMES]
    found = Table(context, LINKS, CLASSIC).many(where, fields=shown, limit=1)
    if not found:
        raise Refusal("", "Not found")
    return found[0]


def listed(context: Context, params: Params) -> Any:
    """``crm.requisite.link.list``: links have no id."""
    query = ClassicQuery(LINKS, context.moment)
    where = query.where(array(params, "filter"))
    page = page_classic(context.store, LINKS, where, context.start)
    shown = [item for item in query.select(array(params, "select")) if item.name != "ID"]
    rows = Table(context, LINKS, CLASSIC).many(
        where,
        query.order(array(params, "order")),
        fields=shown or [LINKS.fields[name] for name in _NAMES],
        offset=page.offset,
        limit=PAGE,
    )
    return Answer(rows, page.total, page.next)


def register(context: Context, params: Params) -> Any:
    """``crm.requisite.link.register``."""
    given = in_capitals(array(params, "fields"))
    for name in _NAMES:
        number = given.get(name)
        if number is None or (name in _NAMES[:2] and php_int(number) <= 0):
            raise Refusal("", f"{name} is not defined or invalid")
    values = {name: php_int(given[name]) for name in _NAMES}
    entity = context.portal.entities.get(values["ENTITY_TYPE_ID"])
    if entity is None or Table(context, entity.record).by_id(values["ENTITY_ID"]) is None:
        raise Refusal("", "Entity is not found")
    _check(context, values["REQUISITE_ID"], values["BANK_DETAIL_ID"], "")
    _check(context, values["MC_REQUISITE_ID"], values["MC_BANK_DETAIL_ID"], " of your company")
    _remove(context, (values["ENTITY_TYPE_ID"], values["ENTITY_ID"]))
    Table(context, LINKS).add(values)
    return True


def _check(context: Context, detail: int, bank: int, whose: str) -> None:
    if detail and Table(context, DETAILS).by_id(detail) is None:
        raise missing(f"Requisite{whose}", detail)
    if bank:
        row = Table(context, BANKS).by_id(bank)
        if row is None:
            raise missing(f"BankDetail{whose}", bank)
        if int(row["ENTITY_ID"]) != detail:
            owner = f"Requisite{whose} with ID '{detail}'"
            raise Refusal("", f"The BankDetail{whose} with ID '{bank}' is not assigned to {owner}")


def _remove(context: Context, key: tuple[int, int]) -> None:
    context.store.run("DELETE FROM crm_requisite_links WHERE ENTITY_TYPE_ID=? AND ENTITY_ID=?", key)


def unregister(context: Context, params: Params) -> Any:
    """``crm.requisite.link.unregister``."""
    _remove(context, _key(params))
    return True
