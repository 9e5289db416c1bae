"""``catalog.productImage.*``: further pictures of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.controllers import Values, required_fields
from b24bridge.sandbox.files import Files, StoredFile, file_pair
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal, controller_missing, system

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["IMAGES", "METHODS", "prepare_images"]

_MODULE = "catalog"
IMAGES = Record(
    "catalog_images",
    parse_fields("""
        ID integer o
        NAME string o
        PRODUCT_ID integer r
        TYPE string:MORE_PHOTO .
        CREATE_TIME datetime o
        FILE_ID integer ou
    """),
    ("PRODUCT_ID",),
)
_DESCRIBED = {
    "id": ("integer", True, False),
    "name": ("string", True, False),
    "productId": ("string", False, True),
    "type": ("string", False, False),
    "createTime": ("datetime", True, False),
    "downloadUrl": ("string", True, False),
    "detailUrl": ("string", True, False),
}


def prepare_images(portal: Portal) -> None:
    """Serve the pictures at signed addresses."""

    def download(_: Context, facts: dict[str, str]) -> StoredFile:
        found = Files(portal.store).get(php_int(facts.get("id")))
        if found is None:
            raise system("download")
        return found

    portal.transfers.declare(_MODULE, download=download)


def _product(context: Context, number: int) -> None:
    if context.store.one("SELECT 1 FROM crm_products WHERE ID=?", (number,)) is None:
        raise Refusal("0", "Product was not found")


def _shown(context: Context, row: Values) -> Values:
    file = row["FILE_ID"]
    return {
        "id": row["ID"],
        "name": row["NAME"],
        "productId": row["PRODUCT_ID"],
        "type": row["TYPE"],
        "createTime": row["CREATE_TIME"],
        "downloadUrl": context.portal.transfers.address(context, "download", _MODULE, {"id": file}),
        "detailUrl": f"/upload/iblock/{file}/{row['NAME']}",
    }


def _rows(context: Context, where: Where) -> list[Values]:
    sql = f"SELECT * FROM catalog_images{where.clause} ORDER BY ID"  # noqa: S608  # a constant
    return context.store.maps(sql, where.arguments)


def _found(context: Context, params: Params) -> Values:
    product, number = bound_int(params, "productId"), bound_int(params, "id")
    _product(context, product)
    rows = _rows(context, Where("PRODUCT_ID=? AND ID=?", (product, number)))
    if not rows:
        raise Refusal("0", "Image was not found")
    return rows[0]


def _add(context: Context, params: Params) -> Any:
    given = bound_array(params, "fields", required=True)
    content = params.get("fileContent")
    if content is None:
        raise controller_missing("fileContent")
    if not isinstance(given, dict) or not given.get("productId"):
        raise required_fields(["productId"])
    file = file_pair(content)
    if file is None:
        raise Refusal("0", "Could not save image.")
    product = php_int(given["productId"])
    _product(context, product)
    values = {
        "NAME": file.name,
        "PRODUCT_ID": product,
        "TYPE": str(given.get("type") or "MORE_PHOTO"),
        "CREATE_TIME": context.moment.text,
        "FILE_ID": Files(context.store).keep(file),
    }
    number = Table(context, IMAGES).add(values)
    return {"productImage": _shown(context, _rows(context, Where("ID=?", (number,)))[0])}


def _get(context: Context, params: Params) -> Any:
    return {"productImage": _shown(context, _found(context, params))}


def _list(context: Context, params: Params) -> Any:
    product = bound_int(params, "productId")
    _product(context, product)
    wanted = bound_array(params, "select")
    names = [str(name) for name in (wanted.values() if isinstance(wanted, dict) else wanted)]
    shown = [_shown(context, row) for row in _rows(context, Where("PRODUCT_ID=?", (product,)))]
    kept = [name for name in names if name in _DESCRIBED] or list(_DESCRIBED)
    return Answer({"productImages": [{name: row[name] for name in kept} for row in shown]}, len(shown))


def _delete(context: Context, params: Params) -> Any:
    context.store.delete(IMAGES.table, int(_found(context, params)["ID"]))
    return True


def _fields(_: Context, __: Params) -> Any:
    return {
        "productImage": {
            name: {"isImmutable": False, "isReadOnly": read_only, "isRequired": required, "type": kind}
            for name, (kind, read_only, required) in _DESCRIBED.items()
        }
    }


METHODS = {
    "catalog.productImage.add": _add,
    "catalog.productImage.get": _get,
    "catalog.productImage.list": _list,
    "catalog.productImage.delete": _delete,
    "catalog.productImage.getFields": _fields,
}
