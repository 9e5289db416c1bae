"""What the window of each placement offers to the application in it.

Facts: "BX24.js and the portal page around it", section 10.
"""

from __future__ import annotations

__all__ = ["PLACEMENTS"]

_NOTHING: dict[str, list[str]] = {"command": [], "event": []}
_RELOAD: dict[str, list[str]] = {"command": ["reloadData"], "event": []}
_ENTITIES = ("LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE", "SMART_INVOICE")

PLACEMENTS: dict[str, dict[str, list[str]]] = {
    "DEFAULT": _NOTHING,
    "CALL_CARD": {
        "command": ["getStatus", "disableAutoClose", "enableAutoClose"],
        "event": ["CallCard::EntityChanged", "CallCard::BeforeClose", "CallCard::CallStateChanged"],
    },
    "PAGE_BACKGROUND_WORKER": {
        "command": [
            "CallCardSetMute",
            "CallCardSetHold",
            "CallCardSetUiState",
            "CallCardGetListUiStates",
            "CallCardSetCardTitle",
            "CallCardSetStatusText",
            "CallCardStartTimer",
            "CallCardStopTimer",
            "CallCardClose",
        ],
        "event": [],
    },
    "CALENDAR_GRIDVIEW": {
        "command": ["getEvents", "viewEvent", "addEvent", "editEvent", "deleteEvent"],
        "event": [
            "Calendar.customView:refreshEntries",
            "Calendar.customView:decreaseViewRangeDate",
            "Calendar.customView:increaseViewRangeDate",
            "Calendar.customView:adjustToDate",
        ],
    },
    "USERFIELD_TYPE": {"command": ["setValue", "getValue"], "event": []},
    **{f"CRM_{entity}_DETAIL_TAB": _RELOAD for entity in _ENTITIES},
    **{f"CRM_{entity}_DETAIL_ACTIVITY": _RELOAD for entity in _ENTITIES},
    **{f"CRM_{entity}_LIST_MENU": _RELOAD for entity in _ENTITIES},
}
