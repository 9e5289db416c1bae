"""Documents of CRM records."""

from __future__ import annotations

import json
import secrets
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.files import StoredFile
from b24bridge.sandbox.itemquery import ItemQuery
from b24bridge.sandbox.listing import PAGE, Answer, page_controller
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["DOCUMENTS", "add", "delete", "download", "enable_public_url", "fields", "get", "listed", "update"]

DOCUMENTS = Record(
    "documentgenerator_documents",
    parse_fields("""
        ID integer o
        TITLE string .
        NUMBER string .
        TEMPLATE_ID integer .
        ENTITY_TYPE_ID integer .
        ENTITY_ID integer .
        CREATE_TIME datetime o
        UPDATE_TIME datetime o
        CREATED_BY integer o
        UPDATED_BY integer o
        STAMPS_ENABLED char:N .
        PUBLIC_URL string .
        VALUES_GIVEN object .
    """),
    ("ENTITY_ID",),
)
# Every portal brings templates of its own; these are their ids.
_TEMPLATES = range(1, 61)
_DISABLED = {"Stamps": "No seals or signatures in the template", "QrCode": "No QR code in the template"}


def _table(context: Context) -> Table:
    return Table(context, DOCUMENTS, CLASSIC)


def _flag(value: Any) -> str:
    return "Y" if value in (True, 1, "1", "Y", "true") else "N"


def _mapping(params: Params, name: str) -> dict[str, Any]:
    value = bound_array(params, name)
    return dict(value) if isinstance(value, dict) else {}


