"""The words of the inventory, English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TAGS", "TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("What is here of Bitrix24", "Что здесь есть от Битрикс24"),
    "lead": (
        "{findings} places in {files} files talk to the portal; {seen} files were looked at.",
        "Мест обращения к порталу: {findings}, в файлах: {files}; просмотрено файлов: {seen}.",
    ),
    "nothing": (
        "Nothing of Bitrix24 was found in {seen} files.",
        "Ничего от Битрикс24 не найдено, просмотрено файлов: {seen}.",
    ),
    "left": ("Old calls", "Старые вызовы"),
    "left_some": ("{count} to migrate", "перенести: {count}"),
    "left_none": ("none is left", "не осталось"),
    "security": ("Safety", "Безопасность"),
    "security_some": ("{count} places to close first", "сначала закрыть: {count}"),
    "bugs": ("Wrong already", "Ошибочно уже сейчас"),
    "bugs_some": (
        "{count} places lose data, fail or never end",
        "теряют данные, падают или зависают: {count}",
    ),
    "none": ("nothing found", "ничего не найдено"),
    "apis": ("Interfaces", "Интерфейсы"),
    "api": ("interface", "интерфейс"),
    "sites": ("places", "мест"),
    "in_files": ("files", "файлов"),
    "is_old": ("to migrate", "переносить"),
    "yes": ("yes", "да"),
    "no": ("no", "нет"),
    "api_chart": ("Places by interface", "Мест по интерфейсам"),
    "api_caption": (
        "By what the code talks to the portal. Functions for the frame stay in the browser.",
        "Через что код обращается к порталу. Функции фрейма остаются в браузере.",
    ),
    "patterns": ("Patterns", "Приёмы"),
    "pattern": ("pattern", "приём"),
    "means": ("what it is", "что это"),
    "examples": ("examples", "примеры"),
    "pattern_caption": (
        "How it does so; patterns of the bug class come first.",
        "Как именно; приёмы, которые уже ошибочны, стоят первыми.",
    ),
    "methods": ("Methods", "Методы"),
    "methods_text": (
        "`*` stands for a part of the name that is not written out.",
        "`*` стоит вместо части имени, которая в коде не выписана.",
    ),
    "method_caption": (
        "{names} names, most frequent first; {unknown} places have none that can be told.",
        "Имён: {names}, сначала частые; мест, где имя не определить: {unknown}.",
    ),
    "name": ("method", "метод"),
    "outdated": ("outdated", "устарел"),
    "use": ("use {names}", "взамен {names}"),
    "others": ("all others", "все остальные"),
    "files": ("File by file", "Файл за файлом"),
    "file_caption": ("Places in order of lines.", "Места в порядке строк."),
    "line": ("line", "строка"),
    "tags": ("patterns", "приёмы"),
    "advice": ("advice", "совет"),
    "syntax": (
        "The grammar had to guess at lines {lines}; what parses was read.",
        "В строках {lines} синтаксис неясен; прочитано то, что разобралось.",
    ),
    "method": ("How it was read", "Как читалось"),
    "read": (
        "{seen} source files; nothing was run or fetched. Comments and strings are no findings.",
        "Исходных файлов: {seen}; ничего не запускалось и не загружалось. Комментарии и строки не в счёт.",
    ),
    "skipped": ("left out, {reason}: {count}", "пропущено, {reason}: {count}"),
}

TAGS: Final[Mapping[str, tuple[str, str]]] = {
    "batch-built": ("commands of a batch made by code", "команды пакета собирает код"),
    "batch-literal": ("commands of a batch written out", "команды пакета выписаны"),
    "batch-unbounded": ("nothing keeps the batch at 50 commands", "ничто не держит пакет в 50 командах"),
    "bx24-more-next": ("pages by more() and next()", "страницы через more() и next()"),
    "chunked-loop": ("a loop over pieces of a list", "цикл по кускам списка"),
    "dynamic-method": ("the method is not written out", "имя метода не выписано"),
    "getauth-callback": ("getAuth ignores its argument", "getAuth не смотрит на аргумент"),
    "hand-retry": ("a retry made by hand", "повтор вручную"),
    "hard-coded-secret": ("a secret in the source", "секрет в коде"),
    "infinite-loop-bug": ("a loop that never ends, or asks the same", "цикл без конца или с тем же запросом"),
    "n-plus-1": ("one request for each element", "запрос на каждый элемент"),
    "nested-callback": ("inside the callback of another request", "внутри ответа другого запроса"),
    "no-error-check": ("nobody looks at the error", "ошибку никто не проверяет"),
    "open-proxy": ("the method comes from the visitor", "метод присылает посетитель"),
    "pagination-loop": ("pages by a loop", "страницы циклом"),
    "pagination-next-misplaced": (
        "looks for next in the wrong place: page 1 only",
        "next ищут не там: одна страница",
    ),
    "pagination-total": ("number of rounds from total", "число кругов из total"),
    "promise-no-reject": ("a promise that never rejects", "обещание никогда не отклоняется"),
    "promise-wrapper": ("inside new Promise", "внутри new Promise"),
    "raw-batch": ("batch called by hand", "batch вручную"),
    "result-data-misuse": ("data().result is undefined", "data().result не определён"),
    "result-ignored": ("the answer is thrown away", "ответ выброшен"),
    "retry-result-lost": ("the repeated answer is dropped", "ответ повтора теряется"),
    "settings-override": ("keeps its settings elsewhere", "хранит настройки по-своему"),
    "single-page-list": ("a list of which one page is read", "читается одна страница списка"),
    "ssl-verify-off": ("certificates are not checked", "сертификат не проверяется"),
    "start-minus-one": ("a list without counting", "список без подсчёта"),
    "throttle-sleep": ("a pause by hand", "пауза вручную"),
    "unknown-bx24-function": ("BX24.js has no such function", "в BX24.js нет такой функции"),
    "wrapper": ("forwards its parameter as the method", "передаёт свой параметр как метод"),
}
