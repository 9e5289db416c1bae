"""Tables and charts of measured workloads, for every report that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from b24bridge.bench.machine import Machine
from b24bridge.bench.runner import COUNTS, PathResult, WorkloadResult
from b24bridge.bench.stats import Ratio
from b24bridge.report.model import BarChart, Cell, Column, Language, Mark, Series, Table
from b24bridge.report.numbers import number
from b24bridge.wire.call import Json

__all__ = ["as_data", "chart", "figures_table", "gain_table", "gain_text", "machine_lines", "ratio_text"]

_TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "legacy": "original",
        "modern": "modern",
        "async": "modern, async",
        "work": "work",
        "path": "path",
        "wall": "wall, ms",
        "spread": "quartiles",
        "time": "time",
        "processor": "CPU",
        "cpu": "CPU, ms",
        "memory": "memory, MB",
        "requests": "requests",
        "commands": "commands",
        "refused": "refused",
        "bytes": "received, kB",
        "rows": "rows",
        "figures": "Medians of {rounds} rounds; memory is the peak of the client's process.",
        "gain": "How many times less the new path needs (median, with a 95 % interval).",
        "less": "{times} less",
        "more": "{times} more",
        "alike": "no certain difference",
        "same": "result",
        "equal": "same",
        "differs": "differs",
        "cores": "{cores} cores, {memory} GB of memory, {processor}",
    },
    "ru": {
        "legacy": "исходный",
        "modern": "новый",
        "async": "новый, async",
        "work": "работа",
        "path": "путь",
        "wall": "время, мс",
        "spread": "квартили",
        "time": "время",
        "processor": "процессор",
        "cpu": "процессор, мс",
        "memory": "память, МБ",
        "requests": "запросы",
        "commands": "команды",
        "refused": "отказы",
        "bytes": "получено, кБ",
        "rows": "строки",
        "figures": "Медианы, раундов: {rounds}; память — наибольшая у процесса клиента.",
        "gain": "Во сколько раз меньше нужно новому пути (медиана и 95-процентный интервал).",
        "less": "{times} меньше",
        "more": "{times} больше",
        "alike": "разницы не видно",
        "same": "результат",
        "equal": "тот же",
        "differs": "другой",
        "cores": "ядер: {cores}, памяти {memory} ГБ, {processor}",
    },
}


def figures_table(results: Sequence[WorkloadResult], language: Language = "en") -> Table:
    """Return every path of every workload with its medians and counts."""
    texts = _TEXTS[language]
    rounds = max((len(path.rounds) for one in results for path in one.paths.values()), default=0)
    everything = [path.last for one in results for path in one.paths.values()]
    shown = [
        ("requests", 0),
        ("commands", 0),
        # Columns that say nothing are left out.
        *([("refused", 0)] if any(one.refused for one in everything) else []),
        ("wall", 1),
        ("spread", None),
        ("cpu", 1),
        ("memory", 0),
        ("bytes", 0),
        *([("rows", 0)] if any(one.rows > 1 for one in everything) else []),
    ]
    columns = (
        Column(texts["work"]),
        Column(texts["path"]),
        *(Column(texts[name], digits) for name, digits in shown),
    )
    rows = []
    for one in results:
        for path in one.paths.values():
            cells = _cells(path, language)
            rows.append((one.name, texts[path.path], *(cells[name] for name, _ in shown)))
    return Table(texts["figures"].format(rounds=rounds), columns, tuple(rows))


def _cells(path: PathResult, language: Language) -> dict[str, Cell]:
    wall = path.summary("wall_s")
    low, high = (number(value * 1000, digits=0, language=language) for value in (wall.low, wall.high))
    return {
        "requests": path.last.requests,
        "commands": path.last.commands,
        "refused": path.last.refused,
        "wall": wall.median * 1000,
        "spread": f"{low}–{high}",
        "cpu": path.summary("cpu_s").median * 1000,
        "memory": path.summary("memory_bytes").median / 1e6,
        "bytes": path.last.received_bytes / 1000,
        "rows": path.last.rows,
    }


def gain_table(results: Sequence[WorkloadResult], language: Language = "en") -> Table:
    """Return the ratios of requests, wall and processor time, and whether the results are the same."""
    texts = _TEXTS[language]
    columns = tuple(Column(texts[name]) for name in ("work", "path", "requests", "time", "processor", "same"))
    rows: list[tuple[Cell, ...]] = []
    for result in results:
        for path in result.paths:
            if path == "legacy":
                continue
            gains = [
                ratio_text(result.gain(figure, path), language) for figure in ("requests", "wall_s", "cpu_s")
            ]
            same = Mark(texts["equal"], "good") if result.is_same else Mark(texts["differs"], "bad")
            rows.append((result.name, texts[path], *gains, same))
    return Table(texts["gain"], columns, tuple(rows))


def chart(
    results: Sequence[WorkloadResult],
    figure: str,
    title: str,
    *,
    factor: float = 1.0,
    language: Language = "en",
) -> BarChart:
    """Return one figure of all workloads as bars."""
    names = [path for path in _TEXTS["en"] if any(path in one.paths for one in results)]
    series = tuple(
        Series(
            _TEXTS[language][path],
            tuple(
                one.paths[path].summary(figure).median * factor if path in one.paths else None
                for one in results
            ),
        )
        for path in names
    )
    return BarChart(title, tuple(one.name for one in results), series)


def ratio_text(found: Ratio | None, language: Language = "en") -> str:
    """Return a ratio with its interval, without one where the rounds agree."""
    if found is None:
        return "–"
    value, low, high = (
        number(one, digits=1 if one >= 1 else 2, language=language)
        for one in (found.value, found.low, found.high)
    )
    return f"{value} ×" if low == high else f"{value} × ({low}–{high})"


def gain_text(found: Ratio | None, language: Language = "en") -> str:
    """Return a ratio in words; where the interval holds 1 there is no certain difference."""
    texts = _TEXTS[language]
    if found is None:
        return "–"
    if found.low > 1:
        return texts["less"].format(times=ratio_text(found, language))
    if found.high < 1:
        inverse = Ratio(1 / found.value, 1 / found.high, 1 / found.low)
        return texts["more"].format(times=ratio_text(inverse, language))
    return texts["alike"]


def machine_lines(machine: Machine, language: Language = "en") -> tuple[str, ...]:
    """Return what it was measured on, a line each."""
    texts = _TEXTS[language]
    memory = number(machine.memory_bytes / 2**30, digits=1, language=language)
    return (
        texts["cores"].format(cores=machine.cores, memory=memory, processor=machine.processor),
        f"{machine.system}, {machine.python}",
        ", ".join(f"{name} {version}" for name, version in machine.packages.items()),
    )


def as_data(results: Sequence[WorkloadResult]) -> dict[str, Json]:
    """Return the measurements for a JSON file; every round is kept."""
    data: dict[str, Json] = {}
    for result in results:
        paths = {}
        for name, path in result.paths.items():
            paths[name] = {
                **{figure: getattr(path.last, figure) for figure in COUNTS},
                "wall_s": asdict(path.summary("wall_s")),
                "cpu_s": asdict(path.summary("cpu_s")),
                "memory_bytes": path.summary("memory_bytes").median,
                "all_rounds": [asdict(one) for one in path.rounds],
            }
        gains = {
            path: {
                figure: asdict(found)
                for figure in ("requests", "wall_s", "cpu_s", "memory_bytes")
                if (found := result.gain(figure, path)) is not None
            }
            for path in result.paths
            if path != "legacy"
        }
        data[result.name] = {
            "title": result.title,
            "same_result": result.is_same,
            "paths": paths,
            "times_less": gains,
        }
    return data
