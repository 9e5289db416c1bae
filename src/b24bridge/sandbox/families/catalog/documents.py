"""``catalog.document.*``: goods move when a document is conducted, and back when it is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from b24bridge.sandbox.controllers import Controller, Values
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from . import records

__all__ = [
    "CONTRACTORS",
    "DOCUMENTS",
    "ROWS",
    "cancel",
    "conduct",
    "listed_of",
    "mode",
    "outdated_fields",
    "removed",
    "user_fields",
]

_TYPES = ("A", "S", "M", "R", "D")
_CONTACT, _COMPANY = 3, 4


def _check_document(context: Context, values: Values, before: Values) -> None:
    now, user = context.moment.text, context.caller.user_id
    if not before:
        if values["DOC_TYPE"] not in _TYPES:
            raise Refusal("0", "DOC_TYPE isn't available")
        values.setdefault("CREATED_BY", user)
        values.setdefault("DATE_CREATE", now)
        values.update(DATE_STATUS=now)
        if not values.get("TITLE"):
            values["TITLE"] = values.get("DOC_NUMBER") or ""
    values["DATE_MODIFY"] = now
    values["MODIFIED_BY"] = values.get("CREATED_BY", user) if not before else user


def _remove_document(context: Context, row: Values) -> None:
    if row["status"] == "Y":
        raise Refusal("0", f'You cannot delete document "{row["title"]}" as it is processed')
    context.store.run("DELETE FROM catalog_document_rows WHERE DOC_ID=?", (row["id"],))
    context.store.run("DELETE FROM catalog_contractors WHERE DOCUMENT_ID=?", (row["id"],))


DOCUMENTS = Controller(
    records.DOCUMENTS,
    "document",
    "documents",
    ("0", "Document not found"),
    check=_check_document,
    removing=_remove_document,
    partial=True,
    scope="catalog",
)


def _open(context: Context, number: Any) -> None:
    row = DOCUMENTS.row(context, Where("ID=?", (number,)))
    if row is None:
        raise Refusal("ERROR_DOCUMENT_STATUS", "Document not found")
    if row["status"] == "Y":
        raise Refusal("ERROR_DOCUMENT_STATUS", "Conducted document")


def _check_row(context: Context, values: Values, before: Values) -> None:
    _open(context, before.get("docId", values.get("DOC_ID")))


ROWS = Controller(
    records.DOCUMENT_ROWS,
    "documentElement",
    "documentElements",
    ("ERROR_DOCUMENT_STATUS", "Document not found"),
    check=_check_row,
    removing=lambda context, row: _open(context, row["docId"]),
    scope="catalog",
)


def _check_contractor(context: Context, values: Values, _: Values) -> None:
    row = DOCUMENTS.row(context, Where("ID=?", (values["DOCUMENT_ID"],)))
    if row is None:
        raise Refusal("0", "Store document was not found")
    if row["docType"] != "A":
        raise Refusal("0", "Type of store document is wrong")
    if row["status"] == "Y":
        raise Refusal("0", "Unable to edit conducted document")
    if values["ENTITY_TYPE_ID"] not in (_CONTACT, _COMPANY):
        raise Refusal("0", "Wrong entity type id")
    others = CONTRACTORS.rows(context, Where("DOCUMENT_ID=?", (values["DOCUMENT_ID"],)))
    for other in others:
        if other["entityTypeId"] == values["ENTITY_TYPE_ID"]:
            if other["entityId"] == values["ENTITY_ID"]:
                raise Refusal("0", "This contractor has been already bound to this document")
            if other["entityTypeId"] == _COMPANY:
                raise Refusal("0", "This document already has a Company contractor")


CONTRACTORS = Controller(
    records.CONTRACTORS,
    "documentContractor",
    "documentContractor",
    ("0", "Binding was not found"),
    check=_check_contractor,
    scope="catalog",
)


def conduct(context: Context, row: Values) -> None:
    """Move the goods of a document.

    Raises:
        Refusal: It is conducted already, or has no goods.
    """
    if row["status"] == "Y":
        raise Refusal("0", "Document conducting error: Document has already been conducted")
    goods = ROWS.rows(context, Where("DOC_ID=?", (row["id"],)))
    _move(context, goods, 1)
    _status(context, row, "Y")


def cancel(context: Context, row: Values) -> None:
    """Move the goods of a conducted document back.

    Raises:
        Refusal: It is not conducted.
    """
    if row["status"] != "Y":
        text = "Document has not been conducted yet"
        raise Refusal("0", f"Error cancelling document conduct: {text}")
    _move(context, ROWS.rows(context, Where("DOC_ID=?", (row["id"],))), -1)
    _status(context, row, "C")


def _status(context: Context, row: Values, status: str) -> None:
    values = {"STATUS": status, "DATE_STATUS": context.moment.text, "STATUS_BY": context.caller.user_id}
    context.store.update("catalog_documents", row["id"], values)


def _move(context: Context, goods: list[Values], sign: int) -> None:
    for item in goods:
        amount = (item["amount"] or 0) * sign
        for store, change in ((item["storeTo"], amount), (item["storeFrom"], -amount)):
            if store:
                _stock(context, item["elementId"], store, change)


def _stock(context: Context, product: int, store: int, change: float) -> None:
    sql = "UPDATE catalog_store_products SET AMOUNT=ifnull(AMOUNT,0)+? WHERE PRODUCT_ID=? AND STORE_ID=?"
    if not context.store.run(sql, (change, product, store)):
        values = {"PRODUCT_ID": product, "STORE_ID": store, "AMOUNT": change}
        context.store.insert("catalog_store_products", values)
    sql = "UPDATE crm_products SET QUANTITY=ifnull(QUANTITY,0)+? WHERE ID=?"
    context.store.run(sql, (change, product))


def removed(context: Context, row: Values) -> None:
    """Remove a document."""
    _remove_document(context, row)
    context.store.delete("catalog_documents", row["id"])


def one_of(action: Callable[[Context, Values], None]) -> Callable[[Context, Params], Any]:
    """Return the handler that does something with the document ``id``."""

    def handler(context: Context, params: Params) -> Any:
        row = DOCUMENTS.found(context, params)
        DOCUMENTS.may_write(context)
        action(context, row)
        return True

    return handler


def listed_of(action: Callable[[Context, Values], None]) -> Callable[[Context, Params], Any]:
    """Return the handler that does something with each of ``documentIds``."""

    def handler(context: Context, params: Params) -> Any:
        given = bound_array(params, "documentIds", required=True)
        DOCUMENTS.may_write(context)
        for number in given.values() if isinstance(given, dict) else given:
            row = DOCUMENTS.row(context, Where("ID=?", (php_int(number),)))
            if row is None:
                raise Refusal("0", f'Document "#{php_int(number)}": Document not found')
            action(context, row)
        return True

    return handler


def outdated_fields(kind: Controller) -> Callable[[Context, Params], Any]:
    """Return the handler of ``fields``: one map in a list, described as the CRM does."""

    def handler(_: Context, __: Params) -> Any:
        return [
            {
                name: {**facts, "isMultiple": False, "isDynamic": False, "title": name}
                for name, facts in kind.description().items()
            }
        ]

    return handler


def mode(_: Context, __: Params) -> Any:
    """``catalog.document.mode.status``: inventory accounting is on."""
    return "Y"


def user_fields(context: Context, params: Params) -> Any:
    """``catalog.userfield.document.list``: documents of a type; they have no own fields here."""
    conditions = bound_array(params, "filter")
    if "documentType" not in conditions:
        text = "The documentType field is not specified in the filter parameter"
        raise Refusal("0", text)
    names = {"documentType": "docType", "documentId": "id"}
    renamed = {names.get(str(key), str(key)): value for key, value in dict(conditions).items()}
    rows = DOCUMENTS.rows(context, DOCUMENTS.where(context, renamed))
    return {"documents": [{"documentId": row["id"], "documentType": row["docType"]} for row in rows]}
