"""Drives: one for each person, one for all, and one for each application that asks."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal, system

from . import folders
from .drives import drive_of, give_roots, provide
from .errors import missing
from .parameters import array_of, new_name, number_of
from .records import DISK, STORAGE_FIELDS, STORAGES
from .records import fields as described
from .tree import Tree, page

__all__ = ["add_folder", "children", "fields", "for_app", "get", "listed", "rename", "types", "upload"]

_PUBLIC = ("user", "common", "group")


def types(_: Context, __: Params) -> Any:
    """``disk.storage.getTypes``."""
    return list(_PUBLIC)


def fields(_: Context, __: Params) -> Any:
    """``disk.storage.getFields``."""
    return described(STORAGE_FIELDS)


def listed(context: Context, params: Params) -> Any:
    """``disk.storage.getList``: not those of applications."""
    provide(context)
    mine = Where("ENTITY_TYPE IN ('user','common','group')")
    return page(context, STORAGES, mine, array_of(params, 0, "filter"), array_of(params, 1, "order"))


def _wanted(context: Context, params: Params) -> Any:
    number = number_of(params, 0)
    provide(context)
    found = Table(context, STORAGES, DISK).by_id(number)
    if found is None:
        raise missing(number)
    return found


def get(context: Context, params: Params) -> Any:
    """``disk.storage.get``."""
    return _wanted(context, params)


def for_app(context: Context, _: Params) -> Any:
    """``disk.storage.getForApp``: made when it is first asked for."""
    if context.caller.kind != "token":
        raise system("application")
    client = context.caller.client_id
    owner = str(list(context.portal.applications).index(client) + 1)
    number = drive_of(context, "restapp", owner, client)
    give_roots(context)
    return Table(context, STORAGES, DISK).by_id(number)


def rename(context: Context, params: Params) -> Any:
    """``disk.storage.rename``: only the drive of an application."""
    storage, name = _wanted(context, params), new_name(params)
    if storage["ENTITY_TYPE"] != "restapp":
        raise Refusal("", "Access denied (invalid type of storage)")
    Table(context, STORAGES, DISK).change(int(storage["ID"]), {"NAME": name})
    return {**storage, "NAME": name}


def children(context: Context, params: Params) -> Answer:
    """``disk.storage.getChildren``."""
    return folders.content(context, params, int(_wanted(context, params)["ROOT_OBJECT_ID"]))


def add_folder(context: Context, params: Params) -> Any:
    """``disk.storage.addFolder``."""
    return folders.add_to(context, params, _root(context, params))


def upload(context: Context, params: Params) -> Any:
    """``disk.storage.uploadFile``."""
    return folders.upload_to(context, params, _root(context, params))


def _root(context: Context, params: Params) -> Any:
    return Tree(context).get(int(_wanted(context, params)["ROOT_OBJECT_ID"]), "folder")
