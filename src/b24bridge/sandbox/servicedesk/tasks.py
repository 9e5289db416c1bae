"""The tasks of the made-up service desk, and the time logged on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .texts import ACTIONS, OBJECTS, iso, monday_utc
from .tickets import Tickets

__all__ = ["Tasks"]


class Tasks(Tickets):
    """Makes tasks and logged time."""

    def bindings(self) -> list[str] | None:
        """CRM bindings of a task: one ticket, several, others first, an unknown ticket, none."""
        rng = self.rng
        ticket = rng.choice(self.tickets)["id"]
        draw = rng.random()
        if draw < 0.62:
            return [f"T8c_{ticket}"]
        if draw < 0.70:
            return [f"T8c_{ticket}", f"T8c_{rng.choice(self.tickets)['id']}"]
        if draw < 0.76:
            return [f"D_{rng.randrange(10, 900)}", f"T8c_{ticket}"]
        if draw < 0.80:
            return ["T8c_999999"]
        if draw < 0.84:
            return [f"T80_{ticket}", f"C_{rng.randrange(10, 900)}"]
        return None

    def add_task(
        self, created: datetime, changed: datetime | None, responsible: int, edge: str = "", **changes: object
    ) -> dict[str, Any]:
        """Add one task; numbers are given out later."""
        rng = self.rng
        done = rng.random() < 0.5
        deadline = created + timedelta(days=rng.randrange(1, 20)) if rng.random() < 0.7 else None
        task: dict[str, Any] = {
            "ID": "0",
            "TITLE": f"{rng.choice(ACTIONS)} {rng.choice(OBJECTS)}",
            "STATUS": "5" if done else rng.choice(["2", "3"]),
            "STAGE_ID": "0",
            "GROUP_ID": "0",
            "PRIORITY": "1",
            "CREATED_BY": str(rng.choice(self.outsiders)),
            "RESPONSIBLE_ID": str(responsible),
            "CREATED_DATE": iso(created),
            "CHANGED_DATE": iso(changed) if changed else None,
            "START_DATE_PLAN": iso(created + timedelta(hours=2)) if rng.random() < 0.4 else None,
            "END_DATE_PLAN": iso(created + timedelta(days=5)) if rng.random() < 0.4 else None,
            "DEADLINE": iso(deadline) if deadline else None,
            "CLOSED_DATE": iso(changed) if done and changed else None,
            "UF_CRM_TASK": self.bindings(),
            "TIME_SPENT_IN_LOGS": None,
        }
        task.update(changes)
        task["_edge"] = edge
        self.tasks.append(task)
        return task

    def log_time(self, task: dict[str, Any], user: int, when: datetime, seconds: int) -> None:
        """Log time on a task."""
        if when > self.now:
            when = self.now - timedelta(minutes=self.rng.randrange(1, 90))
        self.elapsed.append(
            {
                "ID": "0",
                "_task": task,
                "TASK_ID": "0",
                "USER_ID": str(user),
                "COMMENT_TEXT": self.rng.choice(
                    ["", "", "разбор", "правка <формы>", 'звонок "клиент" & тест']
                ),
                "SECONDS": str(seconds),
                "MINUTES": str(seconds // 60),
                "SOURCE": "2",
                "CREATED_DATE": iso(when),
                "DATE_START": iso(when),
                "DATE_STOP": iso(when),
            }
        )

    def seconds(self) -> int:
        """A length of work, often one whose hours fall on a rounding tie."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.6:
            return 300 * rng.randrange(1, 60)
        if draw < 0.85:
            return 18 * rng.randrange(1, 400)  # multiples of 0.005 hours
        return rng.randrange(1, 20000)

    def edge_tasks(self, period: datetime, end: datetime) -> int:
        """Tasks and logged time on the boundaries; returns how many of them a strict portal lists."""
        one = timedelta(seconds=1)
        day = timedelta(days=1)
        staff = self.staff
        ticket = self.edges["closed-in-a-later-week"]
        listed = 0
        local_first = period - timedelta(hours=3)  # 00:00 on the portal
        for name, changed, counted in (
            ("first-portal-midnight", local_first, True),
            ("first-portal-before", local_first - one, False),
            ("first-utc", period, True),
            ("second-day", period + day, True),
        ):
            task = self.add_task(
                changed - 5 * day, changed, staff[1], edge=f"changed-{name}", UF_CRM_TASK=[f"T8c_{ticket}"]
            )
            self.log_time(task, staff[1], period + timedelta(hours=1), 3600)
            listed += counted
        # several tasks of one ticket, logged in one week
        for position in range(3):
            task = self.add_task(
                period + 3 * day,
                period + 4 * day,
                staff[2],
                edge=f"same-ticket-{position}",
                UF_CRM_TASK=[f"T8c_{ticket}"],
            )
            self.log_time(task, staff[2], period + 3 * day + timedelta(hours=position), 5400)
            listed += 1
        # time on and beside the week boundaries
        task = self.add_task(
            period - 2 * day,
            min(self.now, period + 15 * day),
            staff[3],
            edge="logged-on-boundaries",
            UF_CRM_TASK=[f"T8c_{self.edges['product-4']}"],
        )
        for shift in (
            -one,
            timedelta(),
            timedelta(days=7) - one,
            timedelta(days=7),
            timedelta(days=6, hours=21),
            timedelta(days=6, hours=21) - one,
        ):
            self.log_time(task, staff[3], period + shift, 54)
        # time of others, of nobody's length, of people who left
        self.log_time(task, self.outsiders[0], period + day, 7200)
        self.log_time(task, self.fired[0], period + day, 7200)
        self.log_time(task, staff[4], period + day, 0)
        self.log_time(task, staff[4], period + day, 54)
        self.log_time(task, staff[5], period + day, 18)
        listed += 1
        # more records than one page
        task = self.add_task(
            period,
            min(self.now, period + 16 * day),
            staff[0],
            edge="many-records",
            UF_CRM_TASK=[f"T8c_{self.edges['keeper']}"],
        )
        for position in range(57):
            self.log_time(
                task, staff[position % 3], period + timedelta(hours=5 * position), 18 * (position + 1)
            )
        listed += 1
        # never changed: the portal looks at the date of creation instead
        task = self.add_task(period + 2 * day, None, staff[1], edge="never-changed", UF_CRM_TASK=None)
        self.log_time(task, staff[1], period + 2 * day, 1234)
        listed += 1
        # time of the running week
        week = monday_utc(self.now)
        task = self.add_task(
            week - 3 * day,
            self.now - timedelta(hours=1),
            staff[0],
            edge="current-week",
            UF_CRM_TASK=[f"T8c_{ticket}", "D_12"],
        )
        self.log_time(task, staff[0], week + timedelta(hours=5), 5454)
        self.log_time(task, staff[6], week + timedelta(hours=30), 90)
        listed += 1
        # staff worked on somebody else's task; somebody who left owns a task
        for name, owner in (("owner-outside", self.outsiders[0]), ("owner-left", self.fired[0])):
            task = self.add_task(period, period + 5 * day, owner, edge=name)
            self.log_time(task, staff[1], period + 4 * day, 9000)
        # changed after the reports' last day begins
        task = self.add_task(
            period + day, end, staff[2], edge="changed-on-last-day", UF_CRM_TASK=[f"T8c_{ticket}"]
        )
        self.log_time(task, staff[2], end - 2 * day, 4500)
        return listed

    def make_tasks(self) -> None:
        """Tasks in the report window and before it, then logged time spread over them."""
        size, rng = self.size, self.rng
        week = monday_utc(self.now)
        period = week - timedelta(weeks=3)
        last_day = week - timedelta(hours=6)  # inside the last day of the four weeks that end before this one
        listed = (
            self.edge_tasks(period, last_day) + 1
        )  # "changed-on-last-day" is listed for the anchor's window
        window: list[dict[str, Any]] = []
        span = (self.now - period).total_seconds()
        for _ in range(size.window_tasks - listed):
            changed = period + timedelta(seconds=rng.random() * span)
            created = changed - timedelta(days=rng.random() * 40)
            window.append(self.add_task(created, changed, rng.choice(self.staff)))
        older: list[dict[str, Any]] = []
        while len(self.tasks) < size.tasks:
            changed = period - timedelta(hours=4, days=rng.random() * (size.days - 60))
            created = changed - timedelta(days=rng.random() * 40)
            owner = (
                rng.choice(self.staff) if rng.random() < 0.7 else rng.choice([*self.outsiders, *self.fired])
            )
            older.append(self.add_task(created, changed, owner))
        while len(self.elapsed) < size.elapsed:
            task = rng.choice(window) if rng.random() < 0.55 else rng.choice(older)
            created = datetime.fromisoformat(task["CREATED_DATE"])
            changed = datetime.fromisoformat(task["CHANGED_DATE"])
            when = created + (changed - created) * rng.random()
            owner = int(task["RESPONSIBLE_ID"])
            user = owner if rng.random() < 0.8 else rng.choice([*self.staff, *self.outsiders])
            self.log_time(task, user, when, self.seconds())
        self.number_tasks()

    def number_tasks(self) -> None:
        """Give out numbers and sum up the logged time."""
        rng = self.rng
        self.tasks.sort(key=lambda task: (datetime.fromisoformat(task["CREATED_DATE"]), task["_edge"]))
        number = 71000
        for task in self.tasks:
            number += rng.choice((1, 1, 2, 3))
            task["ID"] = str(number)
            edge = task.pop("_edge")
            if edge:
                self.edges[f"task-{edge}"] = number
        self.elapsed.sort(
            key=lambda item: (datetime.fromisoformat(item["CREATED_DATE"]), int(item["_task"]["ID"]))
        )
        number = 101000
        for item in self.elapsed:
            number += 1
            task = item.pop("_task")
            item["ID"] = str(number)
            item["TASK_ID"] = task["ID"]
            task["TIME_SPENT_IN_LOGS"] = str(int(task["TIME_SPENT_IN_LOGS"] or 0) + int(item["SECONDS"]))
