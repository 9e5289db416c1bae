"""The base of all models: lenient reading, three states of a field, access to the raw data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from b24bridge.errors import DataError
from b24bridge.modern.names import to_camel, to_snake, to_upper

__all__ = ["Issue", "NotSelected", "Record", "UserFields", "strict_reading"]

_strict: ContextVar[bool] = ContextVar("b24bridge_strict_reading", default=False)


@contextmanager
def strict_reading() -> Iterator[None]:
    """Make every field that cannot be read an error inside the block, as contract tests want it."""
    token = _strict.set(True)
    try:
        yield
    finally:
        _strict.reset(token)


def _fields(error: ValidationError) -> str:
    entries = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{entry['loc'][0]}: {entry['msg']}" for entry in entries)


class NotSelected(AttributeError):
    """A field was read that the answer did not hold."""


class Issue(BaseModel):
    """A field that could not be read as declared; the record keeps its raw value."""

    model_config = ConfigDict(frozen=True)

    field: str
    raw: Any
    reason: str


class UserFields(Mapping[str, Any]):
    """The user fields of a record as the portal sent them, by name in either spelling."""

    __slots__ = ("_names", "_wire")

    def __init__(self, wire: Mapping[str, Any]) -> None:
        self._wire = wire
        self._names = {to_upper(key): key for key in wire if key[:2] in ("uf", "UF")}

    def __getitem__(self, name: str) -> Any:
        key = self._names.get(to_upper(name))
        if key is None:
            raise KeyError(f"{name} is not in this answer; it holds: {', '.join(self) or 'no user field'}")
        return self._wire[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"UserFields({dict(self)!r})"


class Record(BaseModel):
    """A record of the portal.

    Three states of a field stay apart: a value; ``None`` for empty; and not in the answer, which
    raises ``NotSelected`` (an ``AttributeError``). ``"title" in record`` asks without raising.
    ``record["TITLE"]`` is the raw value under any spelling of the name, ``record.uf`` holds the
    user fields, ``record.issues`` what could not be read, ``record.to_wire()`` the answer itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True, defer_build=True)

    # Names of this record that differ between families: name in the answer -> attribute.
    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType({})
    # Fields in which false is a value.
    _flags: ClassVar[frozenset[str]] = frozenset()
    _known: ClassVar[dict[str, str]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls._known = {}
        cls._flags = frozenset(
            name for name, field in cls.model_fields.items() if "bool" in str(field.annotation)
        )

    @classmethod
    def from_wire(cls, data: Any) -> Self:
        """Read a record of an answer.

        Raises:
            DataError: The data are not an object at all.
        """
        if not isinstance(data, Mapping):
            raise DataError(f"{cls.__name__} cannot be read from {type(data).__name__}: expected an object.")
        known = cls._known
        values: dict[str, Any] = {}
        for key, value in data.items():
            attribute = known.get(key)
            if attribute is None:
                attribute = known[key] = cls._attribute(key)
            if attribute:
                is_empty = (value is False and attribute not in cls._flags) or value == "" or value is None
                values[attribute] = None if is_empty else value
        return cls._build(data, values)

    @classmethod
    def _attribute(cls, key: str) -> str:
        name = to_snake(key)
        name = cls.SYNONYMS.get(name, name)
        return name if name in cls.model_fields else ""

    @classmethod
    def _build(cls, wire: Mapping[str, Any], values: dict[str, Any]) -> Self:
        issues: tuple[Issue, ...] = ()
        unread: dict[str, Any] = {}
        try:
            record: Self = cls.__pydantic_validator__.validate_python(values)
        except ValidationError as error:
            if _strict.get():
                raise DataError(f"{cls.__name__} cannot be read as declared: {_fields(error)}.") from error
            reasons = {str(entry["loc"][0]): entry["msg"] for entry in error.errors(include_url=False)}
            unread = {name: values.pop(name) for name in reasons}
            issues = tuple(Issue(field=name, raw=raw, reason=reasons[name]) for name, raw in unread.items())
            record = cls.__pydantic_validator__.validate_python(values)
        read = record.__dict__
        # Defaults stand for fields that the answer did not hold: take them out again.
        object.__setattr__(record, "__dict__", {name: read[name] for name in values} | unread)
        object.__setattr__(record, "__pydantic_private__", {"_wire": wire, "_issues": issues})
        return record

    _wire: Mapping[str, Any] = {}  # a private attribute of pydantic, one per record
    _issues: tuple[Issue, ...] = ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Fields that could not be read; they keep their raw values."""
        return self._issues

    @property
    def uf(self) -> UserFields:
        """The user fields, raw, by either spelling of the name."""
        return UserFields(self._wire)

    def to_wire(self) -> dict[str, Any]:
        """Return the record as the portal sent it, unknown fields included."""
        return dict(self._wire)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return the fields that were read; raw values of issues are in it as they came."""
        return super().model_dump(**{"warnings": not self._issues, **options})

    def model_dump_json(self, **options: Any) -> str:
        """Return the fields that were read as JSON."""
        return super().model_dump_json(**{"warnings": not self._issues, **options})

    def get(self, name: str, default: Any = None) -> Any:
        """Return the raw value of a field by any spelling of its name, or the default."""
        key = self._key(name)
        return default if key is None else self._wire[key]

    def __getitem__(self, name: str) -> Any:
        key = self._key(name)
        if key is None:
            raise KeyError(f"{name} is not in this answer; it holds: {', '.join(self._wire)}")
        return self._wire[key]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._key(name) is not None

    def _key(self, name: str) -> str | None:
        wire = self._wire
        for spelling in (name, to_upper(name), to_camel(name)):
            if spelling in wire:
                return spelling
        attribute = self._attribute(name)
        if attribute:
            return next((key for key in wire if self._attribute(key) == attribute), None)
        upper = to_upper(name)
        return next((key for key in wire if to_upper(key) == upper), None)

    def __getattr__(self, name: str) -> Any:
        if name in type(self).model_fields:
            held = ", ".join(self.__dict__) or "nothing"
            raise NotSelected(
                f"{type(self).__name__}.{name} is not in this answer. Add it to select; "
                f"the answer holds: {held}."
            )
        return super().__getattr__(name)  # type: ignore[misc]  # pydantic hides it from type checkers
