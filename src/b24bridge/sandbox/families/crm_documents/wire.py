"""Methods of ``crm.documentgenerator.*`` (pages "Create Document", "Create Numerator")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import documents, numerators

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_METHODS = {
    "document.add": documents.add,
    "document.delete": documents.delete,
    "document.enablepublicurl": documents.enable_public_url,
    "document.get": documents.get,
    "document.getfields": documents.fields,
    "document.list": documents.listed,
    "document.update": documents.update,
    "numerator.add": numerators.add,
    "numerator.delete": numerators.delete,
    "numerator.get": numerators.get,
    "numerator.list": numerators.listed,
    "numerator.update": numerators.update,
}


def _prepare(portal: Portal) -> None:
    prepare(portal, documents.DOCUMENTS, numerators.NUMERATORS)
    portal.transfers.declare("documentgenerator", download=documents.download)


FAMILY = Family(
    "crm_documents",
    [
        Method(f"crm.documentgenerator.{name}", handler, "crm", listed=False)
        for name, handler in _METHODS.items()
    ],
    prepare=_prepare,
)
