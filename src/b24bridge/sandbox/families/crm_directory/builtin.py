"""The directories that every portal has: stages of leads and deals, sources, kinds."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["built_in"]

# Directory, then code=name; a star marks success, a minus failure.
_DIRECTORIES = {
    "STATUS": "NEW=Unassigned IN_PROCESS=In-progress PROCESSED=Processed CONVERTED*=Good-lead JUNK-=Junk",
    "DEAL_STAGE": (
        "NEW=New PREPARATION=Preparation PREPAYMENT_INVOICE=Prepayment-invoice EXECUTING=In-work "
        "FINAL_INVOICE=Final-invoice WON*=Deal-won LOSE-=Deal-lost APOLOGY-=Analyse-failure"
    ),
    "SOURCE": "CALL=Call EMAIL=E-mail WEB=Website ADVERTISING=Advertising PARTNER=Client OTHER=Other",
    "DEAL_TYPE": "SALE=Sale COMPLEX=Integrated-sale GOODS=Goods SERVICES=Services SERVICE=After-sales",
    "CONTACT_TYPE": "CLIENT=Clients SUPPLIER=Suppliers PARTNER=Partners OTHER=Other",
    "COMPANY_TYPE": "CUSTOMER=Client SUPPLIER=Supplier COMPETITOR=Competitor PARTNER=Partner OTHER=Other",
    "INDUSTRY": "IT=Information-technology TELECOM=Telecommunication MANUFACTURING=Industry OTHER=Other",
    "EMPLOYEES": "EMPLOYEES_1=to-50 EMPLOYEES_2=50-to-250 EMPLOYEES_3=250-to-500 EMPLOYEES_4=over-500",
    "HONORIFIC": "HNR_EN_1=Mr. HNR_EN_2=Mrs.",
}
_SEMANTICS = {"*": "S", "-": "F"}


def built_in() -> Iterator[tuple[str, str, str, str, int, str, str, str | None]]:
    """Yield directory, code, name, first name, sort order, system mark, colour and semantics."""
    for directory, entries in _DIRECTORIES.items():
        for position, entry in enumerate(entries.split(), 1):
            code, _, words = entry.partition("=")
            mark = code[-1]
            name = words.replace("-", " ")
            system = "Y" if mark in _SEMANTICS or position == 1 else "N"
            yield directory, code.rstrip("*-"), name, name, 10 * position, system, "", _SEMANTICS.get(mark)
