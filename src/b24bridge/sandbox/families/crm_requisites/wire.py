"""Methods of details and addresses (pages "Add Details", "Add Preset Field", "Update Address")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare, reserve_first
from b24bridge.sandbox.userfieldmethods import UserFields

from . import addresses, links, presets, records
from .rules import BANK, PRESET, detail_methods

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_PLAIN = "add get list update delete fields"
_OWN = {
    "requisite.preset.countries": presets.countries,
    "requisite.preset.field.add": presets.add,
    "requisite.preset.field.availabletoadd": presets.available,
    "requisite.preset.field.delete": presets.delete,
    "requisite.preset.field.fields": presets.fields,
    "requisite.preset.field.get": presets.get,
    "requisite.preset.field.list": presets.listed,
    "requisite.preset.field.update": presets.update,
    "requisite.link.fields": links.fields,
    "requisite.link.get": links.get,
    "requisite.link.list": links.listed,
    "requisite.link.register": links.register,
    "requisite.link.unregister": links.unregister,
    "address.add": addresses.add,
    "address.delete": addresses.delete,
    "address.fields": addresses.fields,
    "address.list": addresses.listed,
    "address.update": addresses.update,
}


def _prepare(portal: Portal) -> None:
    prepare(
        portal,
        records.DETAILS,
        records.BANKS,
        records.PRESETS,
        records.PRESET_FIELDS,
        records.LINKS,
        records.ADDRESSES,
    )
    # The company that the portal belongs to has details of its own.
    reserve_first(portal, records.DETAILS.table)
    reserve_first(portal, records.BANKS.table)
    presets.built_in(portal)


FAMILY = Family(
    "crm_requisites",
    [
        *detail_methods(),
        *BANK.methods("crm.requisite.bankdetail", _PLAIN),
        *PRESET.methods("crm.requisite.preset", _PLAIN),
        *UserFields("CRM_REQUISITE", "crm_requisites").methods("crm.requisite.userfield"),
        *(Method(f"crm.{name}", handler, "crm") for name, handler in _OWN.items()),
    ],
    prepare=_prepare,
)
