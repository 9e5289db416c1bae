"""``*.userfield.*``: the methods that add, show and change the user fields of one kind of record."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .classicquery import ClassicQuery
from .filters import Where, both
from .listing import Answer
from .methods import Context, Method, Params, array, in_capitals
from .plain import Table, record_id
from .refusals import Refusal
from .store import quoted
from .userfields import ENUMS, LABELS, LANGUAGES, RECORD, TYPES, full_settings

__all__ = ["UserFields"]

_LONGEST = 50
_NAME = re.compile(r"[A-Z0-9_]+")
_YES = ("Y", "1", "TRUE")


@dataclass(frozen=True, slots=True)
class UserFields:
    """The user fields of one kind of record.

    Attributes:
        entity: Id of the kind (``CRM_DEAL``).
        table: Table of its records.
        prefix: What all names of its fields begin with.
    """

    entity: str
    table: str
    prefix: str = "UF_CRM_"

    def methods(
        self, prefix: str, verbs: str = "add get list update delete", scope: str = "crm"
    ) -> list[Method]:
        """Return the methods, as ``prefix.verb``."""
        handlers = {
            "add": self.add,
            "get": self.get,
            "list": self.listed,
            "update": self.update,
            "delete": self.delete,
        }
        return [Method(f"{prefix}.{verb}", handlers[verb], scope) for verb in verbs.split()]

    def add(self, context: Context, params: Params) -> Any:
        """Add a field; answers its id."""
        _only_admins(context)
        given = in_capitals(array(params, "fields"))
        kind = str(given.get("USER_TYPE_ID") or "")
        if not kind:
            raise Refusal("", "The 'USER_TYPE_ID' field is not found.")
        name = self._name(given.get("FIELD_NAME"))
        if kind not in TYPES:
            raise Refusal("ERROR_CORE", "Incorrect custom type specified.<br>")
        if context.store.one(
            f"SELECT 1 FROM {RECORD.table} WHERE ENTITY_ID=? AND FIELD_NAME=?", (self.entity, name)
        ):
            text = f"The field {name} for the object {self.entity} already exists.<br>"
            raise Refusal("ERROR_CORE", text)
        shared = given.get("LABEL") if isinstance(given.get("LABEL"), str) else ""
        labels = {key: _in_all_languages(given.get(key, shared), str(shared)) for key in LABELS}
        number = Table(context, RECORD).add(
            {
                **Table(context, RECORD).read(self._flags(given)),
                "ENTITY_ID": self.entity,
                "FIELD_NAME": name,
                "SETTINGS": _text(full_settings(kind, given.get("SETTINGS"))),
                **{key: _text(value) for key, value in labels.items()},
            }
        )
        self._write_list(context, number, given.get("LIST"))
        context.portal.entities.forget()
        self._announce(context, "ADD", number, name)
        return number

    def get(self, context: Context, params: Params) -> Any:
        """Return a field with its labels in all languages."""
        return self._shown(context, self._row(context, record_id(params)))

    def listed(self, context: Context, params: Params) -> Any:
        """List the fields; with ``LANG`` in the filter each has its labels in that language."""
        query = ClassicQuery(RECORD, context.moment)
        order = query.order(array(params, "order"))
        wanted = array(params, "filter")
        language = ""
        if isinstance(wanted, Mapping):
            language = str(next((value for key, value in wanted.items() if str(key).upper() == "LANG"), ""))
        where = both([Where("ENTITY_ID=?", (self.entity,)), query.where(wanted)])
        rows = Table(context, RECORD).many(where, order)
        return Answer([self._shown(context, row, language) for row in rows], len(rows))

    def update(self, context: Context, params: Params) -> Any:
        """Change a field; its name, type and whether it is multiple stay."""
        _only_admins(context)
        number = record_id(params)
        given = in_capitals(array(params, "fields"))
        before = self._row(context, number)
        values = Table(context, RECORD).read(self._flags(given), changing=True)
        for key in LABELS:
            values.pop(key, None)
            if key in given:
                values[key] = _text(_in_all_languages(given[key], ""))
        if isinstance(given.get("SETTINGS"), Mapping):
            changed = in_capitals(given["SETTINGS"])
            values["SETTINGS"] = _text({**(before["SETTINGS"] or {}), **changed})
        context.store.update(RECORD.table, number, values)
        self._write_list(context, number, given.get("LIST"))
        context.portal.entities.forget()
        self._announce(context, "UPDATE", number, before["FIELD_NAME"])
        if given.get("LIST"):
            self._announce(context, "SETENUMVALUES", number, before["FIELD_NAME"])
        return True

    def delete(self, context: Context, params: Params) -> Any:
        """Remove a field and its values."""
        _only_admins(context)
        number = record_id(params)
        name = self._row(context, number)["FIELD_NAME"]
        context.store.delete(RECORD.table, number)
        context.store.run(f"DELETE FROM {ENUMS.table} WHERE FIELD_ID=?", (number,))
        columns = {row[1] for row in context.store.rows(f"PRAGMA table_info({quoted(self.table)})")}
        if name in columns:
            context.store.run(f"UPDATE {quoted(self.table)} SET {quoted(name)}=NULL")
        context.portal.entities.forget()
        self._announce(context, "DELETE", number, name)
        return True

    def _announce(self, context: Context, what: str, number: int, name: str) -> None:
        """Tell handlers; only the CRM has events for its user fields."""
        module, _, kind = self.entity.partition("_")
        if module == "CRM":
            event = f"ONCRM{'TYPE' if kind.isdigit() else kind}USERFIELD{what}"
            fields = {"ID": number, "ENTITY_ID": self.entity, "FIELD_NAME": name}
            context.changed.append((event, {"FIELDS": fields}))

    def _name(self, given: Any) -> str:
        name = str(given or "").upper()
        if not name:
            raise Refusal("", "The 'FIELD_NAME' field is not found.")
        name = name if name.startswith(self.prefix) else f"{self.prefix}{name}"
        if len(name) > _LONGEST:
            text = f"Field name is too long (more than {_LONGEST} characters).<br>"
            raise Refusal("ERROR_CORE", text)
        if not _NAME.fullmatch(name):
            text = "Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.<br>"
            raise Refusal("ERROR_CORE", text)
        return name

    @staticmethod
    def _flags(given: Mapping[str, Any]) -> dict[str, Any]:
        """A filter that is switched on looks for equal values."""
        if "SHOW_FILTER" not in given:
            return dict(given)
        shown = str(given["SHOW_FILTER"]).upper()
        return {**given, "SHOW_FILTER": "E" if shown in _YES else shown if shown in ("E", "I", "S") else "N"}

    def _row(self, context: Context, number: int) -> Any:
        found = Table(context, RECORD).one(Where("ID=? AND ENTITY_ID=?", (number, self.entity)))
        if found is None:
            raise Refusal("ERROR_NOT_FOUND", f"The entity with ID '{number}' is not found")
        return found

    def _shown(self, context: Context, row: dict[str, Any], language: str | None = None) -> dict[str, Any]:
        """Return a field as answers show it.

        Args:
            language: One language, empty for no labels; None for the labels in all languages.
        """
        labels = {key: row.pop(key) for key in LABELS}
        if language is None:
            row.update({key: value or dict.fromkeys(LANGUAGES, "") for key, value in labels.items()})
        elif language:
            row.update({key: (value or {}).get(language) or None for key, value in labels.items()})
        if row["USER_TYPE_ID"] == "enumeration":
            shown = [item for item in ENUMS.fields.values() if not item.unlisted]
            where = Where("FIELD_ID=?", (int(row["ID"]),))
            row["LIST"] = Table(context, ENUMS).many(where, " ORDER BY SORT, ID", fields=shown)
        row["SETTINGS"] = row["SETTINGS"] or []
        return row

    @staticmethod
    def _write_list(context: Context, number: int, entries: Any) -> None:
        """Write the options of a list: with ``ID`` one is changed, with ``DEL`` removed, else added."""
        table = Table(context, ENUMS)
        for entry in _rows(entries):
            values = table.read(entry)
            known = int(entry["ID"]) if str(entry.get("ID") or "").isdigit() else 0
            if known and str(entry.get("DEL", "")).upper() in _YES:
                context.store.delete(ENUMS.table, known)
            elif known:
                context.store.update(ENUMS.table, known, values)
            elif values.get("VALUE"):
                code = values.get("XML_ID") or f"{number:08x}{len(values['VALUE']):08x}"
                table.add({**values, "FIELD_ID": number, "XML_ID": code})


def _given(params: Params) -> dict[str, Any]:
    fields = array(params, "fields")
    return {str(key).upper(): value for key, value in fields.items()} if isinstance(fields, dict) else {}


def _rows(entries: Any) -> Iterable[dict[str, Any]]:
    found = entries.values() if isinstance(entries, dict) else entries if isinstance(entries, list) else ()
    return (in_capitals(row) for row in found if isinstance(row, dict))


def _in_all_languages(given: Any, otherwise: str) -> dict[str, str]:
    if isinstance(given, Mapping):
        known = {str(key).lower(): str(value) for key, value in given.items()}
        return {**dict.fromkeys(LANGUAGES, otherwise), **known}
    return dict.fromkeys(LANGUAGES, str(given or ""))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _only_admins(context: Context) -> None:
    if not context.caller.is_admin:
        raise Refusal("", "Access denied.")
