"""What the portal of these tests holds, and what clients must read from it."""

from __future__ import annotations

from typing import Any

__all__ = ["DEAL_ROWS", "TASK_TITLES", "portal_data"]

DEALS = 5000


def _title(number: int) -> str:
    """Title of a deal: quotes, signs of forms, letters of two alphabets."""
    return f'Сделка №{number} & "A+B" <{number % 7}>'


# What a client reads: id, title, amount. The ids have gaps, so that pages and windows differ.
DEAL_ROWS = [[str(3 * n), _title(n), f"{100 * n}.25"] for n in range(1, DEALS + 1)]
TASK_TITLES = [f"Задача {n}" for n in range(1, 121)]


def portal_data() -> dict[str, Any]:
    """Return the data set."""
    return {
        "users": [
            {"ID": 1, "NAME": "Анна", "LAST_NAME": "Портала", "ACTIVE": True, "EMAIL": "a@portal.test"}
        ],
        "items_2": [
            {"id": int(number), "title": title, "opportunity": float(amount), "currencyId": "RUB"}
            for number, title, amount in DEAL_ROWS
        ],
        "tasks": [
            {"ID": number, "TITLE": title, "RESPONSIBLE_ID": 1, "CREATED_BY": 1, "STATUS": 2}
            for number, title in enumerate(TASK_TITLES, 1)
        ],
    }
