"""The report of ``b24bridge bench``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from b24bridge.bench.baseline import Slower
from b24bridge.bench.figures import as_data, chart, figures_table, gain_table, gain_text, machine_lines
from b24bridge.bench.machine import Machine
from b24bridge.bench.runner import WorkloadResult
from b24bridge.report.model import Language, Listing, Report, Section, Verdict

__all__ = ["bench_report"]

_TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "title": "Bench: old and new side by side",
        "lead": "{count} pieces of work on {size} data; {same} of them give the same result on every path.",
        "gain": "Gain",
        "requests": "Requests to the portal",
        "wall": "Time, ms",
        "figures": "Figures",
        "method": "Method and machine",
        "same": "the same result",
        "differs": "different results: look before you trust the figures",
        "reason": "requests: {requests}; time: {wall}; CPU: {cpu}",
        "baseline": "Against the baseline",
        "slower": "slower than allowed",
    },
    "ru": {
        "title": "Измерение: старое и новое рядом",
        "lead": "Работ: {count}, данные: {size}; одинаковый результат на всех путях у {same}.",
        "gain": "Выигрыш",
        "requests": "Запросов к порталу",
        "wall": "Время, мс",
        "figures": "Числа",
        "method": "Метод и машина",
        "same": "результат тот же",
        "differs": "результаты разные: сначала разберитесь, потом верьте числам",
        "reason": "запросы: {requests}; время: {wall}; процессор: {cpu}",
        "baseline": "Против прежнего измерения",
        "slower": "медленнее, чем разрешено",
    },
}


def bench_report(
    results: Sequence[WorkloadResult],
    machine: Machine,
    *,
    size: str,
    method: Sequence[str],
    slower: Sequence[Slower] = (),
    language: Language = "en",
    made: str = "",
) -> Report:
    """Return the report of a run.

    Args:
        size: Data set.
        method: How it was measured, a line each.
        slower: What got worse than the baseline allows.
        made: When and by which command.
    """
    texts = _TEXTS[language]
    verdicts = []
    if slower:
        verdicts.append(Verdict(texts["baseline"], "bad", texts["slower"], tuple(map(str, slower))))
    for result in results:
        reasons = tuple(
            f"{path}: "
            + texts["reason"].format(
                requests=gain_text(result.gain("requests", path), language),
                wall=gain_text(result.gain("wall_s", path), language),
                cpu=gain_text(result.gain("cpu_s", path), language),
            )
            for path in result.paths
            if path != "legacy" and "legacy" in result.paths
        )
        tone, answer = ("good", texts["same"]) if result.is_same else ("bad", texts["differs"])
        verdicts.append(Verdict(result.title, "good" if tone == "good" else "bad", answer, reasons))
    same = sum(result.is_same for result in results)
    return Report(
        title=texts["title"],
        lead=texts["lead"].format(count=len(results), same=same, size=size),
        verdicts=tuple(verdicts),
        sections=(
            Section(
                texts["gain"],
                (
                    gain_table(results, language),
                    chart(results, "requests", texts["requests"], language=language),
                    chart(results, "wall_s", texts["wall"], factor=1000, language=language),
                ),
            ),
            Section(texts["figures"], (figures_table(results, language),)),
            Section(texts["method"], (Listing(tuple(method)), Listing(machine_lines(machine, language)))),
        ),
        language=language,
        made=made,
        data={
            "size": size,
            "measured": as_data(results),
            "slower": [asdict(one) for one in slower],
            "method": list(method),
            "machine": asdict(machine),
        },
    )
