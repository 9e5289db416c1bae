"""``biconnector.connector|source|dataset.*`` (section "BI Connector")."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields

from .records import Kind, refused

__all__ = ["FAMILY"]

_CONNECTORS = Record(
    "bi_connectors",
    parse_fields("""
        ID integer ro
        TITLE string r
        LOGO string r
        DESCRIPTION string .
        SORT integer:100 .
        URL_CHECK string r
        URL_DATA string r
        URL_TABLE_LIST string r
        URL_TABLE_DESCRIPTION string r
        SETTINGS object r
        DATE_CREATE datetime ro
    """),
)
_SOURCES = Record(
    "bi_sources",
    parse_fields("""
        ID integer ro
        TITLE string r
        TYPE string:rest ro
        CODE string ro
        DESCRIPTION string .
        ACTIVE boolean:Y .
        DATE_CREATE datetime ro
        DATE_UPDATE datetime ro
        CREATED_BY_ID integer ro
        UPDATED_BY_ID integer ro
        CONNECTOR_ID integer ri
        SETTINGS object r
    """),
)
_DATASETS = Record(
    "bi_datasets",
    parse_fields("""
        ID integer ro
        SOURCE_ID integer ri
        NAME string ri
        TYPE string:rest ro
        DESCRIPTION string .
        EXTERNAL_NAME string ri
        EXTERNAL_CODE string ri
        EXTERNAL_ID integer o
        DATE_CREATE datetime ro
        DATE_UPDATE datetime ro
        CREATED_BY_ID integer ro
        UPDATED_BY_ID integer ro
        FIELDS object r
    """),
)


def _with_connector(context: Context, values: dict[str, Any]) -> None:
    connector = Table(context, _CONNECTORS, CONTROLLER).by_id(php_int(values.get("CONNECTOR_ID")))
    if connector is None:
        raise refused("CONNECTOR_NOT_FOUND", "Connector was not found.")


def _with_source(context: Context, values: dict[str, Any]) -> None:
    if Table(context, _SOURCES).by_id(php_int(values.get("SOURCE_ID"))) is None:
        raise refused("SOURCE_NOT_FOUND", "Source was not found.")


def _unused(record: Record, column: str, code: str, text: str, context: Context, number: int) -> None:
    if Table(context, record).one(Where(f"{column}=?", (number,))) is not None:
        raise refused(code, text)


def _keep_connector(context: Context, number: int) -> None:
    text = "Connector cannot be removed. Remove the connected sources first."
    _unused(_SOURCES, "CONNECTOR_ID", "CONNECTOR_DELETE_RESTRICTED", text, context, number)


def _keep_source(context: Context, number: int) -> None:
    text = "Cannot delete source. Delete all related datasets first."
    _unused(_DATASETS, "SOURCE_ID", "BX_ERROR", text, context, number)


def _source(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    connector = Table(context, _CONNECTORS, CONTROLLER).by_id(row["connectorId"]) or {}
    given = row["settings"] if isinstance(row["settings"], dict) else {}
    names = ("id", "type", "code", "title", "description", "active", "dateCreate", "dateUpdate")
    connection = {name: row[name] for name in (*names, "createdById", "updatedById")}
    code = row["code"] or f"rest_{row['id']}"
    return {
        "connection": {**connection, "code": code},
        "connectorId": row["connectorId"],
        "settings": [
            {**setting, "value": given.get(setting.get("code"), ""), "id": place}
            for place, setting in enumerate(connector.get("settings") or (), 1)
        ],
    }


def _dataset(_: Context, row: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {"id": place, "datasetId": row["id"], "visible": True, **item}
        for place, item in enumerate(row["fields"] or (), 1)
    ]
    shown = {name: value for name, value in row.items() if name not in ("sourceId", "fields")}
    return {**shown, "fields": fields, "sourceId": row["sourceId"]}


def _change_fields(context: Context, params: Params) -> Any:
    """``biconnector.dataset.fields.update``: adds, shows, hides and removes fields of a data set."""
    number = _KINDS[2].number(context, params)
    row = _dataset(context, Table(context, _DATASETS, CONTROLLER).by_id(number))
    gone = {php_int(item) for item in params.get("delete") or ()}
    shown = {php_int(item.get("id")): item for item in params.get("update") or () if isinstance(item, dict)}
    kept = [{**item, **shown.get(item["id"], {})} for item in row["fields"] if item["id"] not in gone]
    last = max((item["id"] for item in row["fields"]), default=0)
    added = [item for item in params.get("add") or () if isinstance(item, dict)]
    codes = [item.get("externalCode") for item in (*kept, *added)]
    if len(set(codes)) < len(codes):
        raise refused("VALIDATION_DUPLICATE_FIELD_CODE", 'Duplicate values found in the "code" parameter.')
    fields = [*kept, *({**item, "id": last + place} for place, item in enumerate(added, 1))]
    table = Table(context, _DATASETS)
    table.change(number, table.read({"FIELDS": fields}))
    return True


_KINDS = (
    Kind(
        "connector", _CONNECTORS, "Connector", before_delete=_keep_connector, arrays=frozenset({"settings"})
    ),
    Kind(
        "source",
        _SOURCES,
        "Source",
        show=_source,
        check=_with_connector,
        before_delete=_keep_source,
        arrays=frozenset({"settings"}),
    ),
    Kind("dataset", _DATASETS, "Dataset", show=_dataset, check=_with_source, arrays=frozenset({"fields"})),
)

FAMILY = Family(
    "biconnector",
    [
        *(method for kind in _KINDS for method in kind.methods()),
        Method("biconnector.dataset.fields.update", _change_fields, "biconnector", listed=False),
    ],
    prepare=lambda portal: prepare(portal, _CONNECTORS, _SOURCES, _DATASETS),
)
