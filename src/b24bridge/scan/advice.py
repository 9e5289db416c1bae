"""What to do about a pattern, in a sentence; English and Russian (scanner reference, section 5)."""

from __future__ import annotations

from typing import Literal

from b24bridge.scan.model import Finding

__all__ = ["BUGS", "TITLES", "Language", "advice"]

Language = Literal["en", "ru"]

# Patterns under which the old code already gives wrong data or none.
BUGS = frozenset(
    {
        "infinite-loop-bug",
        "pagination-next-misplaced",
        "batch-unbounded",
        "result-data-misuse",
        "retry-result-lost",
        "unknown-bx24-function",
        "getauth-callback",
        "open-proxy",
    }
)

_LOOP = (
    "Replace the loop by the list iterator: it reads `next`, stops on errors and keeps to the limits.",
    "Замените цикл итератором списка: он читает `next`, встаёт на ошибках и соблюдает лимиты.",
)
_BATCH = (
    "Use the batch helper: it cuts into fifties and returns answers by key; read the error of each command.",
    "Возьмите пакетный вызов: он делит по 50 и отдаёт ответы по ключам; читайте ошибку каждой команды.",
)
_DELETE = (
    "Delete it: the transport retries and spaces requests by itself.",
    "Удалите: транспорт сам повторяет запросы и выдерживает паузы.",
)
_WRAPPER = (
    "Migrate the wrapper, not its callers: one switch moves them all.",
    "Переносите обёртку, а не её вызовы: один переключатель переведёт их все.",
)
_AWAIT = (
    "Use `await`; keep the envelope where the caller needs `total`.",
    "Используйте `await`; сохраните конверт ответа там, где вызывающему нужен `total`.",
)
_CHECK = (
    "The modern call raises: decide to handle, to log, or to let it stop. Expect exceptions here first.",
    "Новый вызов бросает исключение: решите, обработать, записать или остановиться; ждите их здесь.",
)
_CHANGES = (
    "Behaviour will change: the old code read page 1 only. Fix the expectation before comparing.",
    "Поведение изменится: старый код читал только первую страницу. Исправьте ожидание до сравнения.",
)

_BY_TAG: dict[str, tuple[str, str]] = {
    "open-proxy": (
        "Close this first: allow a list of methods, then migrate.",
        "Закройте в первую очередь: разрешите список методов, потом переносите.",
    ),
    "hard-coded-secret": (
        "Move the secret to the environment and revoke it: the value stays in the history.",
        "Вынесите секрет в окружение и отзовите его: значение осталось в истории.",
    ),
    "ssl-verify-off": (
        "Turn certificate checks on again: without them the token can be read on the way.",
        "Включите проверку сертификата: без неё токен можно прочитать по дороге.",
    ),
    "infinite-loop-bug": _CHANGES,
    "pagination-next-misplaced": _CHANGES,
    "batch-unbounded": (
        "Command 51 is dropped without an error: look for data already lost, then use the batch helper.",
        "Команда 51 пропадает без ошибки: найдите потерянные данные, затем возьмите пакетный вызов.",
    ),
    "result-data-misuse": (
        "`data()` already is the result; `data().result` is undefined.",
        "`data()` уже результат; `data().result` не определён.",
    ),
    "unknown-bx24-function": (
        "BX24.js has no such function; the call fails.",
        "В BX24.js нет такой функции; вызов падает.",
    ),
    "getauth-callback": (
        "`BX24.getAuth` is synchronous and ignores its argument; a promise around it never settles.",
        "`BX24.getAuth` синхронна и не смотрит на аргумент; обещание вокруг неё не завершится.",
    ),
    "retry-result-lost": (
        "The repeated call's answer is dropped; delete the retry, the transport repeats.",
        "Ответ повторного вызова теряется; удалите повтор, транспорт повторит сам.",
    ),
    "pagination-loop": _LOOP,
    "pagination-total": _LOOP,
    "bx24-more-next": _LOOP,
    "single-page-list": (
        "Ask the owner: all rows by the iterator with an explicit limit, or `first page only` written out.",
        "Спросите владельца: все строки итератором с пределом или только первая страница, и так и напишите.",
    ),
    "start-minus-one": (
        "Use the iterator in its no-count mode: order by id, filter above the last id.",
        "Возьмите итератор без подсчёта: порядок по id, фильтр больше последнего id.",
    ),
    "n-plus-1": (
        "One batch of 50, or one list call with `@ID`.",
        "Один пакет на 50 команд или один списочный вызов с `@ID`.",
    ),
    "chunked-loop": _BATCH,
    "batch-built": _BATCH,
    "raw-batch": _BATCH,
    "hand-retry": _DELETE,
    "throttle-sleep": _DELETE,
    "wrapper": _WRAPPER,
    "promise-no-reject": _AWAIT,
    "promise-wrapper": _AWAIT,
    "nested-callback": _AWAIT,
    "settings-override": (
        "Write a token store; the class disappears.",
        "Напишите хранилище токенов; класс исчезнет.",
    ),
    "no-error-check": _CHECK,
    "result-ignored": _CHECK,
    "dynamic-method": (
        "List the methods that can occur here, by log or by record, before porting.",
        "Перед переносом выясните по журналу или записи, какие методы здесь бывают.",
    ),
}
TITLES = tuple(_BY_TAG)

_BY_API: tuple[tuple[str, tuple[str, str]], ...] = (
    ("wrapper.", _WRAPPER),
    (
        "crest.installApp",
        (
            "The browser half stays; the install endpoint of the toolkit takes the server half.",
            "Часть в браузере остаётся; серверную часть берёт на себя точка установки.",
        ),
    ),
    (
        "http.rest",
        (
            "The gateway accepts it as it is; then translate it like a CRest call.",
            "Шлюз примет запрос как есть; затем переводите как вызов CRest.",
        ),
    ),
    ("b24", ("Already modern.", "Уже новый.")),
)
_TRANSLATE = (
    "Translate directly: the typed service or `client.call(method, params)`; keep the comparison on.",
    "Переводите прямо: типизированный сервис или `client.call(method, params)`; сравнение не выключайте.",
)
_BROWSER = ("Stays in the browser.", "Остаётся в браузере.")


def advice(finding: Finding, language: Language = "en") -> str:
    """Return what to do about a finding: the gravest pattern speaks."""
    index = 0 if language == "en" else 1
    if finding.deprecated is not None:
        names = ", ".join(finding.deprecated)
        if names:
            return (f"Outdated method; use {names}.", f"Устаревший метод; возьмите {names}.")[index]
        return ("Outdated method.", "Устаревший метод.")[index]
    for tag in _BY_TAG:
        if tag in finding.tags:
            return _BY_TAG[tag][index]
    for prefix, texts in _BY_API:
        if finding.api.startswith(prefix):
            return texts[index]
    if finding.api.startswith("bx24.") and not finding.api.startswith("bx24.call"):
        return _BROWSER[index]
    return _TRANSLATE[index]
