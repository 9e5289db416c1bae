"""Types of record fields: how the portal's many spellings of one value become one Python value.

Empty is None everywhere: the portal prints it as null, as empty text or as PHP ``false``
(vendor pages vary by family; counted in the answers of real portals). What cannot be read raises
``ValueError`` here and becomes an entry in ``Record.issues``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Self, TypeAlias

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from b24bridge.errors import DataError
from b24bridge.modern.names import to_snake

__all__ = ["Amount", "Day", "Flag", "Ids", "Link", "Moment", "Money", "MultiValue", "Text"]


class Money(BaseModel):
    """An amount with its currency."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    currency: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form of user fields of type money: ``100|USD`` (vendor page "crm.item.add").

        Raises:
            DataError: There is no amount in it.
        """
        amount, _, currency = text.partition("|")
        try:
            return cls(amount=Decimal(amount), currency=currency or None)
        except InvalidOperation as exc:
            raise DataError(f"{text!r} is no amount of money; the form is 100|USD.") from exc

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}" if self.currency else str(self.amount)


class MultiValue(BaseModel):
    """One phone, address, site or messenger of a record.

    Attributes:
        id: Needed to change or delete the entry; without it the portal adds another.
        value: Number, address or name.
        value_type: ``WORK``, ``HOME``, ``MOBILE``, ...
        type_id: ``PHONE``, ``EMAIL``, ``WEB`` or ``IM``.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: int | None = None
    value: str | None = None
    value_type: str | None = None
    type_id: str | None = None


def _no_link(value: Any) -> Any:
    return None if value in (0, "0") and value is not False else value


def _exact(value: Any) -> Any:
    # Floats are read through their shortest text, so 899.1 stays 899.1.
    return repr(value) if isinstance(value, float) else value


def _day(value: Any) -> Any:
    if not isinstance(value, str) or len(value) == 10:
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or moment.time() == time():
        return moment.date()
    # A day is stored as midnight UTC on some portals and shown in the zone of the server.
    in_utc = moment.astimezone(UTC)
    return in_utc.date() if in_utc.time() == time() else moment.date()


def _many(value: Any) -> Any:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _multi_value(item: Any) -> Any:
    if isinstance(item, Mapping):
        return {to_snake(key): entry for key, entry in item.items()}
    # crm.item.* prints the main phone of a lead or contact as bare text beside "fm".
    return {"value": item}


def _multi_values(value: Any) -> Any:
    return [_multi_value(item) for item in _many(value)] if not _is_one(value) else [_multi_value(value)]


def _is_one(value: Any) -> bool:
    return isinstance(value, Mapping) and any(to_snake(key) == "value" for key in value)


# Numbers become text too (Record.model_config): codes come as both.
Text: TypeAlias = str
Flag: TypeAlias = bool
# An id of another record: 0 and "0" mean that there is none.
Link: TypeAlias = Annotated[int | None, BeforeValidator(_no_link)]
Amount: TypeAlias = Annotated[Decimal, BeforeValidator(_exact)]
Moment: TypeAlias = AwareDatetime
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Ids: TypeAlias = Annotated[list[int], BeforeValidator(_many)]
MultiValues: TypeAlias = Annotated[list[MultiValue], BeforeValidator(_multi_values)]
