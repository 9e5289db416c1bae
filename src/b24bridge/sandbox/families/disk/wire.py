"""Methods of ``disk.*`` (pages "Upload File to Folder", "Get Folder Parameters", "Get File Parameters")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.plain import prepare

from . import attached, contents, folders, storages
from .records import OBJECTS, STORAGES, VERSIONS

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_TASKS = (("disk_access_read", "Read"), ("disk_access_add", "Add"), ("disk_access_edit", "Edit"))


def _tasks(_: Context, __: Params) -> Any:
    tasks = (*_TASKS, ("disk_access_full", "Full access"))
    return [
        {"ID": str(71 + 2 * place), "NAME": name, "TITLE": title} for place, (name, title) in enumerate(tasks)
    ]


def _prepare(portal: Portal) -> None:
    prepare(portal, STORAGES, OBJECTS, VERSIONS)
    portal.transfers.declare("disk", download=contents.download, upload=folders.receive)


_METHODS = {
    "storage.getTypes": storages.types,
    "storage.getFields": storages.fields,
    "storage.getList": storages.listed,
    "storage.get": storages.get,
    "storage.getForApp": storages.for_app,
    "storage.rename": storages.rename,
    "storage.getChildren": storages.children,
    "storage.addFolder": storages.add_folder,
    "storage.uploadFile": storages.upload,
    "folder.getFields": folders.fields,
    "folder.get": folders.get,
    "folder.getChildren": folders.children,
    "folder.addSubFolder": folders.add,
    "folder.uploadFile": folders.upload,
    "folder.rename": folders.rename,
    "folder.copyTo": folders.copy,
    "folder.moveTo": folders.move,
    "folder.markDeleted": folders.mark_deleted,
    "folder.restore": folders.restore,
    "folder.deleteTree": folders.delete_tree,
    "folder.getExternalLink": folders.external_link,
    "folder.shareToUser": folders.share,
    "file.getFields": contents.fields,
    "file.get": contents.get,
    "file.rename": contents.rename,
    "file.copyTo": contents.copy,
    "file.moveTo": contents.move,
    "file.markDeleted": contents.mark_deleted,
    "file.restore": contents.restore,
    "file.delete": contents.delete,
    "file.getExternalLink": contents.external_link,
    "file.search": contents.search,
    "file.uploadVersion": contents.upload_version,
    "file.getVersions": contents.versions,
    "file.restoreFromVersion": contents.restore_version,
    "version.get": contents.version,
    "attachedObject.get": attached.get,
    "rights.getTasks": _tasks,
}

FAMILY = Family(
    "disk",
    [Method(f"disk.{name}", handler, "disk") for name, handler in _METHODS.items()],
    prepare=_prepare,
)
