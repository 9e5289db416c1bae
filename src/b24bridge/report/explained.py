"""One run of the ledger in words: who answered, how long each path took, and where the two differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from b24bridge.report.model import Language
from b24bridge.report.numbers import number
from b24bridge.report.portfolio import shown_value
from b24bridge.router.ledger import Run

__all__ = ["explain_run"]

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "head": (
        "{module} in {stage}: {outcome}; {answered} answered ({at})",
        "{module} в стадии {stage}: {outcome}; ответил {answered} ({at})",
    ),
    "single": ("one path ran", "работал один путь"),
    "match": ("both paths gave the same", "оба пути дали одно и то же"),
    "mismatch": ("the paths differ", "пути различаются"),
    "stopped": (
        "the compared path wanted to write and was stopped there, as it must be",
        "сравниваемый путь хотел записать и был остановлен, как и положено",
    ),
    "fell_back": (
        "the new path failed and the old one stepped in",
        "новый путь упал, ответил старый",
    ),
    "unfinished": (
        "the compared path passed its time limit and was given up",
        "сравниваемый путь не уложился в предел времени и брошен",
    ),
    "legacy": ("the old path", "старый путь"),
    "modern": ("the new path", "новый путь"),
    "took": ("{path}: {ms} ms", "{path}: {ms} мс"),
    "requests": (", requests: {count}", ", запросов: {count}"),
    "failed": ("; failed with {error}", "; упал: {error}"),
    "added": ("only the new path has it", "есть только у нового пути"),
    "missing": ("only the old path has it", "есть только у старого пути"),
    "type": ("another type", "другой тип"),
    "value": ("another value", "другое значение"),
    "none": ("(nothing)", "(ничего)"),
    "whole": ("(the whole answer)", "(весь ответ)"),
    "more": ("and {count} more", "и ещё: {count}"),
    "expired": (
        "accepted until {until}, which has passed: {reason}",
        "принято до {until}, срок вышел: {reason}",
    ),
    "only_old_writes": ("only the old path wrote", "записал только старый путь"),
    "only_new_writes": ("only the new path wanted to write", "записать хотел только новый путь"),
    "accept": (
        'If it is wanted, accept it in the rules of the comparison: [[accepted]] module = "{module}", '
        'path = "{place}", reason = "...", expires = 2027-01-31',
        'Если так и нужно, примите это в правилах сравнения: [[accepted]] module = "{module}", '
        'path = "{place}", reason = "...", expires = 2027-01-31',
    ),
}


def explain_run(run: Run, language: Language = "en") -> tuple[str, ...]:
    """Return the lines; differences are indented.

    Args:
        run: A stored run.
        language: ``en`` or ``ru``.
    """
    words = {key: pair[0 if language == "en" else 1] for key, pair in _TEXTS.items()}
    at = datetime.fromtimestamp(run.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    head = words["head"].format(
        module=run.module,
        stage=run.stage,
        outcome=words.get(run.outcome, run.outcome),
        answered=words.get(run.answered, run.answered),
        at=at,
    )
    detail = json.loads(run.detail) if run.detail else {}
    return (head, *_paths(run, words, language), *_differences(run, detail, words))


def _paths(run: Run, words: Mapping[str, str], language: Language) -> Iterator[str]:
    sides = (
        ("legacy", run.legacy_s, run.legacy_requests, run.legacy_error),
        ("modern", run.modern_s, run.modern_requests, run.modern_error),
    )
    for path, seconds, requests, error in sides:
        if seconds is None:
            continue
        told = words["took"].format(path=words[path], ms=number(seconds * 1000, digits=1, language=language))
        told += words["requests"].format(count=requests) if requests is not None else ""
        yield told + (words["failed"].format(error=error) if error else "")


def _differences(run: Run, detail: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    shown = detail.get("shown", ())
    for one in shown:
        old, new = (shown_value(one[side]) or words["none"] for side in ("old", "new"))
        kind = words.get(one["kind"], one["kind"])
        yield f"  {one['place'] or words['whole']}: {old} -> {new} ({kind})"
        if "until" in one:
            yield "    " + words["expired"].format(until=one["until"], reason=one["reason"])
    hidden = detail.get("differences", 0) - len(shown)
    if hidden > 0:
        yield "  " + words["more"].format(count=hidden)
    for side in ("only_old_writes", "only_new_writes"):
        for write in detail.get(side, ()):
            params = json.dumps(write["params"], ensure_ascii=False)
            yield f"  {words[side]}: {write['method']} {params}"
    if shown and shown[0]["place"] not in ("", "error"):
        yield words["accept"].format(module=run.module, place=shown[0]["place"])
