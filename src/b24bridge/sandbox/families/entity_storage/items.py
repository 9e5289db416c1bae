"""Items of a store, with their property values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import Answer, page_classic
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record, parse_fields

from .errors import empty, missing
from .properties import properties_of
from .rules import store_of

__all__ = ["ITEMS", "add", "delete", "element", "get", "listed", "pictures", "update"]

ITEMS = Record(
    "entity_items",
    parse_fields("""
        ID integer o
        ENTITY_ID integer o
        TIMESTAMP_X datetime o
        MODIFIED_BY user o
        DATE_CREATE datetime o
        CREATED_BY user o
        ACTIVE char:Y .
        DATE_ACTIVE_FROM datetime .
        DATE_ACTIVE_TO datetime .
        SORT integer:500 .
        NAME string .
        PREVIEW_PICTURE string .
        PREVIEW_TEXT string .
        DETAIL_PICTURE string .
        DETAIL_TEXT string .
        CODE string .
        ENTITY string o
        SECTION integer .
        PROPERTY_VALUES object .
    """),
    ("ENTITY_ID",),
)
_PICTURES = ("PREVIEW_PICTURE", "DETAIL_PICTURE", "PICTURE")
# Property values are rows of json_each, whose column this is.
_VALUE = Field("value")


@dataclass(frozen=True, slots=True)
class ItemsQuery(ClassicQuery):
    """Lists of items: ``PROPERTY_x`` means the value of a property."""

    def special(self, name: str, operator: str, value: Any, *, negative: bool) -> Where | None:
        """Return the condition on a property."""
        if not name.startswith("PROPERTY_"):
            return None
        signs = {"": "=", "?": "%"}
        found = term(_VALUE, signs.get(operator, operator), value, self.moment)
        test = f"EXISTS (SELECT 1 FROM json_each(PROPERTY_VALUES) WHERE upper(key)=? AND {found.sql})"  # noqa: S608  # constants
        code = name.removeprefix("PROPERTY_")
        return Where(f"NOT {test}" if negative else test, (code, *found.arguments))


def listed(context: Context, params: Params, record: Record, store: Any) -> tuple[list[Any], Answer]:
    """Return a page of rows of a store, and the answer that has its totals."""
    query = ItemsQuery(record, context.moment)
    where = both([Where("ENTITY_ID=?", (int(store["ID"]),)), query.where(pick(params, "FILTER"))])
    page = page_classic(context.store, record, where, context.start)
    shown = [item for item in record.fields.values() if item.name != "ENTITY_ID"]
    rows = Table(context, record, CLASSIC).many(
        where, query.order(pick(params, "SORT")), fields=shown, offset=page.offset, limit=50
    )
    return rows, Answer(rows, page.total, page.next)


def element(context: Context, params: Params, record: Record, kind: str) -> tuple[Any, int]:
    """Return the store that a request names, and the id of something in it.

    Raises:
        Refusal: There is no such thing in this store.
    """
    store = store_of(context, params)
    number = php_int(pick(params, "ID"))
    if not number:
        raise empty("ID")
    mine = Where("ID=? AND ENTITY_ID=?", (number, int(store["ID"])))
    if Table(context, record, CLASSIC).one(mine) is None:
        raise missing(kind)
    return store, number


def pictures(context: Context, params: Params) -> Params:
    """Return the parameters with pictures kept as files and their addresses in place of them."""
    found = {str(key).upper(): value for key, value in params.items()}
    for name in _PICTURES:
        file = file_pair(found.get(name))
        if file is not None:
            number = Files(context.store).keep(file)
            found[name] = f"{context.portal.base_url}/upload/iblock/{number}/{file.name}"
    return found


def get(context: Context, params: Params) -> Any:
    """``entity.item.get``."""
    store = store_of(context, params)
    rows, answer = listed(context, params, ITEMS, store)
    codes = [row["PROPERTY"] for row in properties_of(context, store).values()]
    for row in rows:
        kept = row["PROPERTY_VALUES"] or {}
        # Without values the portal sends an empty array.
        row["PROPERTY_VALUES"] = {code: kept.get(code) for code in codes} or []
    return answer


def add(context: Context, params: Params) -> Any:
    """``entity.item.add``: answers the new id."""
    store = store_of(context, params)
    now, user = context.moment.text, context.caller.user_id
    values = _values(context, params, store, {})
    values.update(ENTITY_ID=int(store["ID"]), ENTITY=store["ENTITY"], CREATED_BY=user, DATE_CREATE=now)
    return Table(context, ITEMS).add({**values, "MODIFIED_BY": user, "TIMESTAMP_X": now})


def update(context: Context, params: Params) -> Any:
    """``entity.item.update``."""
    store, number = element(context, params, ITEMS, "item")
    before = Table(context, ITEMS, CLASSIC).by_id(number)
    values = _values(context, params, store, before["PROPERTY_VALUES"] or {})
    values.update(MODIFIED_BY=context.caller.user_id, TIMESTAMP_X=context.moment.text)
    Table(context, ITEMS).change(number, values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``entity.item.delete``."""
    _, number = element(context, params, ITEMS, "item")
    return Table(context, ITEMS).remove(number)


def _values(context: Context, params: Params, store: Any, before: Any) -> dict[str, Any]:
    found = pictures(context, params)
    given = found.get("PROPERTY_VALUES")
    kept = dict(before)
    known = properties_of(context, store)
    for key, value in given.items() if isinstance(given, dict) else ():
        row = known.get(str(key).upper())
        if row is not None:
            kept[row["PROPERTY"]] = _property(context, row, value)
    found["PROPERTY_VALUES"] = kept
    return Table(context, ITEMS).read(found)


def _property(context: Context, row: Any, value: Any) -> Any:
    file = file_pair(value) if row["TYPE"] == "F" else None
    if file is not None:
        number = Files(context.store).keep(file)
        return f"{context.portal.base_url}/upload/iblock/{number}/{file.name}"
    if value is None or isinstance(value, (list, dict)):
        return value
    return str(value)
