"""Files and their versions."""

from __future__ import annotations

import secrets
from typing import Any

from b24bridge.sandbox.files import Files, StoredFile
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .errors import bad_parameter, missing
from .parameters import array_of, content_of, new_name, number_of, target_of
from .records import DISK, FILE_FIELDS, OBJECTS, VERSIONS
from .records import fields as described
from .tree import Tree, page

__all__ = [
    "copy",
    "delete",
    "download",
    "external_link",
    "fields",
    "get",
    "mark_deleted",
    "move",
    "rename",
    "restore",
    "restore_version",
    "search",
    "upload_version",
    "version",
    "versions",
]

_SHORTEST_QUERY = 3


def fields(_: Context, __: Params) -> Any:
    """``disk.file.getFields``."""
    return described(FILE_FIELDS)


def _wanted(context: Context, params: Params) -> tuple[Tree, Any]:
    tree = Tree(context)
    return tree, tree.get(number_of(params, 0), "file")


def get(context: Context, params: Params) -> Any:
    """``disk.file.get``."""
    tree, row = _wanted(context, params)
    return tree.shown(row)


def rename(context: Context, params: Params) -> Any:
    """``disk.file.rename``."""
    tree, row = _wanted(context, params)
    name = new_name(params)
    tree.must_be_free(row["PARENT_ID"], name, "file", but=int(row["ID"]))
    tree.objects.change(int(row["ID"]), {"NAME": name, "UPDATE_TIME": context.moment.text})
    return tree.shown(tree.get(int(row["ID"]), "file"))


def copy(context: Context, params: Params) -> Any:
    """``disk.file.copyTo``."""
    tree, row = _wanted(context, params)
    number = tree.copy(row, tree.get(target_of(params), "folder"))
    fresh = tree.get(number, "file")
    counted = {name: int(fresh[name]) for name in ("GLOBAL_CONTENT_VERSION", "FILE_ID") if fresh.get(name)}
    return tree.shown(fresh, ID=number, DELETED_TYPE=0, **counted)


def move(context: Context, params: Params) -> Any:
    """``disk.file.moveTo``."""
    tree, row = _wanted(context, params)
    target = tree.get(target_of(params), "folder")
    tree.must_be_free(target["ID"], row["NAME"], "file", but=int(row["ID"]))
    parent = int(target["ID"])
    tree.objects.change(int(row["ID"]), {"PARENT_ID": parent, "UPDATE_TIME": context.moment.text})
    return tree.shown(tree.get(int(row["ID"]), "file"), PARENT_ID=parent)


def mark_deleted(context: Context, params: Params) -> Any:
    """``disk.file.markDeleted``."""
    tree, row = _wanted(context, params)
    tree.throw_away(row)
    return tree.shown(tree.get(int(row["ID"]), "file"), DELETED_TYPE="3")


def restore(context: Context, params: Params) -> Any:
    """``disk.file.restore``."""
    tree, row = _wanted(context, params)
    tree.restore(row)
    return tree.shown(tree.get(int(row["ID"]), "file"), DELETED_TYPE=0)


def delete(context: Context, params: Params) -> Any:
    """``disk.file.delete``: for good."""
    tree, row = _wanted(context, params)
    tree.destroy(int(row["ID"]))
    return True


def external_link(context: Context, params: Params) -> Any:
    """``disk.file.getExternalLink``."""
    _wanted(context, params)
    return f"{context.portal.base_url}/~{secrets.token_urlsafe(4)[:5]}"


def search(context: Context, params: Params) -> Any:
    """``disk.file.search``: by a part of the name; ``total`` is not counted."""
    query = pick(params, "QUERY")
    if query is None:
        raise Refusal("ERROR_ARGUMENT", "Invalid value of parameter { Parameter #0 [ <required> $QUERY ] }.")
    if len(str(query).strip()) < _SHORTEST_QUERY:
        raise Refusal("INVALID_QUERY", "Search query is invalid. (INVALID_QUERY).")
    kind = pick(params, "TYPE", "all")
    if kind not in ("all", "file", "folder"):
        raise Refusal("INVALID_TYPE", "Search result type is invalid. (INVALID_TYPE).")
    wanted = {name: php_int(value) for name, value in in_capitals(pick(params, "FILTER")).items()}
    if set(wanted) - {"STORAGE_ID", "FOLDER_ID"}:
        raise Refusal("INVALID_FILTER", "Search filter contains an unknown field. (INVALID_FILTER).")
    parts = [Where("DELETED_TYPE=0 AND PARENT_ID IS NOT NULL")]
    if kind != "all":
        parts.append(Where("TYPE=?", (kind,)))
    for name, column in (("STORAGE_ID", "STORAGE_ID"), ("FOLDER_ID", "PARENT_ID")):
        if name in wanted:
            parts.append(Where(f"{column}=?", (wanted[name],)))
    answer = page(context, OBJECTS, both(parts), {"%NAME": str(query).strip()}, {"ID": "DESC"})
    tree = Tree(context)
    return Answer([tree.shown(row) for row in answer.result], None, answer.next)


# -- versions ----------------------------------------------------------------------------------------


def upload_version(context: Context, params: Params) -> Any:
    """``disk.file.uploadVersion``: the number of the version is new, so it is a number."""
    tree, row = _wanted(context, params)
    file = content_of(params)
    if file is None:
        raise bad_parameter(1)
    if not file.content:
        raise Refusal("DISK_FILE_22002", "Could not save file")
    _, number = tree.add_version(row, file.content)
    return tree.shown(tree.get(int(row["ID"]), "file"), GLOBAL_CONTENT_VERSION=number)


def versions(context: Context, params: Params) -> Any:
    """``disk.file.getVersions``: the newest first."""
    tree, row = _wanted(context, params)
    mine = Where("OBJECT_ID=?", (int(row["ID"]),))
    answer = page(context, VERSIONS, mine, array_of(params, 1, "filter"), {"ID": "DESC"})
    answer.result = [tree.version_shown(item) for item in answer.result]
    return answer


def _version(context: Context, number: int) -> Any:
    found = Table(context, VERSIONS, DISK).by_id(number)
    if found is None:
        raise missing(number)
    return found


def version(context: Context, params: Params) -> Any:
    """``disk.version.get``."""
    number = php_int(pick(params, "id"))
    if number <= 0:
        raise bad_parameter("`id`")
    return Tree(context).version_shown(_version(context, number))


def restore_version(context: Context, params: Params) -> Any:
    """``disk.file.restoreFromVersion``: the old content becomes the newest version."""
    tree, row = _wanted(context, params)
    found = _version(context, number_of(params, 1, "versionId"))
    if found["OBJECT_ID"] != row["ID"]:
        raise Refusal("DISK_FILE_22004", "Cannot restore version from another file")
    stored = Files(context.store).get(int(found["FILE_ID"]))
    assert stored is not None
    _, number = tree.add_version(row, stored.content)
    return tree.shown(tree.get(int(row["ID"]), "file"), GLOBAL_CONTENT_VERSION=number)


def download(context: Context, facts: dict[str, str]) -> StoredFile:
    """Return the content behind a ``DOWNLOAD_URL``."""
    if facts["service"] == "version":
        row = _version(context, int(facts["id"]))
    else:
        row = Tree(context).get(int(facts["id"]), "file")
    stored = Files(context.store).get(int(row["FILE_ID"]))
    if stored is None:
        raise missing(facts["id"])
    return StoredFile(row["NAME"], stored.content)
