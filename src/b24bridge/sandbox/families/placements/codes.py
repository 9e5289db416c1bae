"""The places that a portal has (reference page "Placements"); ``*`` stands for each kind of CRM record."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["codes"]

_CODES = {
    "placement": "BI_ANALYTICS_MENU LEFT_MENU PAGE_BACKGROUND_WORKER REST_APP_URI",
    "calendar": "CALENDAR_GRIDVIEW",
    "telephony": "CALL_CARD TELEPHONY_ANALYTICS_MENU",
    "contact_center": "CONTACT_CENTER",
    "crm": (
        "CRM_ANALYTICS_MENU CRM_ANALYTICS_TOOLBAR CRM_BANK_DETAIL_AUTOCOMPLETE CRM_DETAIL_SEARCH "
        "CRM_FUNNELS_TOOLBAR CRM_REQUISITE_AUTOCOMPLETE CRM_*_LIST_MENU CRM_*_LIST_TOOLBAR CRM_*_DETAIL_TAB "
        "CRM_*_DETAIL_ACTIVITY CRM_*_DETAIL_TOOLBAR CRM_*_DOCUMENTGENERATOR_BUTTON "
        "CRM_*_ACTIVITY_TIMELINE_MENU CRM_*_ROBOT_DESIGNER_TOOLBAR CRM_ACTIVITY_LIST_MENU "
        "CRM_SMART_INVOICE_FUNNELS_TOOLBAR CRM_INVOICE_LIST_TOOLBAR CRM_INVOICE_DETAIL_TOOLBAR"
    ),
    "im": "IM_CONTEXT_MENU IM_NAVIGATION IM_SIDEBAR IM_SMILES_SELECTOR IM_TEXTAREA IMMOBILE_CONTEXT_MENU",
    "imopenlines": "SETTING_CONNECTOR",
    "landing": "LANDING_SETTINGS",
    "sonet_group": "SONET_GROUP_DETAIL_TAB SONET_GROUP_ROBOT_DESIGNER_TOOLBAR SONET_GROUP_TOOLBAR",
    "task": (
        "TASK_GROUP_LIST_TOOLBAR TASK_LIST_CONTEXT_MENU TASK_ROBOT_DESIGNER_TOOLBAR TASK_USER_LIST_TOOLBAR "
        "TASK_VIEW_SIDEBAR TASK_VIEW_TAB TASK_VIEW_TOP_PANEL"
    ),
    "user": "USER_PROFILE_MENU USER_PROFILE_TOOLBAR",
}
_KINDS = ("LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE", "SMART_INVOICE", "ORDER")
# Places that only some kinds of records have.
_ONLY = {
    "CRM_*_ACTIVITY_TIMELINE_MENU": ("LEAD", "DEAL", "QUOTE", "SMART_INVOICE"),
    "CRM_*_ROBOT_DESIGNER_TOOLBAR": ("LEAD", "DEAL", "SMART_INVOICE"),
    "CRM_*_LIST_MENU": _KINDS[:6],
    "CRM_*_DETAIL_TOOLBAR": _KINDS[:6],
    "CRM_*_DOCUMENTGENERATOR_BUTTON": _KINDS[:6],
}


def codes(smart_processes: list[int]) -> Iterator[tuple[str, str]]:
    """Yield scope and code of every place; smart processes have places of their own."""
    dynamic = tuple(f"DYNAMIC_{number}" for number in smart_processes)
    for scope, names in _CODES.items():
        for name in names.split():
            if "*" not in name:
                yield scope, name
            for kind in (*_ONLY.get(name, _KINDS), *dynamic) if "*" in name else ():
                yield scope, name.replace("*", kind)
    for kind in dynamic:
        yield "crm", f"CRM_{kind}_FUNNELS_TOOLBAR"
