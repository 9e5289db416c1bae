"""Sizes, names and texts of the made-up service desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

__all__ = [
    "ACTIONS",
    "AWKWARD_TITLES",
    "BLOCKS",
    "CATEGORY",
    "CLOSING",
    "CYRILLIC_1C",
    "CYRILLIC_1C_LOWER",
    "DEFAULT_ANCHOR",
    "DEFAULT_SEED",
    "DEPARTMENT_HEADS",
    "ENTITY_TYPE",
    "EXECUTION",
    "FAIL",
    "FIRST_F",
    "FIRST_M",
    "FORMAT",
    "FORMED",
    "FRESH",
    "KEEPER",
    "LAST",
    "LATIN_1C",
    "NO_TASK",
    "OBJECTS",
    "OTHER_CATEGORY",
    "OTHER_DONE",
    "OTHER_OPEN",
    "OTHER_PRODUCTS",
    "PORTAL_ZONE",
    "PRIORITIES",
    "REVIEW",
    "SECOND_F",
    "SECOND_M",
    "SECTOR_DEPARTMENT",
    "SERVICES",
    "SIZES",
    "SUB_DEPARTMENT",
    "SUCCESS",
    "WEBHOOK_USER",
    "WORKING",
    "Size",
    "iso",
    "monday_utc",
    "month_start_utc",
]

FORMAT = 1
PORTAL_ZONE = timezone(timedelta(hours=3))
SECTOR_DEPARTMENT = 366
SUB_DEPARTMENT = 367
KEEPER = 1051
WEBHOOK_USER = 1
ENTITY_TYPE = 140
CATEGORY = 12
OTHER_CATEGORY = 13

FORMED, REVIEW, EXECUTION = "DT140_12:UC_0VHWE2", "DT140_12:PREPARATION", "DT140_12:CLIENT"
SUCCESS, FAIL, NO_TASK = "DT140_12:SUCCESS", "DT140_12:FAIL", "DT140_12:UC_0GBU8Z"
FRESH = "DT140_12:NEW"
OTHER_OPEN, OTHER_DONE = "DT140_13:CLIENT", "DT140_13:SUCCESS"
WORKING = (FORMED, REVIEW, EXECUTION)
CLOSING = (SUCCESS, FAIL, NO_TASK)

LATIN_1C = "1C"
CYRILLIC_1C = "1\u0421"  # the last letter is Cyrillic
CYRILLIC_1C_LOWER = "1\u0441"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything a data set holds."""

    tickets: int
    formed: int
    review: int
    execution: int
    tasks: int
    window_tasks: int  # tasks of active sector staff changed in the four weeks before the anchor
    elapsed: int
    staff: int  # active members of the sector
    users: int
    days: int  # how far back the history goes


SIZES = {
    "small": Size(120, 58, 14, 12, 64, 37, 170, 14, 30, 480),
    "medium": Size(3000, 380, 130, 110, 900, 100, 2400, 62, 160, 700),
    "large": Size(20000, 1200, 400, 300, 6000, 730, 15000, 130, 420, 900),
}
DEFAULT_SEED = {"small": 140, "medium": 366, "large": 1051}
DEFAULT_ANCHOR = "2025-12-18T12:00:00+03:00"

FIRST_M = [
    "Иван",
    "Пётр",
    "Сергей",
    "Дмитрий",
    "Андрей",
    "Олег",
    "Николай",
    "Павел",
    "Виктор",
    "Юрий",
    "Игорь",
    "Артём",
]
FIRST_F = [
    "Анна",
    "Мария",
    "Ольга",
    "Елена",
    "Наталья",
    "Ирина",
    "Светлана",
    "Татьяна",
    "Юлия",
    "Дарья",
    "Алёна",
    "Вера",
]
SECOND_M = ["Иванович", "Петрович", "Сергеевич", "Андреевич", "Николаевич", "Олегович", "Викторович", "Ильич"]
SECOND_F = [
    "Ивановна",
    "Петровна",
    "Сергеевна",
    "Андреевна",
    "Николаевна",
    "Олеговна",
    "Викторовна",
    "Ильинична",
]
LAST = [
    "Ковалёв",
    "Шевчук",
    "Лукашевич",
    "Новик",
    "Гринь",
    "Савицкий",
    "Мельник",
    "Зайцев",
    "Петрович",
    "Бондарь",
    "Климович",
    "Жук",
    "Карпович",
    "Романов",
    "Станкевич",
    "Тарасюк",
    "Ушаков",
    "Федорук",
    "Хацкевич",
    "Царик",
    "Щербо",
    "Яцкевич",
]
ACTIONS = [
    "Доработка",
    "Ошибка",
    "Консультация",
    "Настройка",
    "Обмен",
    "Отчёт",
    "Права доступа",
    "Обновление",
]
OBJECTS = [
    "модуля прихода",
    "печатной формы",
    "регистра остатков",
    "обмена с сайтом",
    "табеля",
    "заявки на оплату",
    "справочника контрагентов",
    "календарного плана",
    "закрытия месяца",
    "расчёта себестоимости",
]
BLOCKS = ["Учётные системы", "Документооборот", "Производство", "Склад"]
SERVICES = ["1С:УПП", "1С:ЗУП", "1С:ДО", "1С:БП", "Другое"]
PRIORITIES = ["Низкий", "Средний", "Высокий", "Критический"]
DEPARTMENT_HEADS = [
    "Бухгалтерия",
    "Отдел материально-технического снабжения",
    "Цех № 4",
    "Отдел кадров",
    "",
    "Склад готовой продукции",
]
OTHER_PRODUCTS = [["PDM"], ["Bitrix24"], ["Железо"], ["Прочее"], ["PDM", "Прочее"]]
AWKWARD_TITLES = [
    'Не печатается "Акт" & <b>счёт</b>',
    "ООО 'Ромашка' — возврат 100 % аванса",
    "\\\\server\\share\\обмен не открывается",
    "Срочно!!! \U0001f525\U0001f680 закрытие месяца",
    "Строка 1\nСтрока 2\tтаб",
    "</script><script>alert(1)</script>",
    "Е\u0301лка и й: составные буквы, \u00a0неразрывный пробел",
    "a=1&b[]=2;c=%2B+",
]


def iso(moment: datetime) -> str:
    """Write a moment the way the portal does: whole seconds, portal offset."""
    return moment.astimezone(PORTAL_ZONE).replace(microsecond=0).isoformat()


def monday_utc(moment: datetime) -> datetime:
    """Return 00:00 UTC of the Monday of the moment's week (UTC)."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def month_start_utc(moment: datetime, back: int) -> datetime:
    """Return the first moment (UTC) of the month ``back`` months before."""
    moment = moment.astimezone(UTC)
    index = moment.year * 12 + moment.month - 1 - back
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
