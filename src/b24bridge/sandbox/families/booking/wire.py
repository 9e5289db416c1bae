"""``booking.v1.*``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Handler, Method, Params, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import prepare
from b24bridge.sandbox.refusals import Refusal

from . import records, rules

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_CLIENT, _EXTERNAL, _SLOT = (
    ("id", "type"),
    ("moduleId", "entityTypeId", "value"),
    ("from", "to", "timezone", "weekDays", "slotSize"),
)


def _owner(kind: rules.Kind, parameter: str, missing: tuple[str, str]) -> Any:
    """Return how the owner of a list is found."""

    def found(context: Context, params: Params) -> int:
        number = bound_int(params, parameter)
        if kind.row(context, Where("ID=?", (number,))) is None:
            raise Refusal(*missing)
        return number

    return found


def _bound(
    prefix: str, setting: str, owner: Any, part: tuple[str, str, tuple[str, ...]]
) -> dict[str, Handler]:
    """Return the methods of a list that belongs to a record: read, replaced, emptied."""
    parameter, key, names = part

    def listed(context: Context, params: Params) -> Any:
        return {key: context.store.setting(f"{setting}_{owner(context, params)}", [])}

    def put(context: Context, params: Params) -> Any:
        number = owner(context, params)
        entries = rules.entries_of(params, parameter, names)
        if setting.startswith("booking_slots"):
            entries = [{**entry, "id": place} for place, entry in enumerate(entries, 1)]
        elif parameter == "clients":
            entries = [{**entry, "id": php_int(entry["id"])} for entry in entries]
        context.store.keep(f"{setting}_{number}", entries)
        return True

    def empty(context: Context, params: Params) -> Any:
        context.store.keep(f"{setting}_{owner(context, params)}", [])
        return True

    return {f"{prefix}.list": listed, f"{prefix}.set": put, f"{prefix}.unset": empty}


_BOOKING = _owner(rules.BOOKING, "bookingId", ("1021", "Booking not found"))
_WAITING = _owner(rules.WAITLIST, "waitListId", ("1040", "Wait list not found"))
_RESOURCE = _owner(rules.RESOURCE, "resourceId", ("1009", "Resource not found"))
_EXTERNAL_DATA = ("externalData", "externalData", _EXTERNAL)
_HANDLERS: dict[str, Handler] = {
    "booking.createfromwaitlist": rules.booking_of,
    "waitlist.createfrombooking": rules.waiting_of,
    "clienttype.list": lambda _, __: {
        "clientType": [{"code": code, "module": "crm"} for code in ("COMPANY", "CONTACT")]
    },
    **_bound("booking.client", "booking_client", _BOOKING, ("clients", "bookingClient", _CLIENT)),
    **_bound("booking.externalData", "booking_external", _BOOKING, _EXTERNAL_DATA),
    **_bound("waitlist.client", "waiting_client", _WAITING, ("clients", "waitListClient", _CLIENT)),
    **_bound("waitlist.externalData", "waiting_external", _WAITING, _EXTERNAL_DATA),
    **_bound("resource.slots", "booking_slots", _RESOURCE, ("slots", "slots", _SLOT)),
}
_KINDS = (
    ("booking.v1.resourceType", rules.TYPE),
    ("booking.v1.resource", rules.RESOURCE),
    ("booking.v1.booking", rules.BOOKING),
    ("booking.v1.waitlist", rules.WAITLIST),
)


def _prepare(portal: Portal) -> None:
    prepare(portal, records.TYPES, records.RESOURCES, records.BOOKINGS, records.WAITING)


FAMILY = Family(
    "booking",
    [
        *(method for prefix, kind in _KINDS for method in kind.all_methods(prefix)),
        *(
            Method(f"booking.v1.{name}", handler, "booking", listed=False)
            for name, handler in _HANDLERS.items()
        ),
    ],
    prepare=_prepare,
)
