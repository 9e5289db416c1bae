"""The directories that every portal has: stages of leads, deals and quotes, sources, kinds."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["DIRECTORIES", "built_in"]

# Directory: its name, then code=name@colour; a star marks success, a minus failure.
DIRECTORIES = {
    "STATUS": (
        "Lead stages",
        "NEW=Unassigned@00FFFF IN_PROCESS=In-progress@3EE1EE PROCESSED=Processed@2FC6F6 "
        "CONVERTED*=Good-lead@37B44A JUNK-=Junk@F54819",
    ),
    "SOURCE": (
        "Sources",
        "CALL=Call EMAIL=E-mail WEB=Website ADVERTISING=Advertising PARTNER=Client "
        "RECOMMENDATION=By-recommendation TRADE_SHOW=Exhibition "
        "WEBFORM=CRM-form CALLBACK=Callback OTHER=Other",
    ),
    "CONTACT_TYPE": ("Contact type", "CLIENT=Clients SUPPLIER=Suppliers PARTNER=Partners OTHER=Other"),
    "COMPANY_TYPE": (
        "Company type",
        "CUSTOMER=Client SUPPLIER=Supplier COMPETITOR=Competitor PARTNER=Partner OTHER=Other",
    ),
    "EMPLOYEES": (
        "Employees",
        "EMPLOYEES_1=to-50 EMPLOYEES_2=50-to-250 EMPLOYEES_3=250-to-500 EMPLOYEES_4=over-500",
    ),
    "INDUSTRY": (
        "Industry",
        "IT=Information-technology TELECOM=Telecommunication MANUFACTURING=Industry BANKING=Banking "
        "OTHER=Other",
    ),
    "DEAL_TYPE": (
        "Deal type",
        "SALE=Sale COMPLEX=Integrated-sale GOODS=Goods SERVICES=Services SERVICE=After-sales",
    ),
    "DEAL_STAGE": (
        "Deal stages",
        "NEW=New@39A8EF PREPARATION=Preparation@2FC6F6 PREPAYMENT_INVOICE=Prepayment-invoice@55D0E0 "
        "EXECUTING=In-work@47E4C2 FINAL_INVOICE=Final-invoice@FFA900 WON*=Deal-won@7BD500 "
        "LOSE-=Deal-lost@FF5752 APOLOGY-=Analyse-failure@FF5752",
    ),
    "QUOTE_STATUS": (
        "Estimate stages",
        "DRAFT=Draft@2FC6F6 SENT=Sent-to-client@55D0E0 RECEIVED=Received@47E4C2 APPROVED*=Approved@7BD500 "
        "UNANSWERED-=No-answer@FF5752 DECLAINED-=Declined@FF5752",
    ),
    "HONORIFIC": ("Salutation", "HNR_EN_1=Mr. HNR_EN_2=Mrs."),
    "EVENT_TYPE": ("Event type", "INFO=Information PHONE=Phone-call MESSAGE=E-mail-sent"),
}
_SEMANTICS = {"*": "S", "-": "F"}


def built_in() -> Iterator[tuple[str, str, str, str, int, str, str, str | None]]:
    """Yield directory, code, name, first name, sort order, system mark, colour and semantics."""
    for directory, (_, entries) in DIRECTORIES.items():
        for position, entry in enumerate(entries.split(), 1):
            code, _, words = entry.partition("=")
            mark = code[-1]
            text, _, colour = words.partition("@")
            name = text.replace("-", " ")
            system = "Y" if mark in _SEMANTICS or position == 1 else "N"
            shown = f"#{colour}" if colour else ""
            yield directory, code.rstrip("*-"), name, name, 10 * position, system, shown, _SEMANTICS.get(mark)
