"""The people of the made-up service desk."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from .texts import (
    FIRST_F,
    FIRST_M,
    KEEPER,
    LAST,
    PORTAL_ZONE,
    SECOND_F,
    SECOND_M,
    SECTOR_DEPARTMENT,
    SUB_DEPARTMENT,
    WEBHOOK_USER,
    Size,
    iso,
)

__all__ = ["People"]


class People:
    """Makes users, and holds everything that the data set is built of."""

    def __init__(self, size: Size, seed: int, anchor: datetime, multiple_product: bool) -> None:
        self.size = size
        self.rng = random.Random(seed)
        self.now = anchor
        self.multiple_product = multiple_product
        self.users: list[dict[str, Any]] = []
        self.staff: list[int] = []
        self.outsiders: list[int] = []
        self.fired: list[int] = []
        self.tickets: list[dict[str, Any]] = []
        self.tasks: list[dict[str, Any]] = []
        self.elapsed: list[dict[str, Any]] = []
        self.edges: dict[str, int] = {}

    def person(self) -> dict[str, Any]:
        """Return invented names."""
        rng = self.rng
        if rng.random() < 0.5:
            return {
                "NAME": rng.choice(FIRST_M),
                "LAST_NAME": rng.choice(LAST),
                "SECOND_NAME": rng.choice(SECOND_M),
            }
        last = rng.choice(LAST)
        last += "а" if last.endswith(("в", "н")) else ""
        return {"NAME": rng.choice(FIRST_F), "LAST_NAME": last, "SECOND_NAME": rng.choice(SECOND_F)}

    def add_user(self, number: int, departments: list[int], active: bool = True, **changes: object) -> None:
        """Add a user; a change to ``None`` stands for a null column, which user.get leaves out."""
        record = {
            "ID": str(number),
            "ACTIVE": active,
            **self.person(),
            "EMAIL": f"user{number}@example.test",
            "WORK_POSITION": self.rng.choice(["Программист 1С", "Аналитик", "Инженер", "Консультант"]),
            "UF_DEPARTMENT": departments,
            "USER_TYPE": "employee",
            "IS_ONLINE": "N",
            "LAST_LOGIN": iso(self.now - timedelta(hours=self.rng.randrange(1, 900))),
            "DATE_REGISTER": iso(
                datetime(2020, 3, 2, tzinfo=PORTAL_ZONE) + timedelta(days=self.rng.randrange(0, 1500))
            ),
        }
        record.update(changes)
        self.users.append({key: value for key, value in record.items() if value is not None})

    def make_users(self) -> None:
        """Sector staff, their odd cases, people outside, people who left."""
        size, rng = self.size, self.rng
        pool = [number for number in range(100, 1900) if number not in (KEEPER, SECTOR_DEPARTMENT)]
        rng.shuffle(pool)
        take = iter(pool)
        self.add_user(WEBHOOK_USER, [1], NAME="Администратор", LAST_NAME="Портала", SECOND_NAME="")
        self.add_user(KEEPER, [12], NAME="Хранитель", LAST_NAME="объектов", SECOND_NAME="")
        odd: list[dict[str, Any]] = [
            {"departments": [SECTOR_DEPARTMENT, 12]},
            {"departments": [12, SECTOR_DEPARTMENT]},
            {"NAME": 'Анна "Аня"', "LAST_NAME": "О'Нил <тест>", "SECOND_NAME": "& Ко"},
            {"NAME": "Ким \U0001f600", "LAST_NAME": "Ли", "SECOND_NAME": ""},
            {"LAST_NAME": None, "SECOND_NAME": None},
            {"NAME": "", "LAST_NAME": "", "SECOND_NAME": ""},
            {"EMAIL": None},
        ]
        for position in range(size.staff):
            number = next(take)
            changes = dict(odd[position]) if position < len(odd) else {}
            self.add_user(number, changes.pop("departments", [SECTOR_DEPARTMENT]), **changes)
            self.staff.append(number)
        for _ in range(max(2, size.staff // 10)):
            number = next(take)
            self.add_user(number, [SECTOR_DEPARTMENT], active=False)
            self.fired.append(number)
        sub = next(take)
        self.add_user(sub, [SUB_DEPARTMENT])
        robot = next(take)
        self.add_user(robot, [], NAME="Робот", LAST_NAME="Почты", SECOND_NAME="", USER_TYPE="email")
        self.outsiders += [sub, robot]
        while len(self.users) < size.users:
            number = next(take)
            self.add_user(number, [rng.choice([12, 13, 14])])
            self.outsiders.append(number)
        self.users.sort(key=lambda user: int(user["ID"]))
