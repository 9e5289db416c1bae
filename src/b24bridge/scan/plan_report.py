"""The plan as a report, after the four stages of the migration, in English or Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from b24bridge.report.model import (
    BarChart,
    Block,
    Cell,
    Column,
    Fold,
    Language,
    Listing,
    Mark,
    Paragraph,
    Report,
    Section,
    Series,
    Table,
    Tone,
    Verdict,
)
from b24bridge.scan.advice import BUGS, advice
from b24bridge.scan.plan import Module, Plan
from b24bridge.scan.plan_texts import TEXTS

__all__ = ["plan_report"]

# What already gives wrong data is proven to be the same, wrongly, if it moves first.
_URGENT: Final = BUGS | {"hard-coded-secret", "ssl-verify-off"}
_TONES: Final[Mapping[str, Tone]] = {"low": "good", "medium": "warn", "high": "bad"}
_SHOWN_LINES: Final = 12


def plan_report(plan: Plan, *, language: Language = "en", made: str = "") -> Report:
    """Return the plan as a page.

    Args:
        made: When and by which command, for the foot of the page.
    """
    words = _words(language)
    if not plan.modules:
        return Report(words["title"], words["nothing"], (), (), language=language, made=made)
    lead = words["summary"].format(
        modules=len(plan.modules),
        requests=sum(len(module.requests) for module in plan.modules),
        writes=sum(module.writes for module in plan.modules),
        dynamic=sum(module.dynamic for module in plan.modules),
    )
    return Report(
        title=words["title"],
        lead=lead,
        verdicts=_verdicts(plan, words),
        sections=(
            Section(words["prepare"], _prepare(plan, language)),
            Section(words["pilot"], (Paragraph(_pilot(plan, words)), Paragraph(words["pilot-steps"]))),
            Section(words["modules"], _modules(plan, language)),
            Section(words["finish"], _finish(plan, words)),
        ),
        language=language,
        made=made,
        data={"pilot": plan.pilot, "modules": [_data(module) for module in plan.modules]},
    )


def _words(language: Language) -> Mapping[str, str]:
    index = 0 if language == "en" else 1
    return {key: pair[index] for key, pair in TEXTS.items()}


def _verdicts(plan: Plan, words: Mapping[str, str]) -> tuple[Verdict, ...]:
    reasons = tuple(words[reason] for reason in plan.reasons)
    pilot = Verdict(
        words["first-module"], "good" if plan.pilot else "warn", plan.pilot or words["no-pilot"], reasons
    )
    high = [f"`{module.name}`" for module in plan.modules if module.risk == "high"]
    careful = Verdict(
        words["care"],
        "warn" if high else "good",
        words["care-some"].format(count=len(high)) if high else words["none"],
        (", ".join(high),) if high else (),
    )
    return pilot, careful


def _prepare(plan: Plan, language: Language) -> tuple[Block, ...]:
    words = _words(language)
    urgent: dict[str, None] = {}
    for module in plan.modules:
        for place, finding in module.places:
            if _URGENT & set(finding.tags):
                text = advice(finding, language)
                urgent[f"`{module.name}`, `{place}:{finding.line}`: {text}"] = None
    first = words["first"] if urgent else words["first-none"]
    listing = (Listing(tuple(urgent)),) if urgent else ()
    return (Paragraph(words["prepare-steps"]), Paragraph(first), *listing)


def _pilot(plan: Plan, words: Mapping[str, str]) -> str:
    if plan.pilot is None:
        return words["no-pilot"]
    why = ", ".join(words[reason] for reason in plan.reasons)
    return words["pilot-is"].format(name=f"`{plan.pilot}`", why=why)


def _modules(plan: Plan, language: Language) -> tuple[Block, ...]:
    words = _words(language)
    rows: list[tuple[Cell, ...]] = [
        (
            str(number),
            module.name,
            len(module.files),
            len(module.requests),
            module.writes,
            module.dynamic,
            module.deprecated,
            module.effort,
            Mark(words[module.risk], _TONES[module.risk]),
            ", ".join(module.depends_on),
        )
        for number, module in enumerate(plan.modules, 1)
    ]
    names = (
        "number",
        "module",
        "files",
        "requests",
        "writes",
        "unknown",
        "outdated",
        "effort",
        "risk",
        "needs",
    )
    columns = tuple(
        Column(words[f"column-{name}"], digits=0, code=name in ("module", "needs")) for name in names
    )
    chart = BarChart(
        words["effort-chart"],
        tuple(module.name for module in plan.modules[:20]),
        (Series(words["column-effort"], tuple(float(module.effort) for module in plan.modules[:20])),),
    )
    return (
        Paragraph(words["modules-steps"]),
        Table(words["modules-caption"], columns, tuple(rows)),
        Paragraph(words["effort"]),
        chart,
        *(Paragraph(words["cycle"].format(names=", ".join(cycle))) for cycle in plan.cycles),
        Paragraph(words["advice"]),
        *(_advice(module, language) for module in plan.modules),
    )


def _advice(module: Module, language: Language) -> Fold:
    seen: dict[str, list[str]] = {}
    alone = len(module.files) == 1
    for path, finding in module.places:
        place = str(finding.line) if alone else f"{path}:{finding.line}"
        seen.setdefault(advice(finding, language), []).append(place)
    lines = [
        f"{text} ({', '.join(places[:_SHOWN_LINES])}{', …' if len(places) > _SHOWN_LINES else ''})"
        for text, places in seen.items()
    ]
    return Fold(f"{module.name}: {', '.join(module.files)}", (Listing(tuple(lines)),))


def _finish(plan: Plan, words: Mapping[str, str]) -> tuple[Block, ...]:
    copies = (Listing(tuple(f"`{path}`" for path in plan.vendored)),) if plan.vendored else ()
    return (Paragraph(words["finish-steps"]), *copies)


def _data(module: Module) -> dict[str, object]:
    return {
        "name": module.name,
        "files": list(module.files),
        "requests": len(module.requests),
        "writes": module.writes,
        "dynamic": module.dynamic,
        "deprecated": module.deprecated,
        "bugs": list(module.bugs),
        "effort": module.effort,
        "risk": module.risk,
        "depends_on": list(module.depends_on),
    }
