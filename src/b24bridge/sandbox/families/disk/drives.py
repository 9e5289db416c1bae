"""The drives that a portal gives to everybody."""

from __future__ import annotations

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context
from b24bridge.sandbox.plain import Table

from .records import DISK, STORAGES

__all__ = ["drive_of", "give_roots", "provide"]


def provide(context: Context) -> None:
    """Give everybody who has none a drive."""
    store = context.store
    store.run(
        "INSERT INTO disk_storages (NAME,MODULE_ID,ENTITY_TYPE,ENTITY_ID) SELECT "
        "coalesce(nullif(trim(ifnull(NAME,'')||' '||ifnull(LAST_NAME,'')),''),'User '||ID),'disk','user',ID "
        "FROM users u WHERE NOT EXISTS "
        "(SELECT 1 FROM disk_storages s WHERE s.ENTITY_TYPE='user' AND s.ENTITY_ID=CAST(u.ID AS TEXT))"
    )
    user = str(context.caller.user_id)
    for kind, owner, name in (("user", user, f"User {user}"), ("common", "shared_files_s1", "Company drive")):
        drive_of(context, kind, owner, name)
    give_roots(context)


def drive_of(context: Context, kind: str, owner: str, name: str) -> int:
    """Return the id of somebody's drive; it is made if it is not there."""
    table = Table(context, STORAGES, DISK)
    known = table.one(Where("ENTITY_TYPE=? AND ENTITY_ID=?", (kind, owner)))
    return int(known["ID"]) if known else table.add({"NAME": name, "ENTITY_TYPE": kind, "ENTITY_ID": owner})


def give_roots(context: Context) -> None:
    """Give every drive that has none its folder, and those of people the one for uploads."""
    now, user = context.moment.text, context.caller.user_id
    context.store.run(
        "INSERT INTO disk_objects (NAME,STORAGE_ID,TYPE,DELETED_TYPE,DELETED_BY,CREATE_TIME,UPDATE_TIME,"
        "CREATED_BY,UPDATED_BY) SELECT NAME,ID,'folder',0,0,?,?,?,? FROM disk_storages "
        "WHERE ROOT_OBJECT_ID IS NULL",
        (now, now, user, user),
    )
    context.store.run("UPDATE disk_objects SET REAL_OBJECT_ID=ID WHERE REAL_OBJECT_ID IS NULL")
    context.store.run(
        "UPDATE disk_storages SET ROOT_OBJECT_ID=(SELECT ID FROM disk_objects o WHERE "
        "o.STORAGE_ID=disk_storages.ID AND o.PARENT_ID IS NULL) WHERE ROOT_OBJECT_ID IS NULL"
    )
    context.store.run(
        "INSERT INTO disk_objects (NAME,CODE,STORAGE_ID,TYPE,PARENT_ID,DELETED_TYPE,DELETED_BY,CREATE_TIME,"
        "UPDATE_TIME,CREATED_BY,UPDATED_BY) SELECT 'Uploaded files','FOR_UPLOADED_FILES',ID,'folder',"
        "ROOT_OBJECT_ID,0,0,?,?,?,? FROM disk_storages s WHERE ENTITY_TYPE='user' AND NOT EXISTS "
        "(SELECT 1 FROM disk_objects o WHERE o.STORAGE_ID=s.ID AND o.CODE='FOR_UPLOADED_FILES')",
        (now, now, user, user),
    )
    context.store.run("UPDATE disk_objects SET REAL_OBJECT_ID=ID WHERE REAL_OBJECT_ID IS NULL")
