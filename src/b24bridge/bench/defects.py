"""The known defects of the founding modules that the new paths repair, in a sentence each.

Ids and facts: the service desk's specification, section 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["DEFECTS"]

DEFECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "SD-SEC-01": {
        "en": "only the first 50 tickets of each stage are read",
        "ru": "из каждой стадии читаются только первые 50 обращений",
    },
    "SD-SEC-02": {
        "en": "of every 50 people only one is found, the others are “unknown”",
        "ru": "из каждых 50 сотрудников находится один, остальные «неизвестные»",
    },
    "SD-GRA-01": {
        "en": "the reported window lies three hours early",
        "ru": "окно отчёта сдвинуто на три часа назад",
    },
    "SD-TT-01": {
        "en": "no task ever gets its ticket",
        "ru": "ни одна задача не получает своего обращения",
    },
    "SD-TT-02": {
        "en": "the details of tasks are always empty",
        "ru": "подробности задач всегда пусты",
    },
    "SD-TT-03": {
        "en": "the ticket filter is refused by the portal",
        "ru": "портал отвергает фильтр обращений",
    },
    "SD-TT-04": {
        "en": "the last day of the period is cut off",
        "ru": "последний день периода отрезан",
    },
}
