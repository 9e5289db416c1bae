"""``userconsent.*`` (pages "Get Agreement Text", "Add Consent"); every portal has a standard agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_AGREEMENTS = Record(
    "userconsent_agreements",
    parse_fields("""
        ID integer o
        NAME string .
        ACTIVE char:Y .
        LANGUAGE_ID string:en .
        LABEL string .
        AGREEMENT_TEXT string .
    """),
)
_CONSENTS = Record(
    "userconsents",
    parse_fields("""
        ID integer o
        AGREEMENT_ID integer .
        USER_ID integer .
        IP string .
        URL string .
        ORIGIN_ID string .
        ORIGINATOR_ID string .
        DATE_INSERT datetime o
    """),
)
_STANDARD = {
    "NAME": "Processing of personal data",
    "LABEL": "By clicking «%button_caption%», I agree to the processing of my personal data.",
    "AGREEMENT_TEXT": "I agree that my personal data (%fields%) are processed by %COMPANY_NAME%.",
}


def _prepare(portal: Portal) -> None:
    prepare(portal, _AGREEMENTS, _CONSENTS)
    if portal.store.one("SELECT 1 FROM userconsent_agreements") is None:
        portal.store.insert(_AGREEMENTS.table, {**_STANDARD, "ACTIVE": "Y", "LANGUAGE_ID": "en"})


def _agreement(context: Context, value: Any) -> Any:
    number = php_int(value)
    if number <= 0:
        raise Refusal("400", "Parameter `Agreement ID` required.")
    found = Table(context, _AGREEMENTS, CLASSIC).by_id(number)
    if found is None:
        raise Refusal("ERROR_ARGUMENT", f"Agreement with id {number} not found", argument="")
    return found


def _listed(context: Context, _: Params) -> Any:
    rows = Table(context, _AGREEMENTS, CLASSIC).many()
    return [{name: row[name] for name in ("ID", "NAME", "ACTIVE", "LANGUAGE_ID")} for row in rows]


def _text(context: Context, params: Params) -> Any:
    found = _agreement(context, pick(params, "id"))
    given = pick(params, "replace")
    words = given if isinstance(given, dict) else {}
    shown = {}
    for name, source in (("LABEL", "LABEL"), ("TEXT", "AGREEMENT_TEXT")):
        text = found[source]
        for key, value in words.items():
            text = text.replace(f"%{key}%", str(value))
        shown[name] = text
    return shown


def _consent(context: Context, params: Params) -> Any:
    given = {str(key).upper(): value for key, value in params.items()}
    _agreement(context, given.get("AGREEMENT_ID"))
    if not given.get("IP"):
        raise Refusal("ERROR_ARGUMENT", "Parameter IP required", argument="")
    table = Table(context, _CONSENTS)
    return table.add({**table.read(given), "DATE_INSERT": context.moment.text})


FAMILY = Family(
    "userconsent",
    [
        Method("userconsent.agreement.list", _listed, "userconsent"),
        Method("userconsent.agreement.text", _text, "userconsent"),
        Method("userconsent.consent.add", _consent, "userconsent"),
    ],
    prepare=_prepare,
)
