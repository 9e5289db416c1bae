"""The pilot's report: verdict, evidence, method and machine, in English and Russian."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from b24bridge.bench.defects import DEFECTS
from b24bridge.bench.figures import (
    as_data,
    chart,
    figures_table,
    gain_table,
    gain_text,
    machine_lines,
)
from b24bridge.bench.pilot import CALL_S, PILOT_MODULES, Pilot
from b24bridge.bench.pilot_texts import texts_in
from b24bridge.bench.scenarios import COMMAND_S
from b24bridge.compare.diff import Difference, group
from b24bridge.contract.verify import Verification
from b24bridge.report.model import (
    BarChart,
    Block,
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
    Verdict,
)
from b24bridge.report.numbers import number
from b24bridge.wire.call import Json

__all__ = ["pilot_report"]

_WORKS: Final[Mapping[str, tuple[str, ...]]] = {
    "proxy": ("proxy",),
    "sector": ("sector",),
    "graph": ("graph-weeks", "graph-months"),
    "time": ("time",),
}


def pilot_report(
    pilot: Pilot,
    *,
    language: Language = "en",
    made: str = "",
    other_languages: Mapping[str, str] | None = None,
) -> Report:
    """Return the report of a pilot.

    Args:
        made: When and by which command, for the foot of the page.
        other_languages: Language to file name of the same report.
    """
    texts = texts_in(language)
    moving = [module for module in PILOT_MODULES if pilot.may_move(module)]
    hours = _hours(pilot, language)
    lead = texts["lead"].format(
        moving=len(moving), modules=len(PILOT_MODULES), names=", ".join(moving) or "–", **hours
    )
    return Report(
        title=texts["title"],
        lead=lead,
        verdicts=tuple(_verdict(pilot, module, language) for module in PILOT_MODULES),
        sections=(
            Section(texts["gained"], _gained(pilot, language)),
            Section(texts["limit"], _limit(pilot, language)),
            Section(texts["same"], _same(pilot, language)),
            Section(texts["repaired"], _repaired(pilot, language)),
            Section(texts["next"], (Listing(tuple(texts["steps"].split("\n"))),)),
            Section(texts["method"], _method(pilot, language)),
        ),
        language=language,
        made=made,
        data=_data(pilot),
        other_languages=other_languages or {},
    )


def _hours(pilot: Pilot, language: Language) -> dict[str, str]:
    old, new = pilot.limited["legacy"], pilot.limited["modern"]

    def total(answer: Mapping[str, Any]) -> str:
        return number(answer["body"]["data"]["totalElapsedTime"], digits=2, language=language)

    return {
        "refused": str(old.tally.refused),
        "calls": str(old.tally.requests),
        "old_hours": total(old.answer),
        "new_hours": total(new.answer),
        "new_refused": str(new.tally.refused),
        "new_calls": str(new.tally.requests),
        "old_took": number(old.elapsed_s, digits=1, language=language),
        "new_took": number(new.elapsed_s, digits=1, language=language),
    }


def _verdict(pilot: Pilot, module: str, language: Language) -> Verdict:
    texts = texts_in(language)
    as_is = [one for one in pilot.as_is if one.module == module]
    repaired = [one for one in pilot.repaired if one.module == module]
    failed = [one for one in (*as_is, *repaired) if not one.passes]
    reasons = []
    if not any(not one.passes for one in as_is):
        reasons.append(texts["all_same"].format(cases=len(as_is)))
    for one in failed:
        reasons.append(texts["fails"].format(case=one.case, why=_why(one)))
    defects = sorted({defect for one in repaired for defect in one.judgement.defects})
    reasons += [f"{defect}: {DEFECTS.get(defect, {}).get(language, '')}".rstrip(": ") for defect in defects]
    for result in pilot.measured:
        if result.name not in _WORKS[module]:
            continue
        old, new = result.paths["legacy"].last, result.paths["modern"].last
        reasons.append(
            texts["gain"].format(
                work=result.name,
                old=number(old.requests, language=language),
                new=number(new.requests, language=language),
                wall=gain_text(result.gain("wall_s"), language),
                cpu=gain_text(result.gain("cpu_s"), language),
            )
        )
    if module == "time":
        reasons.append(texts["hours"].format(**_hours(pilot, language)))
    if failed:
        return Verdict(module, "bad", texts["wait"], tuple(reasons))
    answer = texts["move_repaired"] if defects else texts["move"]
    return Verdict(module, "good", answer, tuple(reasons))


def _why(verification: Verification) -> str:
    if verification.problems:
        return verification.problems[0]
    differences = [*verification.judgement.open, *(one for one, _ in verification.judgement.expired)]
    if differences:
        return f"{len(differences)}: {differences[0]}"
    sent = [*verification.effects.only_old, *verification.effects.only_new]
    return ", ".join(one.method for one in sent[:3])


def _gained(pilot: Pilot, language: Language) -> tuple[Block, ...]:
    texts = texts_in(language)
    measured = pilot.measured
    pages = pilot.all_pages
    all_pages = texts["all_pages"].format(
        old=pages["legacy"].requests, new=pages["modern"].requests, commands=pages["modern"].commands
    )
    return (
        chart(measured, "requests", texts["chart_requests"], language=language),
        Paragraph(all_pages),
        gain_table(measured, language),
        chart(measured, "wall_s", texts["chart_wall"], factor=1000, language=language),
        figures_table(measured, language),
    )


def _limit(pilot: Pilot, language: Language) -> tuple[Block, ...]:
    texts = texts_in(language)
    columns = tuple(
        Column(texts[name], digits=digits)
        for name, digits in (
            ("path", None),
            ("requests", 0),
            ("refused", 0),
            ("reported", 2),
            ("says", None),
            ("took", 1),
        )
    )
    rows = []
    for side, run in pilot.limited.items():
        body = run.answer["body"]
        says = Mark(f"success: {str(body['success']).lower()}", "bad" if run.tally.refused else "good")
        rows.append(
            (
                texts[side],
                run.tally.requests,
                run.tally.refused,
                float(body["data"]["totalElapsedTime"]),
                says,
                run.elapsed_s,
            )
        )
    values = tuple(float(run.answer["body"]["data"]["totalElapsedTime"]) for run in pilot.limited.values())
    bars = BarChart(
        texts["chart_hours"],
        tuple(texts[side] for side in pilot.limited),
        (Series(texts["reported"], values),),
        digits=2,
    )
    return (
        Paragraph(texts["limit_text"].format(**_hours(pilot, language))),
        Table(texts["limit_caption"], columns, tuple(rows)),
        bars,
    )


def _same(pilot: Pilot, language: Language) -> tuple[Block, ...]:
    texts = texts_in(language)
    columns = tuple(
        Column(texts[name], digits=0)
        for name in ("module", "case", "answer", "differences", "writes", "old_requests", "new_requests")
    )
    rows = tuple(
        (
            one.module,
            one.case,
            Mark(texts["equal"], "good") if one.passes else Mark(texts["differs"], "bad"),
            len(one.judgement.open) + len(one.judgement.expired),
            one.effects.same,
            one.control.tally.requests,
            one.candidate.tally.requests,
        )
        for one in pilot.as_is
    )
    failing = tuple(
        Fold(f"{one.module}, {one.case}", (_differences(list(one.judgement.open), language),))
        for one in pilot.as_is
        if one.judgement.open
    )
    return (Paragraph(texts["same_text"]), Table(texts["same_caption"], columns, rows), *failing)


def _repaired(pilot: Pilot, language: Language) -> tuple[Block, ...]:
    texts = texts_in(language)
    rows = []
    folds = []
    for one in pilot.repaired:
        if not one.judgement.accepted:
            continue
        counted = Counter(rule.defect for _, rule in one.judgement.accepted)
        for defect, places in sorted(counted.items()):
            what = DEFECTS.get(defect, {}).get(language, "")
            rows.append((one.module, one.case, defect, what, places))
        folds.append(
            Fold(
                texts["places_of"].format(module=one.module, case=one.case),
                (_differences([found for found, _ in one.judgement.accepted], language),),
            )
        )
    columns = tuple(Column(texts[name], digits=0) for name in ("module", "case", "defect", "what", "places"))
    return (Paragraph(texts["repaired_text"]), Table(texts["repaired_caption"], columns, tuple(rows)), *folds)


def _differences(found: list[Difference], language: Language) -> Table:
    texts = texts_in(language)
    rows = tuple(
        (one.pattern, one.count, str(one.examples[0]).partition(": ")[2])
        for one in group(found, examples=1)[:25]
    )
    columns = (
        Column(texts["place"], code=True),
        Column(texts["places"], digits=0),
        Column(texts["example"], code=True),
    )
    return Table(texts["example_caption"], columns, rows)


def _method(pilot: Pilot, language: Language) -> tuple[Block, ...]:
    texts = texts_in(language)
    lines = texts["method_lines"].format(
        rounds=pilot.rounds,
        call=number(CALL_S * 1000, digits=0, language=language),
        command=number(COMMAND_S * 1000, digits=0, language=language),
        seconds=number(pilot.seconds, digits=0, language=language),
    )
    return (Listing(tuple(lines.split("\n"))), Listing(machine_lines(pilot.machine, language)))


def _data(pilot: Pilot) -> dict[str, Json]:
    def checked(one: Verification) -> dict[str, Json]:
        return {
            "module": one.module,
            "case": one.case,
            "passes": one.passes,
            "fixes": list(one.fixes),
            "open_differences": [str(found) for found in one.judgement.open],
            "accepted": dict(Counter(rule.defect for _, rule in one.judgement.accepted)),
            "defects": list(one.judgement.defects),
            "same_writes": one.effects.passes,
            "problems": list(one.problems),
            "requests": {
                "legacy": one.control.tally.requests,
                "modern": one.candidate.tally.requests,
            },
        }

    return {
        "verdict": {
            module: "may move" if pilot.may_move(module) else "must wait" for module in PILOT_MODULES
        },
        "limit": {
            side: {
                **asdict(run.tally),
                "hours": run.answer["body"]["data"]["totalElapsedTime"],
                "success": run.answer["body"]["success"],
                "elapsed_s": run.elapsed_s,
            }
            for side, run in pilot.limited.items()
        },
        "sector_all_pages": {side: asdict(one) for side, one in pilot.all_pages.items()},
        "as_is": [checked(one) for one in pilot.as_is],
        "repaired": [checked(one) for one in pilot.repaired],
        "measured": as_data(pilot.measured),
        "rounds": pilot.rounds,
        "machine": asdict(pilot.machine),
        "seconds": pilot.seconds,
    }
