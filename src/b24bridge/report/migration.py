"""The report of a migration: portfolio, differences by cause, performance, what is left, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from b24bridge.report.comparison import comparison_section
from b24bridge.report.migration_texts import REASONS_RU, TEXTS
from b24bridge.report.model import (
    BarChart,
    Block,
    Cell,
    Column,
    Fold,
    Lane,
    Language,
    Listing,
    Mark,
    Paragraph,
    Report,
    Section,
    Series,
    Table,
    Timeline,
    Tone,
    Verdict,
)
from b24bridge.report.numbers import number
from b24bridge.report.portfolio import Cause, Leftover, ModuleStory, Work, spans
from b24bridge.report.timeline import day
from b24bridge.router.gates import Reason
from b24bridge.router.stages import Stage, after
from b24bridge.wire.call import Json

__all__ = ["migration_report"]

_ORDER: Final = tuple(stage.value for stage in Stage)
_TONES: Final[Mapping[Stage, Tone]] = {Stage.MODERN: "good", Stage.DONE: "good", Stage.CANARY: "warn"}
_SHOWN_CAUSES: Final = 10
_SHOWN_VALUE: Final = 160
_SHOWN_CHARTED: Final = 20


def migration_report(
    stories: Sequence[ModuleStory],
    *,
    now: float,
    works: Sequence[Work] = (),
    leftovers: Sequence[Leftover] | None = None,
    old_calls: int | None = None,
    language: Language = "en",
    made: str = "",
    other_languages: Mapping[str, str] | None = None,
) -> Report:
    """Return the report.

    Args:
        stories: The modules.
        now: Unix time; the right edge of the timeline.
        works: Measured pieces of work, if there are any.
        leftovers: Outdated methods still called; None if no code was scanned.
        old_calls: Old calls still in the code; None if no code was scanned.
        made: When and by which command, for the foot of the page.
        other_languages: Language to file name of the same report.
    """
    words = _words(language)
    finished = sum(story.state.stage is Stage.DONE for story in stories)
    return Report(
        title=words["title"],
        lead=words["lead"].format(done=finished, modules=len(stories), **_saved(works, language))
        if stories
        else words["nothing"],
        verdicts=_verdicts(stories, old_calls, language),
        sections=(
            Section(words["portfolio"], _portfolio(stories, now, language)),
            Section(words["differences"], _differences(stories, language)),
            Section(words["performance"], _performance(stories, works, language)),
            Section(words["left"], _left(leftovers, old_calls, language)),
            Section(words["next"], _next(stories, language)),
            comparison_section(language),
            Section(words["method"], (Listing(tuple(words["method-lines"].split("\n"))),)),
        ),
        language=language,
        made=made,
        data=_data(stories, works, leftovers, old_calls),
        other_languages=other_languages or {},
    )


def _words(language: Language) -> Mapping[str, str]:
    index = 0 if language == "en" else 1
    return {key: pair[index] for key, pair in TEXTS.items()}


def _reason(reason: Reason, language: Language) -> str:
    return str(reason) if language == "en" else REASONS_RU[reason.key].format(**reason.values)


def _saved(works: Sequence[Work], language: Language) -> dict[str, str]:
    if not works:
        return {"saved": ""}
    old, new = sum(work.old_requests for work in works), sum(work.new_requests for work in works)
    text = _words(language)["saved"]
    return {
        "saved": " " + text.format(old=number(old, language=language), new=number(new, language=language))
    }


def _verdicts(
    stories: Sequence[ModuleStory], old_calls: int | None, language: Language
) -> tuple[Verdict, ...]:
    words = _words(language)
    moving = [story for story in stories if story.state.stage not in (Stage.LEGACY, Stage.DONE)]
    may = [story for story in moving if not story.against]
    held = [story for story in moving if story.against]
    found = []
    if may:
        lines = tuple(
            words["may-line"].format(name=story.name, stage=after(story.state.stage).value) for story in may
        )
        found.append(Verdict(words["may"], "good", words["count"].format(count=len(may)), lines))
    if held:
        lines = tuple(
            f"`{story.name}` ({_stage(story)}): "
            + "; ".join(_reason(reason, language) for reason in story.against)
            for story in held
        )
        found.append(Verdict(words["held"], "warn", words["count"].format(count=len(held)), lines))
    waiting = [story.name for story in stories if story.state.stage is Stage.LEGACY]
    if waiting:
        names = ", ".join(f"`{name}`" for name in waiting)
        found.append(Verdict(words["waiting"], "plain", words["count"].format(count=len(waiting)), (names,)))
    if old_calls is not None:
        answer = words["old-some"].format(count=old_calls) if old_calls else words["old-none"]
        found.append(Verdict(words["old"], "warn" if old_calls else "good", answer))
    return tuple(found)


def _stage(story: ModuleStory) -> str:
    stage = story.state.stage
    return f"{stage.value} {story.state.percent:g}%" if stage is Stage.CANARY else stage.value


def _portfolio(stories: Sequence[ModuleStory], now: float, language: Language) -> tuple[Block, ...]:
    words = _words(language)
    if not stories:
        return (Paragraph(words["nothing"]),)
    moments = [change.at for story in stories for change in story.changes]
    blocks: list[Block] = []
    if moments:
        # Room for the stage before the first change.
        start = min(moments) - max((now - min(moments)) * 0.04, 1.0)
        lanes = tuple(
            Lane(story.name, spans(story.changes, story.state, start, max(now, max(moments))))
            for story in stories
        )
        heads = (words["module"], words["stage"], words["since"])
        blocks.append(Timeline(words["timeline"], lanes, start, max(now, max(moments)), _ORDER, heads))
    columns = tuple(
        Column(words[name], digits=0, code=name == "module")
        for name in ("module", "stage", "runs", "differ", "fail", "gate")
    )
    rows: list[tuple[Cell, ...]] = [
        (
            story.name,
            Mark(_stage(story), _TONES.get(story.state.stage, "plain")),
            story.now.runs,
            story.now.mismatches,
            story.now.modern_errors,
            "; ".join(_reason(reason, language) for reason in story.against) or words["open"],
        )
        for story in stories
    ]
    blocks.append(Table(words["portfolio-caption"], columns, tuple(rows)))
    journal = _journal(stories, language)
    return (*blocks, journal) if journal.blocks else tuple(blocks)


def _journal(stories: Sequence[ModuleStory], language: Language) -> Fold:
    words = _words(language)
    changes = sorted((c for story in stories for c in story.changes), key=lambda change: change.at)
    if not changes:
        return Fold(words["journal"], ())
    rows = tuple(
        (
            day(change.at, language),
            change.module,
            f"{change.old.get('stage', 'legacy')} → {change.new.get('stage', 'legacy')}",
            change.who,
            change.why,
        )
        for change in changes
    )
    columns = tuple(
        Column(words[name], code=name == "module") for name in ("since", "module", "change", "who", "why")
    )
    return Fold(words["journal"], (Table(words["journal-caption"], columns, rows),))


def _differences(stories: Sequence[ModuleStory], language: Language) -> tuple[Block, ...]:
    words = _words(language)
    rows: list[tuple[Cell, ...]] = []
    for story in stories:
        for cause in story.causes[:_SHOWN_CAUSES]:
            rows.append(
                (
                    story.name,
                    cause.place,
                    words.get(f"kind-{cause.kind}", cause.kind),
                    cause.runs,
                    _example(cause),
                    f"run:{cause.example}",
                )
            )
    if not rows:
        return (Paragraph(words["no-differences"]),)
    rows.sort(key=lambda row: -int(row[3]) if isinstance(row[3], int) else 0)
    columns = tuple(
        Column(words[name], digits=0, code=name in ("module", "place", "example", "run"))
        for name in ("module", "place", "kind", "in-runs", "example", "run")
    )
    hidden = sum(max(len(story.causes) - _SHOWN_CAUSES, 0) for story in stories)
    more = (Paragraph(words["more"].format(count=hidden)),) if hidden else ()
    return (Paragraph(words["differences-text"]), Table(words["cause-caption"], columns, tuple(rows)), *more)


def _example(cause: Cause) -> str:
    return f"{_cut(cause.old)} → {_cut(cause.new)}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_VALUE else f"{text[:_SHOWN_VALUE]}…"


def _performance(
    stories: Sequence[ModuleStory], works: Sequence[Work], language: Language
) -> tuple[Block, ...]:
    words = _words(language)
    timed = [
        story
        for story in stories
        if story.over_all.legacy_p50_s is not None or story.over_all.modern_p50_s is not None
    ]
    blocks: list[Block] = []
    if timed:
        both = (words["old-path"], words["new-path"])
        for percent in ("p50", "p95"):
            values = [
                tuple(_ms(getattr(story.over_all, f"{side}_{percent}_s")) for story in timed[:_SHOWN_CHARTED])
                for side in ("legacy", "modern")
            ]
            blocks.append(
                BarChart(
                    words[f"chart-{percent}"],
                    tuple(story.name for story in timed[:_SHOWN_CHARTED]),
                    tuple(Series(name, value) for name, value in zip(both, values, strict=True)),
                    digits=1,
                )
            )
        columns = tuple(
            Column(words[name], digits=1, code=name == "module")
            for name in ("module", "old-p50", "new-p50", "old-p95", "new-p95")
        )
        rows = tuple(
            (
                story.name,
                _ms(story.over_all.legacy_p50_s),
                _ms(story.over_all.modern_p50_s),
                _ms(story.over_all.legacy_p95_s),
                _ms(story.over_all.modern_p95_s),
            )
            for story in timed
        )
        blocks.append(Table(words["times-caption"], columns, rows))
    else:
        blocks.append(Paragraph(words["no-runs"]))
    return (*blocks, *_requests(works, language))


def _requests(works: Sequence[Work], language: Language) -> tuple[Block, ...]:
    words = _words(language)
    if not works:
        return (Paragraph(words["no-bench"]),)
    both = (words["old-path"], words["new-path"])
    chart = BarChart(
        words["chart-requests"],
        tuple(work.name for work in works),
        (
            Series(both[0], tuple(float(work.old_requests) for work in works)),
            Series(both[1], tuple(float(work.new_requests) for work in works)),
        ),
    )
    columns = (
        Column(words["work"], code=True),
        Column(words["old-requests"], digits=0),
        Column(words["new-requests"], digits=0),
        Column(words["fewer"], digits=0, unit="%"),
        Column(words["old-ms"], digits=1),
        Column(words["new-ms"], digits=1),
    )
    rows = tuple(
        (
            work.name,
            work.old_requests,
            work.new_requests,
            100 * (1 - work.new_requests / max(work.old_requests, 1)),
            _ms(work.old_s),
            _ms(work.new_s),
        )
        for work in works
    )
    return chart, Table(words["requests-caption"], columns, rows)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _left(
    leftovers: Sequence[Leftover] | None, old_calls: int | None, language: Language
) -> tuple[Block, ...]:
    words = _words(language)
    if leftovers is None or old_calls is None:
        return (Paragraph(words["no-scan"]),)
    told = Paragraph(words["old-some"].format(count=old_calls) if old_calls else words["old-none"])
    if not leftovers:
        return told, Paragraph(words["no-outdated"])
    columns = (
        Column(words["outdated"], code=True),
        Column(words["replacement"], code=True),
        Column(words["places"], digits=0),
        Column(words["examples"], code=True),
    )
    rows = tuple(
        (one.method, ", ".join(one.replacement), len(one.places), ", ".join(one.places[:3]))
        for one in leftovers
    )
    return told, Table(words["outdated-caption"], columns, rows)


def _next(stories: Sequence[ModuleStory], language: Language) -> tuple[Block, ...]:
    words = _words(language)
    lines = []
    for story in stories:
        stage = story.state.stage
        if stage in (Stage.LEGACY, Stage.DONE):
            continue
        if not story.against:
            lines.append(words["next-promote"].format(name=story.name, stage=after(stage).value))
        elif story.causes and story.now.mismatches:
            lines.append(words["next-explain"].format(name=story.name, run=story.causes[0].example))
        else:
            why = "; ".join(_reason(reason, language) for reason in story.against)
            lines.append(words["next-wait"].format(name=story.name, why=why))
    waiting = [story.name for story in stories if story.state.stage is Stage.LEGACY]
    if waiting:
        lines.append(words["next-start"].format(name=waiting[0]))
    if stories and all(story.state.stage is Stage.DONE for story in stories):
        lines.append(words["next-finish"])
    return (Listing(tuple(lines)),) if lines else (Paragraph(words["next-nothing"]),)


def _data(
    stories: Sequence[ModuleStory],
    works: Sequence[Work],
    leftovers: Sequence[Leftover] | None,
    old_calls: int | None,
) -> dict[str, Json]:
    return {
        "modules": [
            {
                "name": story.name,
                "stage": story.state.stage.value,
                "gate": [str(reason) for reason in story.against],
                "figures": asdict(story.now),
                "figures_all_stages": asdict(story.over_all),
                "changes": [asdict(change) for change in story.changes],
                "causes": [asdict(cause) for cause in story.causes],
            }
            for story in stories
        ],
        "works": [asdict(work) for work in works],
        "old_calls": old_calls,
        "outdated": None if leftovers is None else [asdict(one) for one in leftovers],
    }
