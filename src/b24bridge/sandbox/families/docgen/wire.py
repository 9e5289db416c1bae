"""``documentgenerator.*``; numerators are those of the CRM's documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.families.crm_documents import numerators
from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import regions, roles

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_METHODS = {
    "numerator.add": numerators.add,
    "numerator.delete": numerators.delete,
    "numerator.get": numerators.get,
    "numerator.list": numerators.listed,
    "numerator.update": numerators.update,
    **regions.METHODS,
    **roles.METHODS,
}


def _prepare(portal: Portal) -> None:
    prepare(portal, regions.REGIONS, roles.ROLES)
    roles.first_roles(portal)


FAMILY = Family(
    "docgen",
    [
        Method(f"documentgenerator.{name}", handler, "documentgenerator", listed=False)
        for name, handler in _METHODS.items()
    ],
    prepare=_prepare,
)
