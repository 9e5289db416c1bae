"""Methods of the user fields of leads, deals, contacts, companies and quotes."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.userfieldmethods import UserFields

from . import rules

__all__ = ["FAMILY"]

_KINDS = {"lead": 1, "deal": 2, "contact": 3, "company": 4, "quote": 7}

FAMILY = Family(
    "crm_userfields",
    [
        Method("crm.userfield.fields", rules.fields, "crm"),
        Method("crm.userfield.types", rules.types, "crm"),
        Method("crm.userfield.enumeration.fields", rules.options, "crm"),
        Method("crm.userfield.settings.fields", rules.settings, "crm"),
        *(
            method
            for name, type_id in _KINDS.items()
            for method in UserFields(f"CRM_{name.upper()}", f"crm_{type_id}").methods(f"crm.{name}.userfield")
        ),
    ],
)
