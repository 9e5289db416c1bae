"""Folders."""

from __future__ import annotations

import secrets
from typing import Any

from b24bridge.sandbox.files import StoredFile
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.refusals import Refusal

from .errors import root_folder
from .parameters import array_of, content_of, name_of, new_name, number_of, target_of
from .records import FOLDER_FIELDS, OBJECTS
from .records import fields as described
from .tree import Tree, page

__all__ = [
    "add",
    "add_to",
    "children",
    "content",
    "copy",
    "delete_tree",
    "external_link",
    "fields",
    "get",
    "mark_deleted",
    "move",
    "receive",
    "rename",
    "restore",
    "share",
    "upload",
    "upload_to",
]


def fields(_: Context, __: Params) -> Any:
    """``disk.folder.getFields``."""
    return described(FOLDER_FIELDS)


def _wanted(context: Context, params: Params) -> tuple[Tree, Any]:
    tree = Tree(context)
    return tree, tree.get(number_of(params, 1), "folder")


def get(context: Context, params: Params) -> Any:
    """``disk.folder.get``."""
    tree, row = _wanted(context, params)
    return tree.shown(row)


def children(context: Context, params: Params) -> Any:
    """``disk.folder.getChildren``."""
    return content(context, params, int(_wanted(context, params)[1]["ID"]))


def content(context: Context, params: Params, number: int) -> Answer:
    """Return a page of what is in a folder and not thrown away."""
    mine = Where("PARENT_ID=? AND DELETED_TYPE=0", (number,))
    answer = page(context, OBJECTS, mine, array_of(params, 1, "filter"), array_of(params, 2, "order"))
    tree = Tree(context)
    answer.result = [tree.shown(row) for row in answer.result]
    return answer


def add(context: Context, params: Params) -> Any:
    """``disk.folder.addSubFolder``."""
    return add_to(context, params, _wanted(context, params)[1])


def add_to(context: Context, params: Params, parent: Any) -> Any:
    """Add a folder to a folder."""
    tree = Tree(context)
    number = tree.add(parent, name_of(params), "folder")
    fresh = {"ID": number, "REAL_OBJECT_ID": number, "DELETED_TYPE": 0, "DELETED_BY": None}
    return tree.shown(tree.get(number, "folder"), **fresh)


def rename(context: Context, params: Params) -> Any:
    """``disk.folder.rename``."""
    tree, row = _wanted(context, params)
    name = new_name(params)
    if row["PARENT_ID"] is not None:
        tree.must_be_free(row["PARENT_ID"], name, "folder", but=int(row["ID"]))
    tree.objects.change(int(row["ID"]), {"NAME": name, "UPDATE_TIME": context.moment.text})
    return tree.shown(tree.get(int(row["ID"]), "folder"))


def copy(context: Context, params: Params) -> Any:
    """``disk.folder.copyTo``."""
    tree, row = _wanted(context, params)
    target = tree.get(target_of(params), "folder")
    if tree.is_within(int(target["ID"]), int(row["ID"])):
        raise Refusal("", "Could not copy a folder into itself")
    number = tree.copy(row, target)
    return tree.shown(tree.get(number, "folder"), ID=number, REAL_OBJECT_ID=number, DELETED_TYPE=0)


def move(context: Context, params: Params) -> Any:
    """``disk.folder.moveTo``."""
    tree, row = _wanted(context, params)
    target = tree.get(target_of(params), "folder")
    if row["PARENT_ID"] is None:
        raise Refusal("", "Could not move root folder")
    if tree.is_within(int(target["ID"]), int(row["ID"])):
        raise Refusal("", "Could not move a folder into itself")
    tree.must_be_free(target["ID"], row["NAME"], "folder", but=int(row["ID"]))
    parent = int(target["ID"])
    tree.objects.change(int(row["ID"]), {"PARENT_ID": parent, "UPDATE_TIME": context.moment.text})
    return tree.shown(tree.get(int(row["ID"]), "folder"), PARENT_ID=parent)


def mark_deleted(context: Context, params: Params) -> Any:
    """``disk.folder.markDeleted``."""
    tree, row = _wanted(context, params)
    if row["PARENT_ID"] is None:
        raise root_folder()
    tree.throw_away(row)
    return tree.shown(tree.get(int(row["ID"]), "folder"), DELETED_TYPE=3)


def restore(context: Context, params: Params) -> Any:
    """``disk.folder.restore``."""
    tree, row = _wanted(context, params)
    tree.restore(row)
    return tree.shown(tree.get(int(row["ID"]), "folder"), DELETED_TYPE=0)


def delete_tree(context: Context, params: Params) -> Any:
    """``disk.folder.deleteTree``."""
    tree, row = _wanted(context, params)
    if row["PARENT_ID"] is None:
        raise root_folder()
    tree.destroy(int(row["ID"]))
    return True


def external_link(context: Context, params: Params) -> Any:
    """``disk.folder.getExternalLink``."""
    _wanted(context, params)
    return f"{context.portal.base_url}/~{secrets.token_urlsafe(4)[:5]}"


def share(context: Context, params: Params) -> Any:
    """``disk.folder.shareToUser``."""
    _wanted(context, params)
    number_of(params, 1, "userId")
    return True


# -- uploads ------------------------------------------------------------------------------------------------


def upload(context: Context, params: Params) -> Any:
    """``disk.folder.uploadFile``."""
    return upload_to(context, params, _wanted(context, params)[1])


def upload_to(context: Context, params: Params, folder: Any) -> Any:
    """Add a file to a folder; without a content the answer is an address that takes one."""
    file = content_of(params)
    unique = pick(params, "generateUniqueName") in (True, 1, "1", "Y", "true")
    if file is None:
        data = pick(params, "data")
        facts = {"folder": folder["ID"], "name": name_of(params) if data else "", "unique": int(unique)}
        address = context.portal.transfers.address(context, "upload", "disk", facts)
        return {"field": "file", "uploadUrl": address}
    return _keep(context, folder, StoredFile(name_of(params), file.content), unique=unique)


def receive(context: Context, facts: dict[str, str], file: StoredFile) -> Any:
    """Take the file that was sent to an ``uploadUrl``."""
    folder = Tree(context).get(int(facts["folder"]), "folder")
    kept = StoredFile(facts.get("name") or file.name, file.content)
    return _keep(context, folder, kept, unique=facts["unique"] == "1")


def _keep(context: Context, folder: Any, file: StoredFile, *, unique: bool) -> Any:
    if not file.content:
        raise Refusal("ERROR_COULD_NOT_SAVE_FILE", "Could not save file")
    tree = Tree(context)
    name = tree.free_name(folder["ID"], file.name) if unique else file.name
    number = tree.add_file(folder, name, file.content)
    row = tree.get(number, "file")
    fresh = {"ID": number, "DELETED_TYPE": 0, "GLOBAL_CONTENT_VERSION": 1, "FILE_ID": int(row["FILE_ID"])}
    return tree.shown(row, **fresh, DELETED_BY=None)
