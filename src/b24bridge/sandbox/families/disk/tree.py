"""The tree of folders and files: reading, adding, copying, throwing away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.files import Files, StoredFile
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import PAGE, Answer, page_plain
from b24bridge.sandbox.methods import Context
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Kind, Record

from .drives import provide
from .errors import missing, taken
from .records import DISK, OBJECTS, STORAGES, VERSIONS

__all__ = ["Tree", "page"]

_FILE_ONLY = ("GLOBAL_CONTENT_VERSION", "FILE_ID", "SIZE")
# Thrown away by itself, or with the folder it is in.
_DELETED, _DELETED_WITH_PARENT = 3, 4


@dataclass(frozen=True, slots=True)
class DiskQuery(ClassicQuery):
    """Lists of the drive: wildcards stand in the value (``{"NAME": "%test%"}``)."""

    def special(self, name: str, operator: str, value: Any, *, negative: bool) -> Where | None:
        """Return the condition of a text with wildcards."""
        field = self.record.fields.get(name)
        if field is None or field.kind is not Kind.TEXT or operator or not isinstance(value, str):
            return None
        return term(field, "!~" if negative else "~", value, self.moment) if "%" in value else None


def page(context: Context, record: Record, mine: Where, conditions: Any, order: Any) -> Answer:
    """Return a page of rows that fit, with the exact offset of ``start``."""
    query = DiskQuery(record, context.moment)
    where = both([mine, query.where(conditions)])
    found = page_plain(context.store, record, where, context.start, 0)
    rows = Table(context, record, DISK).many(where, query.order(order), offset=found.offset, limit=PAGE)
    return Answer(rows, found.total, found.next)


@dataclass(frozen=True, slots=True)
class Tree:
    """The folders and files of a portal, as one call sees them."""

    context: Context

    @property
    def objects(self) -> Table:
        """The table of folders and files."""
        return Table(self.context, OBJECTS, DISK)

    def get(self, number: int, kind: str) -> Any:
        """Return a row.

        Raises:
            Refusal: There is no folder or file of this id.
        """
        row = self.objects.by_id(number)
        if row is None:
            provide(self.context)
            row = self.objects.by_id(number)
        if row is None or row["TYPE"] != kind:
            raise missing(number)
        return row

    def shown(self, row: Any, **fresh: Any) -> dict[str, Any]:
        """Return a row as the portal prints it.

        Args:
            fresh: Values that were written just now; they keep their types.
        """
        facts = {**row, **fresh}
        if row["TYPE"] == "folder":
            facts = {name: value for name, value in facts.items() if name not in _FILE_ONLY}
        else:
            del facts["REAL_OBJECT_ID"]
            facts["DOWNLOAD_URL"] = self._download("file", row["ID"])
        facts["DETAIL_URL"] = self._detail(row)
        return facts

    def version_shown(self, row: Any) -> dict[str, Any]:
        """Return a version as the portal prints it."""
        facts = {name: value for name, value in row.items() if name != "FILE_ID"}
        return {**facts, "DOWNLOAD_URL": self._download("version", row["ID"])}

    def _download(self, service: str, number: str) -> str:
        facts = {"id": number, "service": service}
        return self.context.portal.transfers.address(self.context, "download", "disk", facts)

    def _detail(self, row: Any) -> str:
        names = [row["NAME"]]
        above = row["PARENT_ID"]
        while above is not None:
            parent = self.objects.by_id(int(above))
            above = parent["PARENT_ID"]
            if above is not None:
                names.append(parent["NAME"])
        storage = Table(self.context, STORAGES, DISK).by_id(int(row["STORAGE_ID"]))
        place = "path" if row["TYPE"] == "folder" else "file"
        owner = f"company/personal/user/{storage['ENTITY_ID']}/disk" if storage else "docs"
        return f"{self.context.portal.base_url}/{owner}/{place}/{'/'.join(reversed(names))}"

    def is_within(self, number: int, folder: int) -> bool:
        """Whether an object is a folder or lies somewhere in it."""
        above: Any = number
        while above is not None and int(above) != folder:
            above = self.objects.by_id(int(above))["PARENT_ID"]
        return above is not None

    # -- adding ---------------------------------------------------------------------------------------

    def add(self, parent: Any, name: str, kind: str, values: Mapping[str, Any] | None = None) -> int:
        """Add a folder or file and return its id.

        Raises:
            Refusal: The folder has one of this name.
        """
        self.must_be_free(parent["ID"], name, kind)
        now, user = self.context.moment.text, self.context.caller.user_id
        facts = {
            "NAME": name,
            "TYPE": kind,
            "STORAGE_ID": int(parent["STORAGE_ID"]),
            "PARENT_ID": int(parent["ID"]),
            "CREATE_TIME": now,
            "UPDATE_TIME": now,
            "CREATED_BY": user,
            "UPDATED_BY": user,
            **(values or {}),
        }
        number = self.objects.add(facts)
        self.objects.change(number, {"REAL_OBJECT_ID": number})
        return number

    def must_be_free(self, parent_id: Any, name: str, kind: str, *, but: int = 0) -> None:
        """Check that a folder has nothing of this name yet."""
        if self._named(parent_id, name, but):
            raise taken(kind)

    def free_name(self, parent_id: Any, name: str) -> str:
        """Return the name, or the next one with a number that is free."""
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        wanted, number = name, 0
        while self._named(parent_id, wanted, 0):
            number += 1
            wanted = f"{stem} ({number}){dot}{ending}"
        return wanted

    def _named(self, parent_id: Any, name: str, but: int) -> bool:
        where = Where("PARENT_ID=? AND NAME=? AND DELETED_TYPE=0 AND ID<>?", (int(parent_id), name, but))
        return self.objects.one(where) is not None

    def add_file(self, parent: Any, name: str, content: bytes) -> int:
        """Add a file with its first version and return its id."""
        number = self.add(parent, name, "file", {"GLOBAL_CONTENT_VERSION": 0})
        self.add_version(self.get(number, "file"), content)
        return number

    def add_version(self, row: Any, content: bytes) -> tuple[int, int]:
        """Put a new content into a file and return its file id and version number."""
        kept = Files(self.context.store).keep(StoredFile(row["NAME"], content))
        version = php_int(row["GLOBAL_CONTENT_VERSION"]) + 1
        now, user = self.context.moment.text, self.context.caller.user_id
        facts = {"GLOBAL_CONTENT_VERSION": version, "SIZE": len(content), "FILE_ID": kept}
        self.objects.change(int(row["ID"]), {**facts, "UPDATE_TIME": now, "UPDATED_BY": user})
        number = int(row["ID"])
        values = {**facts, "OBJECT_ID": number, "NAME": row["NAME"], "CREATE_TIME": now, "CREATED_BY": user}
        Table(self.context, VERSIONS, DISK).add(values)
        return kept, version

    # -- copying and throwing away ----------------------------------------------------------------------

    def children(self, number: int) -> list[Any]:
        """Return what is in a folder, thrown away or not."""
        return self.objects.many(Where("PARENT_ID=?", (number,)))

    def copy(self, row: Any, target: Any) -> int:
        """Copy a file, or a folder with what is in it, and return the new id."""
        if row["TYPE"] == "file":
            stored = Files(self.context.store).get(int(row["FILE_ID"]))
            return self.add_file(target, row["NAME"], stored.content if stored else b"")
        inside = [child for child in self.children(int(row["ID"])) if child["DELETED_TYPE"] == "0"]
        number = self.add(target, row["NAME"], "folder")
        for child in inside:
            self.copy(child, self.get(number, "folder"))
        return number

    def throw_away(self, row: Any, mark: int = _DELETED) -> None:
        """Move something to the recycle bin, with what is in it."""
        facts = {
            "DELETED_TYPE": mark,
            "DELETE_TIME": self.context.moment.text,
            "DELETED_BY": self.context.caller.user_id,
        }
        self.objects.change(int(row["ID"]), facts)
        for child in self.children(int(row["ID"])):
            if child["DELETED_TYPE"] == "0":
                self.throw_away(child, _DELETED_WITH_PARENT)

    def restore(self, row: Any) -> None:
        """Take something out of the recycle bin, with what went there with it."""
        self.objects.change(int(row["ID"]), {"DELETED_TYPE": 0, "DELETE_TIME": None, "DELETED_BY": 0})
        for child in self.children(int(row["ID"])):
            if child["DELETED_TYPE"] == str(_DELETED_WITH_PARENT):
                self.restore(child)

    def destroy(self, number: int) -> None:
        """Remove something for good, with what is in it."""
        for child in self.children(number):
            self.destroy(int(child["ID"]))
        self.context.store.run("DELETE FROM disk_versions WHERE OBJECT_ID=?", (number,))
        self.objects.remove(number)
