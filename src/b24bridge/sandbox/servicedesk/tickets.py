"""The tickets of the made-up service desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .people import People
from .texts import (
    ACTIONS,
    AWKWARD_TITLES,
    BLOCKS,
    CLOSING,
    CYRILLIC_1C,
    CYRILLIC_1C_LOWER,
    DEPARTMENT_HEADS,
    EXECUTION,
    FAIL,
    FORMED,
    FRESH,
    KEEPER,
    LATIN_1C,
    NO_TASK,
    OBJECTS,
    OTHER_DONE,
    OTHER_OPEN,
    OTHER_PRODUCTS,
    PORTAL_ZONE,
    PRIORITIES,
    REVIEW,
    SERVICES,
    SUCCESS,
    WORKING,
    iso,
    monday_utc,
    month_start_utc,
)

__all__ = ["Tickets"]


class Tickets(People):
    """Makes tickets: a mass of ordinary ones, and one beside every boundary."""

    def working_hour(self, day_back: float) -> datetime:
        """Return a moment about ``day_back`` days ago, mostly in office hours, sometimes at night."""
        rng = self.rng
        local = (self.now - timedelta(days=day_back)).astimezone(PORTAL_ZONE)
        hour = rng.randrange(8, 19) if rng.random() < 0.85 else rng.randrange(0, 24)
        moment = local.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        return min(moment, self.now - timedelta(minutes=rng.randrange(1, 50)))

    def assignee(self) -> int | None:
        """Mostly sector staff; also nobody (null or 0), the keeper, people who left, unknown ids."""
        draw = self.rng.random()
        if draw < 0.76:
            return self.rng.choice(self.staff)
        if draw < 0.81:
            return None
        if draw < 0.84:
            return 0
        if draw < 0.90:
            return KEEPER
        if draw < 0.95:
            return self.rng.choice(self.fired)
        return self.rng.choice([*self.outsiders, 9999])

    def product(self) -> list[str]:
        """Mostly 1C; also spelled in other ways, other products, nothing."""
        draw = self.rng.random()
        if draw < 0.68:
            return [LATIN_1C]
        if draw < 0.72:
            return [CYRILLIC_1C]
        if draw < 0.74:
            return [CYRILLIC_1C_LOWER]
        if draw < 0.76:
            return ["1c"]
        if draw < 0.78:
            return [f" {LATIN_1C} "]
        if draw < 0.81:
            return ["PDM", LATIN_1C]
        if draw < 0.84:
            return []
        return list(self.rng.choice(OTHER_PRODUCTS))

    def add_ticket(
        self, created: datetime, stage: str, moved: datetime | None = None, edge: str = "", **changes: object
    ) -> dict[str, Any]:
        """Add one ticket; numbers are given out later, in the order of creation."""
        rng = self.rng
        closed = stage.rsplit(":", 1)[1] in ("SUCCESS", "FAIL", "UC_0GBU8Z")
        moved = moved or created
        updated = min(self.now, moved + timedelta(minutes=rng.randrange(0, 600)))
        action, thing = rng.choice(ACTIONS), rng.choice(OBJECTS)
        ticket = {
            "id": 0,
            "categoryId": int(stage[6:8]),
            "stageId": stage,
            "title": f"{action} {thing}",
            "assignedById": self.assignee(),
            "createdBy": rng.choice(self.outsiders),
            "createdTime": iso(created),
            "updatedTime": iso(updated),
            "movedTime": iso(moved),
            "closedate": iso(moved.astimezone(PORTAL_ZONE).replace(hour=0, minute=0, second=0))
            if closed
            else None,
            "ufCrm7TypeProduct": self.product(),
            "ufSubject": f"{thing[:1].upper()}{thing[1:]}",
            "ufSlaBlockStr": rng.choice(BLOCKS),
            "ufSlaServiceStr": rng.choice(SERVICES),
            "ufActionStr": action if rng.random() < 0.9 else "",
            "ufCrm7UfPriority": rng.choice(PRIORITIES),
            "ufCrm7DepartmentHead": rng.choice(DEPARTMENT_HEADS),
        }
        ticket.update(changes)
        if not self.multiple_product and isinstance(ticket["ufCrm7TypeProduct"], list):
            values = ticket["ufCrm7TypeProduct"]
            ticket["ufCrm7TypeProduct"] = ", ".join(values) if values else None
        ticket["_edge"] = edge
        self.tickets.append(ticket)
        return ticket

    def edge_tickets(self) -> None:
        """Tickets that sit exactly on, or a second beside, every boundary that a report may use."""
        one = timedelta(seconds=1)
        staff = self.staff[0]
        plain: dict[str, Any] = {"ufCrm7TypeProduct": [LATIN_1C], "assignedById": staff}
        week = monday_utc(self.now)
        local_midnight = timedelta(hours=-3)  # Monday 00:00 on the portal is Sunday 21:00 UTC
        for back in (0, 1, 3, 4):
            start = week - timedelta(weeks=back)
            for name, shift in (
                ("start", timedelta()),
                ("before", -one),
                ("portal-midnight", local_midnight),
                ("portal-before", local_midnight - one),
            ):
                moment = start + shift
                if moment > self.now:
                    continue
                self.add_ticket(moment, EXECUTION, edge=f"week-{back}-{name}-open", **plain)
                self.add_ticket(
                    start - timedelta(days=40, hours=back),
                    SUCCESS,
                    moment,
                    edge=f"week-{back}-{name}-closed",
                    **plain,
                )
        for back in (0, 1, 2, 3):
            start = month_start_utc(self.now, back)
            for name, shift in (
                ("start", timedelta()),
                ("before", -one),
                ("portal-midnight", local_midnight),
            ):
                self.add_ticket(
                    start + shift, REVIEW if back % 2 else NO_TASK, edge=f"month-{back}-{name}", **plain
                )
        for days in (14, 30, 60, 180, 365):
            self.add_ticket(self.now - timedelta(days=days), FORMED, edge=f"age-{days}", **plain)
            self.add_ticket(self.now - timedelta(days=days) + one, FORMED, edge=f"age-{days}-minus", **plain)
        created = week - timedelta(days=10)
        closed = week - timedelta(days=1, hours=4)
        self.add_ticket(created, SUCCESS, closed, edge="closed-in-a-later-week", **plain)
        self.add_ticket(created, FAIL, edge="closed-never-moved", movedTime=None, **plain)
        self.add_ticket(created, SUCCESS, edge="closed-no-dates", movedTime=None, updatedTime=None, **plain)
        self.add_ticket(created, OTHER_OPEN, edge="other-category-open", **plain)
        self.add_ticket(created, OTHER_DONE, closed, edge="other-category-closed", **plain)
        self.add_ticket(created, FRESH, edge="stage-outside-both-lists", **plain)
        self.add_ticket(created, FORMED, edge="title-null", title=None, **plain)
        self.add_ticket(created, FORMED, edge="title-empty", title="", **plain)
        self.add_ticket(created, FORMED, edge="keeper", **{**plain, "assignedById": KEEPER})
        self.add_ticket(created, FORMED, edge="nobody-null", **{**plain, "assignedById": None})
        self.add_ticket(created, FORMED, edge="nobody-zero", **{**plain, "assignedById": 0})
        self.add_ticket(created, REVIEW, edge="unknown-user", **{**plain, "assignedById": 9999})
        self.add_ticket(created, REVIEW, edge="left-user", **{**plain, "assignedById": self.fired[0]})
        for position, title in enumerate(AWKWARD_TITLES):
            self.add_ticket(
                created + timedelta(hours=position),
                WORKING[position % 3],
                edge=f"title-{position}",
                title=title,
                **plain,
            )
        for position, value in enumerate(
            ([CYRILLIC_1C], [CYRILLIC_1C_LOWER], ["1c"], [f" {LATIN_1C} "], ["PDM", LATIN_1C], ["PDM"], [])
        ):
            self.add_ticket(
                created + timedelta(hours=position),
                FORMED,
                edge=f"product-{position}",
                **{**plain, "ufCrm7TypeProduct": value},
            )

    def make_tickets(self) -> None:
        """Edge cases first, then enough ordinary tickets to reach the wanted numbers per stage."""
        size, rng = self.size, self.rng
        self.edge_tickets()
        have = {stage: sum(ticket["stageId"] == stage for ticket in self.tickets) for stage in WORKING}
        for stage, wanted in ((FORMED, size.formed), (REVIEW, size.review), (EXECUTION, size.execution)):
            for _ in range(max(0, wanted - have[stage])):
                back = rng.random() * 55 if rng.random() < 0.6 else 55 + rng.random() ** 2 * (size.days - 55)
                created = self.working_hour(back)
                moved = min(self.now, created + timedelta(hours=rng.random() * 200))
                self.add_ticket(created, stage, moved)
        while len(self.tickets) < size.tickets:
            created = self.working_hour(1 + rng.random() * (size.days - 1))
            delay = timedelta(hours=min(24 * 90, rng.lognormvariate(3.3, 1.4)))
            moved = created + delay
            if moved > self.now:
                moved = self.now - timedelta(hours=rng.randrange(1, 20))
                moved = max(moved, created)
            stage = rng.choices(CLOSING, (72, 12, 16))[0]
            self.add_ticket(created, stage, moved)
        self.tickets.sort(key=lambda ticket: (datetime.fromisoformat(ticket["createdTime"]), ticket["_edge"]))
        number = 3000
        for ticket in self.tickets:
            number += rng.choice((1, 1, 1, 2, 3))
            ticket["id"] = number
            edge = ticket.pop("_edge")
            if edge:
                self.edges[edge] = number
