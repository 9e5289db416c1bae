"""``catalog.product.*``: products, parent products, variations and services.

They lie in the table of the CRM's products: ``crm.product.*`` shows the same records.
"""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from b24bridge.sandbox.controllers import Controller, Values, named, required_fields
from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Method, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record, parse_fields
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.spoiling import Sent
from b24bridge.sandbox.transfers import sent

__all__ = ["OFFERS", "PRODUCTS", "SERVICES", "SKUS", "TABLE", "VALUES", "Products"]

TABLE = "crm_products"
VALUES = Record(
    "catalog_property_values",
    parse_fields("""
        ID integer o
        PRODUCT_ID integer .
        PROPERTY_ID integer .
        VALUE any .
    """),
    ("PRODUCT_ID",),
)
_PROPERTY = re.compile(r"property(\d+)")
_PICTURES = ("previewPicture", "detailPicture")
_FILE = "json(iif({} IS NULL,NULL,json_object('id',{})))"
_PARENT = "json(iif({} IS NULL,NULL,json_object('value',CAST({} AS TEXT),'valueId',CAST(ID AS TEXT))))"
_AMOUNT = "iif({} IS NULL,NULL,printf('%.6f',{}))"


def _fields(*without: str, offers: bool = False) -> list[Field]:
    found = parse_fields(f"""
        ACTIVE char:Y . Activity
        AVAILABLE char:Y o Available for purchase
        BARCODE_MULTI char:N u Barcode of each unit
        BUNDLE char:N o Bundle
        CAN_BUY_ZERO char:Y . Purchase when out of stock
        CODE string . Symbolic code
        CREATED_BY integer . Created by
        DATE_ACTIVE_FROM datetime . Active from
        DATE_ACTIVE_TO datetime . Active until
        DATE_CREATE datetime . Created on
        DETAIL_PICTURE file . Detailed picture
        DESCRIPTION=detailText string . Detailed description
        DESCRIPTION_TYPE=detailTextType string:text . Type of the detailed description
        HEIGHT double . Height
        CATALOG_ID=iblockId integer ri Information block
        SECTION_ID=iblockSectionId integer . Section
        ID integer o Identifier
        LENGTH double . Length
        MEASURE integer . Unit of measurement
        MODIFIED_BY integer . Modified by
        NAME string r Name
        NEGATIVE_AMOUNT_TRACE char:Y o Negative amounts
        {"PARENT_ID integer . Product" if offers else ""}
        PREVIEW_PICTURE file . Preview picture
        PREVIEW_TEXT string . Short description
        PREVIEW_TEXT_TYPE string:text . Type of the short description
        PRICE_TYPE letter:S . Type of price
        PURCHASING_CURRENCY string . Currency of the purchasing price
        PURCHASING_PRICE amount . Purchasing price
        QUANTITY double . Available quantity
        QUANTITY_RESERVED double . Reserved quantity
        QUANTITY_TRACE char:N . Quantitative accounting
        RECUR_SCHEME_LENGTH integer u Length of a subscription
        RECUR_SCHEME_TYPE string:D u Unit of a subscription
        SORT integer:500 . Sorting
        SUBSCRIBE char:Y . Subscription when out of stock
        TIMESTAMP_X datetime . Modified on
        TRIAL_PRICE_ID integer u Trial product
        TYPE integer o Type
        VAT_ID integer . VAT
        VAT_INCLUDED char:N . VAT included
        WEIGHT double . Weight
        WIDTH double . Width
        WITHOUT_ORDER char:N u Renewal without an order
        XML_ID string . External code
    """)
    shown = {"DETAIL_PICTURE": _FILE, "PREVIEW_PICTURE": _FILE, "PURCHASING_PRICE": _AMOUNT}
    shown.update(PARENT_ID=_PARENT, TYPE="ifnull({},1)")
    link = {"isDynamic": True, "isMultiple": False, "propertyType": "E", "userType": "SKU"}
    own = {"PARENT_ID": {"type": "productproperty", **link}}
    return [
        replace(item, facts={"name": item.title, **own.get(item.name, {})}, shown=shown.get(item.name, ""))
        for item in found
        if item.name not in without
    ]