def add(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.add``: fresh ids are numbers."""
    template = bound_int(params, "templateId")
    type_id, owner = bound_int(params, "entityTypeId"), bound_int(params, "entityId")
    if context.portal.entities.get(type_id) is None:
        raise Refusal("0", "No provider for entityTypeId")
    if owner <= 0:
        raise Refusal("0", 'Empty required parameter "value"')
    if template not in _TEMPLATES:
        raise Refusal("0", "Template not found")
    values = _mapping(params, "values")
    known = context.store.one("SELECT count(*) FROM documentgenerator_documents")[0]
    number = str(values.get("DocumentNumber") or known + 1)
    now, user = context.moment.text, context.caller.user_id
    document = _table(context).add(
        {
            "TITLE": str(values.get("DocumentTitle") or f"Document {number}"),
            "NUMBER": number,
            "TEMPLATE_ID": template,
            "ENTITY_TYPE_ID": type_id,
            "ENTITY_ID": owner,
            "CREATE_TIME": now,
            "UPDATE_TIME": now,
            "CREATED_BY": user,
            "STAMPS_ENABLED": _flag(params.get("stampsEnabled")),
            "VALUES_GIVEN": json.dumps(values),
        }
    )
    row = _row(context, document)
    _announce(context, "ADD", row)
    return {"document": {**_shown(context, row), "id": document, "createdBy": user}}


def _announce(context: Context, what: str, row: Any) -> None:
    fields = {name: row[name] for name in ("ID", "ENTITY_TYPE_ID", "ENTITY_ID")}
    context.changed.append((f"ONCRMDOCUMENTGENERATORDOCUMENT{what}", {"FIELDS": fields}))


def _row(context: Context, number: int) -> Any:
    row = _table(context).by_id(number)
    if row is None:
        raise Refusal("0", "Document not found")
    return row


def _shown(context: Context, row: Any) -> dict[str, Any]:
    stamps = row["STAMPS_ENABLED"] == "Y"
    base = f"{context.portal.base_url}/bitrix/services/main/ajax.php?action=crm.documentgenerator.document"
    machine = context.portal.transfers.address(context, "download", "documentgenerator", {"id": row["ID"]})
    values = {"productsTableVariant": "", "_creationMethod": "rest", "stampsEnabled": stamps}
    return {
        "changeStampsEnabled": False,
        "changeStampsDisabledReason": _DISABLED["Stamps"],
        "changeQrCodeEnabled": False,
        "qrCodeEnabled": False,
        "changeQrCodeDisabledReason": _DISABLED["QrCode"],
        "products": {"currencyId": "RUB", "totalSum": "0.00", "totalRows": 0},
        "downloadUrl": f"{base}.download&SITE_ID=s1&id={row['ID']}",
        "publicUrl": row["PUBLIC_URL"],
        "title": row["TITLE"],
        "number": row["NUMBER"],
        "id": row["ID"],
        "createTime": row["CREATE_TIME"],
        "createdBy": row["CREATED_BY"],
        "updateTime": row["UPDATE_TIME"],
        "updatedBy": row["UPDATED_BY"],
        "stampsEnabled": stamps,
        "isTransformationError": False,
        "values": {**values, **(row["VALUES_GIVEN"] or {})},
        "templateId": row["TEMPLATE_ID"],
        "pullTag": f"TRANSFORMDOCUMENT{row['ID']}",
        "imageUrl": f"{base}.getImage&SITE_ID=s1&id={row['ID']}",
        "pdfUrl": f"{base}.getPdf&SITE_ID=s1&id={row['ID']}",
        "emailDiskFile": int(row["ID"]),
        "entityId": row["ENTITY_ID"],
        "entityTypeId": row["ENTITY_TYPE_ID"],
        "downloadUrlMachine": machine,
        "imageUrlMachine": machine,
        "pdfUrlMachine": machine,
    }


def get(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.get``."""
    return {"document": _shown(context, _row(context, bound_int(params, "id")))}


def listed(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.list``: an unknown field is refused."""
    query = ItemQuery(DOCUMENTS, context.moment)
    try:
        where = query.where(bound_array(params, "filter"))
        order = query.order(bound_array(params, "order"))
    except Refusal as refused:
        entity = r"\Bitrix\DocumentGenerator\Model\Document Entity"
        name = refused.description.split("'")[1] if "'" in refused.description else ""
        raise Refusal("100", f"Unknown field definition {name} ({name}) for {entity}") from refused
    page = page_controller(context.store, DOCUMENTS, where, context.start)
    rows = _table(context).many(where, order, offset=page.offset, limit=PAGE)
    documents = [_shown(context, row) for row in rows]
    wanted = bound_array(params, "select")
    names = {str(name) for name in (wanted.values() if isinstance(wanted, dict) else wanted)}
    if names and "*" not in names:
        documents = [{key: value for key, value in item.items() if key in names} for item in documents]
    return Answer({"documents": documents}, page.total, page.next)


def update(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.update``."""
    row = _row(context, bound_int(params, "id"))
    given = _mapping(params, "values")
    values: dict[str, Any] = {"UPDATE_TIME": context.moment.text, "UPDATED_BY": context.caller.user_id}
    values["VALUES_GIVEN"] = json.dumps({**(row["VALUES_GIVEN"] or {}), **given})
    if "stampsEnabled" in params:
        values["STAMPS_ENABLED"] = _flag(params["stampsEnabled"])
    for name, column in (("DocumentNumber", "NUMBER"), ("DocumentTitle", "TITLE")):
        if given.get(name):
            values[column] = str(given[name])
    _table(context).change(int(row["ID"]), values)
    _announce(context, "UPDATE", row)
    document = get(context, params)["document"]
    # Whoever changed it is still a number then.
    return {"document": {**document, "updatedBy": context.caller.user_id}}


def delete(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.delete``: answers null."""
    row = _row(context, bound_int(params, "id"))
    _table(context).remove(int(row["ID"]))
    _announce(context, "DELETE", row)
    return None


def enable_public_url(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.enablepublicurl``: on, or off with ``status`` 0."""
    row = _row(context, bound_int(params, "id"))
    url = row["PUBLIC_URL"] or f"{context.portal.base_url}/~{secrets.token_hex(3)[:5]}"
    wanted = url if _flag(params.get("status", 1)) == "Y" else None
    _table(context).change(int(row["ID"]), {"PUBLIC_URL": wanted})
    return {"publicUrl": wanted}


def fields(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.document.getfields``: what stands in for the fields of the template."""
    row = _row(context, bound_int(params, "id"))
    given = {**(row["VALUES_GIVEN"] or {}), **_mapping(params, "values")}
    known = (
        ("DocumentNumber", "Number", row["NUMBER"]),
        ("DocumentTitle", "Title", row["TITLE"]),
        ("DocumentCreateTime", "Created on", row["CREATE_TIME"]),
    )
    return {
        "documentFields": {
            name: {
                "title": title,
                "value": given.get(name, value),
                "required": "Y",
                "group": ["Document"],
                "chain": f"this.DOCUMENT.{name}",
                "default": value,
            }
            for name, title, value in known
        }
    }


def download(context: Context, facts: dict[str, str]) -> StoredFile:
    """Return what ``downloadUrlMachine`` gives: title and values as text."""
    row = _row(context, int(facts["id"]))
    lines = [row["TITLE"], *(f"{name}: {value}" for name, value in (row["VALUES_GIVEN"] or {}).items())]
    return StoredFile(f"{row['TITLE']}.txt", "\n".join(lines).encode())
