"""The board of the sector: stages, columns of employees, tickets of nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from examples.service_desk.answers import Answer, answer
from examples.service_desk.rules import (
    COLOURS,
    KEEPER_ID,
    KEEPER_NAME,
    NO_TITLE,
    OPEN_STAGES,
    STAGE_NAMES,
    Json,
    coalesce,
    is_true,
)

__all__ = ["SELECT", "assignees", "board", "employee", "failure"]

SELECT = ["id", "title", "stageId", "assignedById", "createdTime", "updatedTime", "ufCrm7TypeProduct"]
UNKNOWN = "Неизвестный сотрудник"
STAGE_IDS = dict(zip(OPEN_STAGES, ("formed", "review", "execution"), strict=True))


def failure(message: str) -> Answer:
    """Return the answer to an error of the portal."""
    return answer({"success": False, "message": f"Bitrix24 API error: {message}"}, 500)


def assignees(tickets: Sequence[Mapping[str, Json]]) -> list[Json]:
    """Return the ids of those to whom tickets are assigned, in order of appearance, each once."""
    return list(
        dict.fromkeys(ticket["assignedById"] for ticket in tickets if is_true(ticket["assignedById"]))
    )


def employee(user: Mapping[str, Json]) -> dict[str, Json]:
    """Return a user of the portal as the board shows one."""
    first, last = coalesce(user.get("NAME"), ""), coalesce(user.get("LAST_NAME"), "")
    return {"id": int(user["ID"]), "name": f"{first} {last}", "email": user.get("EMAIL")}


def board(tickets: Sequence[Mapping[str, Json]], employees: Sequence[Mapping[str, Json]]) -> Answer:
    """Return the answer of the module."""
    names = {person["id"]: person["name"] for person in employees}
    columns: dict[str, dict[Json, dict[str, Json]]] = {stage: {} for stage in OPEN_STAGES}
    nobody: dict[str, list[Json]] = {name: [] for name in STAGE_IDS.values()}
    for ticket in tickets:
        stage, person = ticket["stageId"], ticket["assignedById"]
        if not is_true(person) or person == KEEPER_ID:
            keeper = {"id": KEEPER_ID, "name": KEEPER_NAME} if person == KEEPER_ID else None
            nobody[STAGE_IDS[stage]].append(_ticket(ticket, keeper))
            continue
        name = names.get(person, UNKNOWN)
        column = columns[stage].setdefault(person, {"id": person, "name": name, "tickets": []})
        column["tickets"].append(_ticket(ticket, {"id": person, "name": name}))
    stages = [
        {
            "id": STAGE_IDS[stage],
            "name": STAGE_NAMES[stage],
            "color": COLOURS[stage],
            "employees": list(columns[stage].values()),
        }
        for stage in OPEN_STAGES
    ]
    data = {"stages": stages, "employees": list(employees), "zeroPointTickets": nobody}
    return answer({"success": True, "data": data})


def _ticket(ticket: Mapping[str, Json], assigned: Mapping[str, Json] | None) -> dict[str, Json]:
    return {
        "id": ticket["id"],
        "title": coalesce(ticket["title"], NO_TITLE),
        "assignedTo": assigned,
        "createdAt": ticket["createdTime"],
        "updatedAt": ticket["updatedTime"],
    }