@dataclass(frozen=True, slots=True)
class Products(Controller):
    """The methods of one kind of product.

    Attributes:
        kinds: Types of record that the methods see; a new one gets the first.
    """

    kinds: tuple[int, ...] = ()

    def products(self, prefix: str) -> list[Method]:
        """Return the methods, as ``prefix.verb``."""
        own = {"getFieldsByFilter": self.by_filter, "download": self.download}
        return [
            *self.methods(prefix, "add get list update delete"),
            *(Method(f"{prefix}.{verb}", run, self.scope, listed=False) for verb, run in own.items()),
        ]

    def row(self, context: Context, where: Where) -> Values | None:
        """Return a product of these kinds."""
        marks = ",".join("?" * len(self.kinds))
        return Controller.row(self, context, both([where, Where(f"ifnull(TYPE,1) IN ({marks})", self.kinds)]))

    def listed(self, context: Context, params: Params) -> Any:
        """Return a page of products; a list names its catalogue and what it wants."""
        select, conditions = bound_array(params, "select"), bound_array(params, "filter")
        names = [str(name) for name in (select.values() if isinstance(select, dict) else select)]
        lacking = [name for name in ("id", "iblockId") if name not in names and "*" not in names]
        if lacking:
            raise Refusal("0", f"Required select fields: {', '.join(lacking)}")
        if not any(str(key).lstrip("=@") == "iblockId" for key in conditions):
            raise Refusal("0", "Required filter fields: iblockId")
        answer = Controller.listed(self, context, params)
        rows = json.loads(answer.result[self.many].text)
        wanted = {int(match[1]) for name in names if (match := _PROPERTY.fullmatch(name))}
        dressed = [self._dressed(context, row, wanted if "*" not in names else None) for row in rows]
        for row in dressed:
            # A list prints this amount as a number, everything else as text.
            if row.get("purchasingPrice") is not None:
                row["purchasingPrice"] = float(row["purchasingPrice"])
        return Answer({self.many: dressed}, answer.total, answer.next)

    def where(self, context: Context, conditions: Any) -> Where:
        """Return the condition of a filter among these kinds."""
        marks = ",".join("?" * len(self.kinds))
        return both(
            [Controller.where(self, context, conditions), Where(f"ifnull(TYPE,1) IN ({marks})", self.kinds)]
        )

    def by_filter(self, context: Context, params: Params) -> Any:
        """``getFieldsByFilter``: the fields of a kind and the properties of its catalogue."""
        conditions = bound_array(params, "filter", required=True)
        iblock = php_int(conditions.get("iblockId")) if isinstance(conditions, Mapping) else 0
        if not iblock:
            raise required_fields(["iblockId"])
        sql = "SELECT * FROM catalog_properties WHERE IBLOCK_ID=? ORDER BY ID"
        own = {
            f"property{row['ID']}": {
                "isDynamic": True,
                "isImmutable": False,
                "isMultiple": row["MULTIPLE"] == "Y",
                "isReadOnly": False,
                "isRequired": row["IS_REQUIRED"] == "Y",
                "name": row["NAME"],
                "propertyType": row["PROPERTY_TYPE"],
                "type": "productproperty",
                "userType": row["USER_TYPE"],
            }
            for row in context.store.maps(sql, (iblock,))
        }
        return {self.described or self.one: {**self.description(), **own}}

    def download(self, context: Context, params: Params) -> Any:
        """``download``: a picture of a product.

        Raises:
            Refusal: The product has no such picture.
            Sent: The file, in place of JSON.
        """
        given = bound_array(params, "fields", required=True)
        facts = dict(given) if isinstance(given, Mapping) else {}
        lacking = [name for name in ("fileId", "productId", "fieldName") if facts.get(name) in (None, "")]
        if lacking:
            raise required_fields(lacking)
        row = self.row(context, Where("ID=?", (php_int(facts["productId"]),)))
        if row is None:
            raise Refusal(*self.missing)
        picture, number = row.get(str(facts["fieldName"])), php_int(facts["fileId"])
        file = Files(context.store).get(number)
        if file is None or not isinstance(picture, dict) or php_int(picture.get("id")) != number:
            raise Refusal("0", "file does not exist")
        raise Sent(sent(file))

    def read(self, context: Context, given: Any, *, changing: bool = False) -> Values:
        """Return what is to be stored: pictures by the ids of their files."""
        plain = dict(given) if isinstance(given, Mapping) else {}
        pictures = {name: plain.pop(name) for name in _PICTURES if name in plain}
        parent = plain.get("parentId")
        if isinstance(parent, Mapping):
            plain["parentId"] = parent.get("value")
        values = Controller.read(self, context, plain, changing=changing)
        known = named(self.record)
        for name, picture in pictures.items():
            file = file_pair(picture)
            if file is not None:
                values[known[name].name] = Files(context.store).keep(file)
            elif isinstance(picture, Mapping) and str(picture.get("remove")) == "Y":
                values[known[name].name] = None
        return values

    def added(self, context: Context, given: Any) -> Values:
        """Add a product with the values of its properties."""
        row = Controller.added(self, context, given)
        self._keep_properties(context, int(row["id"]), given)
        return self._dressed(context, row, None)

    def changed_row(self, context: Context, before: Values, given: Any) -> Values:
        """Change a product and the values of its properties."""
        self._keep_properties(context, int(before["id"]), given)
        row = Controller.changed_row(self, context, before, given)
        return self._dressed(context, row, None)

    def get(self, context: Context, params: Params) -> Any:
        """Return a product with the values of its properties."""
        return {self.one: self._dressed(context, self.found(context, params), None)}

    def _keep_properties(self, context: Context, number: int, given: Any) -> None:
        table = Table(context, VALUES)
        for key, value in given.items() if isinstance(given, Mapping) else ():
            match = _PROPERTY.fullmatch(str(key))
            known = match and context.store.one(
                "SELECT 1 FROM catalog_properties WHERE ID=?", (int(match[1]),)
            )
            if match is None or not known:
                continue
            own = (number, int(match[1]))
            context.store.run(f"DELETE FROM {VALUES.table} WHERE PRODUCT_ID=? AND PROPERTY_ID=?", own)
            for one in value if isinstance(value, list) else [value]:
                bare = one.get("value") if isinstance(one, Mapping) else one
                if bare not in (None, ""):
                    kept = {"PRODUCT_ID": own[0], "PROPERTY_ID": own[1], "VALUE": json.dumps(str(bare))}
                    table.add(kept)

    def _dressed(self, context: Context, row: Values, wanted: set[int] | None) -> Values:
        """Print the addresses of pictures, and the values of properties: all of them, or the wanted."""
        for name in _PICTURES:
            picture = row.get(name)
            if isinstance(picture, dict) and "id" in row:
                file = picture["id"]
                query = {"fields[fieldName]": name, "fields[fileId]": file, "fields[productId]": row["id"]}
                url = f"/rest/catalog.product.download?{urlencode(query)}"
                row[name] = {"id": str(file), "url": url, "urlMachine": url}
        if "id" not in row or wanted == set():
            return row
        sql = (
            "SELECT p.ID, p.MULTIPLE, v.ID, v.VALUE FROM catalog_properties p LEFT JOIN "
            f"{VALUES.table} v ON v.PROPERTY_ID=p.ID AND v.PRODUCT_ID=? "
            "WHERE p.IBLOCK_ID=? ORDER BY p.ID, v.ID"
        )
        for number, multiple, value_id, value in context.store.rows(sql, (row["id"], row.get("iblockId"))):
            if wanted is not None and number not in wanted:
                continue
            shown = None if value is None else {"value": json.loads(value), "valueId": str(value_id)}
            name = f"property{number}"
            if multiple == "Y":
                row.setdefault(name, []).extend([shown] if shown else [])
            else:
                row[name] = shown
        return row


