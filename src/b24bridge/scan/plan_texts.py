"""The words of the plan, English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Migration plan", "План миграции"),
    "nothing": ("Nothing of Bitrix24 was found.", "Ничего от Битрикс24 не найдено."),
    "summary": (
        "{modules} modules, {requests} requests; {writes} may write, {dynamic} have an unknown method.",
        "Модулей: {modules}, запросов: {requests}; могут записать: {writes}, метод неизвестен: {dynamic}.",
    ),
    "first-module": ("The pilot", "Пилот"),
    "care": ("With care", "С осторожностью"),
    "care-some": (
        "modules of high risk: {count}; they move as late as the others let them",
        "модулей с высоким риском: {count}; они переходят так поздно, как позволяют остальные",
    ),
    "none": ("no module of high risk", "модулей с высоким риском нет"),
    "prepare": ("Stage 1. Prepare", "Этап 1. Подготовка"),
    "prepare-steps": (
        "Record what the modules do (`b24bridge record`), start the sandbox (`b24bridge sandbox`), and show "
        "the mechanical repairs (`b24bridge scan PATH --fix`).",
        "Запишите работу модулей (`b24bridge record`), запустите песочницу (`b24bridge sandbox`) и "
        "посмотрите механические исправления (`b24bridge scan PATH --fix`).",
    ),
    "first": ("Repair before anything moves:", "Исправьте до начала переноса:"),
    "first-none": ("Nothing has to be repaired first.", "Исправлять заранее ничего не нужно."),
    "pilot": ("Stage 2. Pilot", "Этап 2. Пилот"),
    "pilot-is": ("The pilot is {name}: {why}.", "Пилот: {name}; {why}."),
    "pilot-steps": (
        "Write its skeleton (`b24bridge port`), prove it (`b24bridge verify`), measure it "
        "(`b24bridge bench`).",
        "Создайте заготовку (`b24bridge port`), докажите (`b24bridge verify`), измерьте (`b24bridge bench`).",
    ),
    "no-pilot": ("no module sends a request", "ни один модуль не отправляет запросов"),
    "modules": ("Stage 3. Module by module", "Этап 3. Модуль за модулем"),
    "modules-steps": (
        "Each goes legacy, shadow, canary, modern, done: `b24bridge status` shows its gate, `promote` moves "
        "it on, `rollback` takes it back.",
        "Каждый проходит legacy, shadow, canary, modern, done: `b24bridge status` показывает условие, "
        "`promote` ведёт дальше, `rollback` возвращает.",
    ),
    "modules-caption": ("Modules in the order to move them.", "Модули в порядке переноса."),
    "column-number": ("#", "№"),
    "column-module": ("Module", "Модуль"),
    "column-files": ("Files", "Файлы"),
    "column-requests": ("Requests", "Запросы"),
    "column-writes": ("Writes", "Записи"),
    "column-unknown": ("Unknown", "Неизв."),
    "column-outdated": ("Outdated", "Устар."),
    "column-effort": ("Effort", "Усилие"),
    "column-risk": ("Risk", "Риск"),
    "column-needs": ("Needs", "Зависит от"),
    "effort": (
        "Effort is in points: one for a call that is translated as it stands, more where a human decides.",
        "Усилие в баллах: один за вызов, который переводится как есть, больше там, где решает человек.",
    ),
    "effort-chart": ("Effort by module, points", "Усилие по модулям, баллы"),
    "advice": ("What to do in each module:", "Что делать в каждом модуле:"),
    "cycle": (
        "These modules need each other; move them together: {names}.",
        "Эти модули зависят друг от друга; переносите вместе: {names}.",
    ),
    "finish": ("Stage 4. Finish", "Этап 4. Завершение"),
    "finish-steps": (
        "When every module is `done`, delete the old paths and the copies of the old SDKs; "
        "`b24bridge scan PATH --old-only` ends with exit code 0 when nothing old is left.",
        "Когда все модули в стадии `done`, удалите старые пути и копии старых SDK; "
        "`b24bridge scan PATH --old-only` вернёт код 0, когда старого не осталось.",
    ),
    "no-bugs": ("no bug of the old code in it", "в нём нет ошибок старого кода"),
    "literal": ("all its methods are known", "все его методы известны"),
    "reads-only": ("it only reads", "он только читает"),
    "independent": ("it needs no other module", "он не зависит от других модулей"),
    "least-risk": ("it has the least risk of all", "у него наименьший риск"),
    "low": ("low", "низкий"),
    "medium": ("medium", "средний"),
    "high": ("high", "высокий"),
}
