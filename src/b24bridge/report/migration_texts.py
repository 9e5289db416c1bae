"""The words of the migration report, English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from b24bridge.report.model import Language

__all__ = ["REASONS_RU", "TEXTS", "words_of"]

REASONS_RU: Final[Mapping[str, str]] = {
    "done": "завершён",
    "few": "сравнено {seen} из нужных {needed}",
    "differ": "различаются {seen} из {of} сравнений",
    "fail": "новый путь упал в {seen} из {of} вызовов",
    "late": "новый путь не уложился в предел времени: {seen}",
    "slow": "p95 {new:.3f} с против {old:.3f} с у старого (можно в {allowed:g} раза больше)",
}

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Migration: where it stands", "Миграция: как идут дела"),
    "lead": (
        "Modules done: {done} of {modules}.{saved}",
        "Завершено модулей: {done} из {modules}.{saved}",
    ),
    "saved": (
        "One call of each measured module needs {new} requests to the portal instead of {old}.",
        "По одному вызову каждого измеренного модуля: запросов к порталу {new} вместо {old}.",
    ),
    "nothing": (
        "No modules yet: `b24bridge plan` writes the stage table.",
        "Модулей пока нет: таблицу стадий пишет `b24bridge plan`.",
    ),
    "count": ("modules: {count}", "модулей: {count}"),
    "may": ("May go on now", "Можно вести дальше"),
    "may-line": ("`{name}` to {stage}", "`{name}` в {stage}"),
    "and-more": ("{names} and {count} more", "{names} и ещё {count}"),
    "held": ("Held by a gate", "Ждут выполнения условий"),
    "waiting": ("Not begun", "Не начаты"),
    "old": ("Old calls in the code", "Старые вызовы в коде"),
    "old-some": ("{count} old calls are left", "старых вызовов осталось: {count}"),
    "old-none": ("none is left", "не осталось"),
    "portfolio": ("Portfolio", "Портфель модулей"),
    "timeline": ("Stages over time", "Стадии по времени"),
    "portfolio-caption": (
        "Figures since the module's last change; a gate looks at nothing older.",
        "Числа со времени последней смены стадии; условия не смотрят дальше.",
    ),
    "module": ("module", "модуль"),
    "stage": ("stage", "стадия"),
    "since": ("since", "с"),
    "runs": ("runs", "вызовов"),
    "differ": ("differ", "различий"),
    "fail": ("errors", "ошибок"),
    "gate": ("gate", "условие"),
    "open": ("open", "выполнено"),
    "journal": ("Every change: who, when, why", "Все смены: кто, когда, почему"),
    "journal-caption": ("Changes, oldest first.", "Смены, сначала старые."),
    "change": ("change", "смена"),
    "who": ("who", "кто"),
    "why": ("why", "почему"),
    "differences": ("Differences by cause", "Различия по причинам"),
    "differences-text": (
        "One cause is one place of the answer, the same in every row, or one write that only one path makes. "
        "`b24bridge explain run:NUMBER` shows a run in full.",
        "Причина — одно место ответа, одинаковое во всех строках, или запись, которую делает только "
        "один путь. "
        "`b24bridge explain run:НОМЕР` показывает вызов целиком.",
    ),
    "no-differences": ("No compared run differs.", "Ни одно сравнение не показало различий."),
    "cause-caption": ("Most frequent first; secrets are masked.", "Сначала частые; секреты скрыты."),
    "place": ("place", "место"),
    "kind": ("kind", "вид"),
    "kind-only_old_writes": ("write of the old path only", "запись только старого пути"),
    "kind-only_new_writes": ("write of the new path only", "запись только нового пути"),
    "in-runs": ("runs", "вызовов"),
    "example": ("example: old → new", "пример: старый → новый"),
    "run": ("run", "вызов"),
    "more": ("{count} rarer causes are in the JSON.", "Более редкие причины — в JSON: {count}."),
    "performance": ("Performance, old and new", "Скорость, старое и новое"),
    "old-path": ("old", "старый"),
    "new-path": ("new", "новый"),
    "chart-p50": ("Median of a call in production, ms", "Медиана вызова в работе, мс"),
    "chart-p95": ("95th percentile, ms", "95-й процентиль, мс"),
    "times-caption": (
        "Newest runs of the ledger, all stages, ms; a path that did not run has none.",
        "Последние вызовы журнала, все стадии, мс; у пути, который не работал, чисел нет.",
    ),
    "old-p50": ("old p50", "старый p50"),
    "new-p50": ("new p50", "новый p50"),
    "old-p95": ("old p95", "старый p95"),
    "new-p95": ("new p95", "новый p95"),
    "no-runs": ("The ledger holds no timed run yet.", "В журнале пока нет измеренных вызовов."),
    "chart-requests": ("Requests for one piece of work", "Запросов на одну работу"),
    "work": ("work", "работа"),
    "old-requests": ("requests, old", "запросов, старый"),
    "new-requests": ("requests, new", "запросов, новый"),
    "fewer": ("fewer", "меньше на"),
    "old-ms": ("old, ms", "старый, мс"),
    "new-ms": ("new, ms", "новый, мс"),
    "requests-caption": ("Measured by `b24bridge bench`.", "Измерено командой `b24bridge bench`."),
    "left": ("What is left in the code", "Что осталось в коде"),
    "no-scan": (
        "No code was looked at; give its folder with --code.",
        "Код не просматривался; укажите его каталог в --code.",
    ),
    "no-outdated": ("No outdated method is called.", "Устаревшие методы не вызываются."),
    "outdated": ("outdated method", "устаревший метод"),
    "replacement": ("use instead", "взамен"),
    "places": ("places", "мест"),
    "examples": ("examples", "примеры"),
    "outdated-caption": (
        "Methods that the vendor has declared outdated.",
        "Методы, объявленные устаревшими.",
    ),
    "saved-work": (
        "Measured work needs {new} requests to the portal instead of {old}.",
        "Измеренной работе нужно запросов к порталу: {new} вместо {old}.",
    ),
    "told-some": (
        "Old calls that are left: {count}.",
        "Старых вызовов осталось: {count}.",
    ),
    "told-none": (
        "No old call is left.",
        "Старых вызовов не осталось.",
    ),
    "none": (
        "(nothing)",
        "(ничего)",
    ),
    "when": (
        "when, UTC",
        "когда, UTC",
    ),
    "kind-added": (
        "only the new path has it",
        "есть только у нового пути",
    ),
    "kind-missing": (
        "only the old path has it",
        "есть только у старого пути",
    ),
    "kind-type": (
        "another type",
        "другой тип",
    ),
    "kind-value": (
        "another value",
        "другое значение",
    ),
    "chart-call-requests": (
        "Requests of one call, on average",
        "Запросов на один вызов, в среднем",
    ),
    "call-requests-caption": (
        "Counted in the newest runs of the ledger, repeats and token refreshes included; runs that failed or "
        "were stopped at a write do not count.",
        "Посчитано в последних вызовах журнала, с повторами и обновлением токена; упавшие и остановленные на "
        "записи не в счёт.",
    ),
    "no-requests": (
        "Requests saved are not known yet: no module has runs of both paths to their end. `b24bridge bench` "
        "measures them on the sandbox.",
        "Сколько запросов сбережено, пока неизвестно: ни у одного модуля нет вызовов обоих путей до конца. "
        "`b24bridge bench` измерит их на песочнице.",
    ),
    "next": ("What is next", "Что дальше"),
    "next-promote": (
        '`{name}`: the gate is open. `b24bridge promote {name} --why "..."` moves it to {stage}.',
        '`{name}`: условия выполнены. `b24bridge promote {name} --why "..."` переведёт в {stage}.',
    ),
    "next-explain": (
        "`{name}`: the paths differ. Begin with `b24bridge explain run:{run}`; mend the new path or accept "
        "the difference.",
        "`{name}`: пути различаются. Начните с `b24bridge explain run:{run}`; исправьте новый путь или "
        "примите различие.",
    ),
    "next-wait": (
        "`{name}`: {why}.",
        "`{name}`: {why}.",
    ),
    "next-start": (
        '`{name}` has not begun. `b24bridge promote {name} --why "..."` moves it to shadow: nothing '
        "changes for users.",
        '`{name}` не начат. `b24bridge promote {name} --why "..."` переведёт в shadow: для людей '
        "ничего не меняется.",
    ),
    "next-finish": (
        "Everything is done: delete the old paths; `b24bridge scan PATH --old-only` proves that "
        "nothing is left.",
        "Всё завершено: удалите старые пути; `b24bridge scan PATH --old-only` докажет, что ничего не "
        "осталось.",
    ),
    "next-nothing": ("Nothing is to be done.", "Делать ничего не нужно."),
    "method": ("Where the figures come from", "Откуда числа"),
    "method-lines": (
        "Stages and changes: the stage table and its journal, as `b24bridge status` shows them.\n"
        "Runs, differences and times: the newest 5,000 runs of each module in the ledger.\n"
        "Requests of a call: counted by the clients in those runs; of a piece of work: `b24bridge bench` "
        "against the sandbox. Old calls and outdated methods: `b24bridge scan`.",
        "Стадии и смены: таблица стадий и её журнал, как показывает `b24bridge status`.\n"
        "Вызовы, различия и время: последние 5000 вызовов каждого модуля из журнала.\n"
        "Запросы вызова: посчитаны клиентами в этих вызовах; запросы работы: `b24bridge bench` на песочнице. "
        "Старые вызовы и устаревшие методы: `b24bridge scan`.",
    ),
}


def words_of(language: Language) -> Mapping[str, str]:
    """Return the words of one language."""
    index = 0 if language == "en" else 1
    return {key: pair[index] for key, pair in TEXTS.items()}