def _check(context: Context, values: Values, before: Values) -> None:
    """A product belongs to a catalogue; its external code is its id."""
    now, user = context.moment.text, context.caller.user_id
    if "CATALOG_ID" in values:
        sql = "SELECT 1 FROM catalog_catalogs WHERE ID=?"
        if context.store.one(sql, (values["CATALOG_ID"],)) is None:
            raise Refusal("200040300000", "Iblock not found")
    if not before:
        values.setdefault("CREATED_BY", user)
        values.setdefault("DATE_CREATE", now)
        last = context.store.one("SELECT seq FROM sqlite_sequence WHERE name=?", (TABLE,))
        values.setdefault("XML_ID", str((last[0] if last else 0) + 1))
    values["TIMESTAMP_X"] = now
    values.setdefault("MODIFIED_BY", user)


def _removing(context: Context, row: Values) -> None:
    for table in (VALUES.table, "catalog_prices", "catalog_ratios", "catalog_store_products"):
        context.store.run(f'DELETE FROM "{table}" WHERE PRODUCT_ID=?', (row["id"],))


_GOODS = (
    "CAN_BUY_ZERO", "BARCODE_MULTI", "HEIGHT", "LENGTH", "MEASURE", "NEGATIVE_AMOUNT_TRACE",
    "PURCHASING_CURRENCY", "PURCHASING_PRICE", "QUANTITY", "QUANTITY_RESERVED", "QUANTITY_TRACE",
    "RECUR_SCHEME_LENGTH", "RECUR_SCHEME_TYPE", "SUBSCRIBE", "TRIAL_PRICE_ID", "WEIGHT", "WIDTH",
    "WITHOUT_ORDER",
)  # fmt: skip
_PARENT_LACKS = (
    "BARCODE_MULTI", "NEGATIVE_AMOUNT_TRACE", "QUANTITY_RESERVED", "QUANTITY_TRACE", "RECUR_SCHEME_LENGTH",
    "RECUR_SCHEME_TYPE", "TRIAL_PRICE_ID", "WITHOUT_ORDER",
)  # fmt: skip


def _kind(one: str, many: str, kinds: tuple[int, ...], fields: list[Field], written: str = "") -> Products:
    typed = [replace(item, default=kinds[0]) if item.name == "TYPE" else item for item in fields]
    return Products(
        Record(TABLE, typed),
        one,
        many,
        ("0", f"{one} does not exist"),
        check=_check,
        removing=_removing,
        written=written,
        partial=True,
        scope="catalog",
        denied="200040300040",
        kinds=kinds,
    )


PRODUCTS = _kind("product", "products", (1,), _fields(), "element")
SKUS = _kind("sku", "units", (3, 6), _fields(*_PARENT_LACKS))
OFFERS = _kind("offer", "offers", (4, 5), _fields(offers=True))
SERVICES = _kind("service", "services", (7,), _fields(*_GOODS))
