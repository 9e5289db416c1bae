"""A made-up service desk: smart process 140, people, tasks, logged time.

The same arguments always give the same records. Nothing in it comes from a real portal.
"""

from __future__ import annotations

from typing import Any

from .tasks import Tasks
from .texts import (
    CATEGORY,
    DEFAULT_ANCHOR,
    DEFAULT_SEED,
    ENTITY_TYPE,
    FORMAT,
    OTHER_CATEGORY,
    SIZES,
    WEBHOOK_USER,
    iso,
)

__all__ = ["DEFAULT_ANCHOR", "DEFAULT_SEED", "SIZES", "Generator"]


class Generator(Tasks):
    """Puts one data set together."""

    def build(self, name: str, seed: int) -> dict[str, Any]:
        """Return the data set."""
        self.make_users()
        self.make_tickets()
        self.make_tasks()
        return {
            "meta": {
                "generator": "service_desk",
                "format": FORMAT,
                "size": name,
                "seed": seed,
                "anchor": iso(self.now),
                "multiple_product": self.multiple_product,
                "edges": self.edges,
                "counts": {
                    "items": len(self.tickets),
                    "users": len(self.users),
                    "tasks": len(self.tasks),
                    "elapsed_items": len(self.elapsed),
                },
            },
            "portal": {"timezone": "Europe/Minsk", "offset": "+03:00", "webhook_user_id": WEBHOOK_USER},
            "types": [
                {
                    "id": 7,
                    "entityTypeId": ENTITY_TYPE,
                    "title": "Сервис деск",
                    "userFields": self.user_fields(),
                }
            ],
            "categories": [
                {
                    "id": CATEGORY,
                    "entityTypeId": ENTITY_TYPE,
                    "name": "Обращения",
                    "sort": 100,
                    "isDefault": "Y",
                },
                {
                    "id": OTHER_CATEGORY,
                    "entityTypeId": ENTITY_TYPE,
                    "name": "Закупки",
                    "sort": 200,
                    "isDefault": "N",
                },
            ],
            "stages": self.stages(),
            "departments": [
                {"ID": "1", "NAME": "Предприятие", "SORT": 500},
                {"ID": "12", "NAME": "Бухгалтерия", "SORT": 500, "PARENT": "1"},
                {"ID": "13", "NAME": "Склад", "SORT": 500, "PARENT": "1"},
                {"ID": "14", "NAME": "Цех № 4", "SORT": 500, "PARENT": "1"},
                {"ID": "366", "NAME": "Сектор 1С", "SORT": 500, "PARENT": "1", "UF_HEAD": str(self.staff[0])},
                {"ID": "367", "NAME": "Группа внедрения", "SORT": 500, "PARENT": "366"},
            ],
            "users": self.users,
            f"items_{ENTITY_TYPE}": self.tickets,
            "tasks": self.tasks,
            "elapsed_items": self.elapsed,
        }

    def user_fields(self) -> list[dict[str, Any]]:
        """Describe the user fields of the smart process."""
        names = [
            ("UF_CRM_7_TYPE_PRODUCT", "ufCrm7TypeProduct"),
            ("UF_SUBJECT", "ufSubject"),
            ("UF_SLA_BLOCK_STR", "ufSlaBlockStr"),
            ("UF_SLA_SERVICE_STR", "ufSlaServiceStr"),
            ("UF_ACTION_STR", "ufActionStr"),
            ("UF_CRM_7_UF_PRIORITY", "ufCrm7UfPriority"),
            ("UF_CRM_7_DEPARTMENT_HEAD", "ufCrm7DepartmentHead"),
        ]
        return [
            {
                "name": upper,
                "key": camel,
                "type": "string",
                "multiple": self.multiple_product and upper.endswith("PRODUCT"),
            }
            for upper, camel in names
        ]

    @staticmethod
    def stages() -> list[dict[str, Any]]:
        """The stages of both categories."""
        rows = [
            ("NEW", "Новое", None),
            ("UC_0VHWE2", "Сформировано обращение", None),
            ("PREPARATION", "Рассмотрение ТЗ", None),
            ("CLIENT", "Исполнение", None),
            ("SUCCESS", "Успешное закрытие", "S"),
            ("FAIL", "Отклонено", "F"),
            ("UC_0GBU8Z", "Закрыли без задачи", "F"),
        ]
        result = []
        for category in (CATEGORY, OTHER_CATEGORY):
            for position, (code, name, semantics) in enumerate(rows):
                if category == OTHER_CATEGORY and code.startswith("UC_"):
                    continue
                result.append(
                    {
                        "ENTITY_ID": f"DYNAMIC_140_STAGE_{category}",
                        "STATUS_ID": f"DT140_{category}:{code}",
                        "NAME": name,
                        "SORT": str(10 * (position + 1)),
                        "SEMANTICS": semantics,
                    }
                )
        return result
