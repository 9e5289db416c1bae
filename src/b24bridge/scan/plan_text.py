"""The plan in Markdown, after the four stages of the migration, in English or Russian."""

from __future__ import annotations

from b24bridge.scan.advice import Language, advice
from b24bridge.scan.plan import Module, Plan

__all__ = ["as_markdown"]

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Migration plan", "План миграции"),
    "nothing": ("Nothing of Bitrix24 was found.", "Ничего от Битрикс24 не найдено."),
    "summary": (
        "{modules} modules, {requests} requests; {writes} may write, {dynamic} have an unknown method.",
        "Модулей: {modules}, запросов: {requests}; могут записать: {writes}, метод неизвестен: {dynamic}.",
    ),
    "prepare": ("Stage 1. Prepare", "Этап 1. Подготовка"),
    "prepare-steps": (
        "Record what the modules do (`b24bridge record`), start the sandbox, and repair what is below.",
        "Запишите работу модулей (`b24bridge record`), запустите песочницу, исправьте перечисленное.",
    ),
    "first": ("Repair before anything moves", "Исправить до начала переноса"),
    "none": ("Nothing.", "Ничего."),
    "pilot": ("Stage 2. Pilot", "Этап 2. Пилот"),
    "pilot-is": ("The pilot is **{name}**: {why}.", "Пилот: **{name}**; {why}."),
    "no-pilot": ("No module sends a request.", "Ни один модуль не отправляет запросов."),
    "modules": ("Stage 3. Module by module", "Этап 3. Модуль за модулем"),
    "columns": (
        "| # | Module | Files | Requests | Writes | Unknown | Outdated | Effort | Risk | Needs |",
        "| № | Модуль | Файлы | Запросы | Записи | Неизв. | Устар. | Усилие | Риск | Зависит от |",
    ),
    "advice": ("What to do in each module", "Что делать в каждом модуле"),
    "cycle": (
        "These modules need each other; move them together",
        "Эти модули зависят друг от друга; переносите вместе",
    ),
    "finish": ("Stage 4. Finish", "Этап 4. Завершение"),
    "finish-steps": (
        "When every module is `done` and `b24bridge scan` finds no old call, delete the copies of the SDK.",
        "Когда все модули в стадии `done` и `b24bridge scan` не находит старых вызовов, удалите копии SDK.",
    ),
    "effort": (
        "Effort is in points: one for a call that is translated as it stands, more where a human decides.",
        "Усилие в баллах: один за вызов, который переводится как есть, больше там, где решает человек.",
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
_URGENT = frozenset({"open-proxy", "hard-coded-secret", "ssl-verify-off"})


def as_markdown(plan: Plan, language: Language = "en") -> str:
    """Return the plan as a page."""
    index = 0 if language == "en" else 1

    def say(key: str, **values: object) -> str:
        return _TEXTS[key][index].format(**values)

    if not plan.modules:
        return f"# {say('title')}\n\n{say('nothing')}\n"
    parts = [
        f"# {say('title')}",
        say(
            "summary",
            modules=len(plan.modules),
            requests=sum(len(module.requests) for module in plan.modules),
            writes=sum(module.writes for module in plan.modules),
            dynamic=sum(module.dynamic for module in plan.modules),
        ),
        f"## {say('prepare')}",
        say("prepare-steps"),
        f"### {say('first')}",
        _urgent(plan, language) or say("none"),
        f"## {say('pilot')}",
        say("no-pilot")
        if plan.pilot is None
        else say("pilot-is", name=plan.pilot, why=", ".join(say(reason) for reason in plan.reasons)),
        f"## {say('modules')}",
        "\n".join(
            [say("columns"), "|---" * 10 + "|", *(_row(n, m, index) for n, m in enumerate(plan.modules, 1))]
        ),
        say("effort"),
    ]
    parts += [f"{say('cycle')}: {', '.join(cycle)}." for cycle in plan.cycles]
    parts += [f"### {say('advice')}", *(_section(module, language) for module in plan.modules)]
    parts += [f"## {say('finish')}", say("finish-steps")]
    if plan.vendored:
        parts.append("\n".join(f"- `{path}`" for path in plan.vendored))
    return "\n\n".join(parts) + "\n"


def _row(number: int, module: Module, index: int) -> str:
    cells = (
        number,
        f"`{module.name}`",
        len(module.files),
        len(module.requests),
        module.writes,
        module.dynamic,
        module.deprecated,
        module.effort,
        _TEXTS[module.risk][index],
        ", ".join(f"`{name}`" for name in module.depends_on) or "-",
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _urgent(plan: Plan, language: Language) -> str:
    lines: list[str] = []
    for module in plan.modules:
        for finding in module.findings:
            if _URGENT & set(finding.tags):
                lines.append(
                    f"- `{module.name}`, {_place(module, finding.line)}: {advice(finding, language)}"
                )
    return "\n".join(dict.fromkeys(lines))


def _place(module: Module, line: int) -> str:
    return f"`{module.files[0]}:{line}`" if len(module.files) == 1 else f"{line}"


def _section(module: Module, language: Language) -> str:
    seen: dict[str, list[int]] = {}
    for finding in module.findings:
        seen.setdefault(advice(finding, language), []).append(finding.line)
    lines = [f"**{module.name}** ({', '.join(f'`{path}`' for path in module.files)})", ""]
    for text, places in seen.items():
        shown = ", ".join(str(place) for place in places[:12]) + (", …" if len(places) > 12 else "")
        lines.append(f"- {text} ({shown})")
    return "\n".join(lines)
