"""The report of a migration: portfolio, differences by cause, performance, what is left, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from b24bridge.report.comparison import comparison_section
from b24bridge.report.migration_performance import performance
from b24bridge.report.migration_texts import REASONS_RU, words_of
from b24bridge.report.model import (
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
    Table,
    Timeline,
    Tone,
    Verdict,
)
from b24bridge.report.numbers import number
from b24bridge.report.portfolio import Leftover, ModuleStory, Work, spans
from b24bridge.report.timeline import minute
from b24bridge.router.gates import Reason
from b24bridge.router.stages import Stage, after
from b24bridge.wire.call import Json

__all__ = ["migration_report"]

_ORDER: Final = tuple(stage.value for stage in Stage)
_TONES: Final[Mapping[Stage, Tone]] = {Stage.MODERN: "good", Stage.DONE: "good", Stage.CANARY: "warn"}
_SHOWN_CAUSES: Final = 10
_SHOWN_VALUE: Final = 160
_SHOWN_NAMES: Final = 20
_SHOWN_LANES: Final = 30


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
    words = words_of(language)
    finished = sum(story.state.stage is Stage.DONE for story in stories)
    return Report(
        title=words["title"],
        lead=words["lead"].format(done=finished, modules=len(stories), saved=_saved(stories, works, language))
        if stories
        else words["nothing"],
        verdicts=_verdicts(stories, old_calls, language),
        sections=(
            Section(words["portfolio"], _portfolio(stories, now, language)),
            Section(words["differences"], _differences(stories, language)),
            Section(words["performance"], performance(stories, works, language)),
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


def _reason(reason: Reason, language: Language) -> str:
    return str(reason) if language == "en" else REASONS_RU[reason.key].format(**reason.values)


def _saved(stories: Sequence[ModuleStory], works: Sequence[Work], language: Language) -> str:
    counted = [story.requests for story in stories if story.requests is not None]
    if counted:
        key, old, new = "saved", sum(pair[0] for pair in counted), sum(pair[1] for pair in counted)
    elif works:
        key = "saved-work"
        old, new = sum(work.old_requests for work in works), sum(work.new_requests for work in works)
    else:
        return ""
    told = {"old": number(old, digits=0, language=language), "new": number(new, digits=0, language=language)}
    return " " + words_of(language)[key].format(**told)


def _verdicts(
    stories: Sequence[ModuleStory], old_calls: int | None, language: Language
) -> tuple[Verdict, ...]:
    words = words_of(language)
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
        names = ", ".join(f"`{name}`" for name in waiting[:_SHOWN_NAMES])
        if len(waiting) > _SHOWN_NAMES:
            names = words["and-more"].format(names=names, count=len(waiting) - _SHOWN_NAMES)
        found.append(Verdict(words["waiting"], "plain", words["count"].format(count=len(waiting)), (names,)))
    if old_calls is not None:
        answer = words["old-some"].format(count=old_calls) if old_calls else words["old-none"]
        found.append(Verdict(words["old"], "warn" if old_calls else "good", answer))
    return tuple(found)


def _stage(story: ModuleStory) -> str:
    stage = story.state.stage
    return f"{stage.value} {story.state.percent:g}%" if stage is Stage.CANARY else stage.value


def _portfolio(stories: Sequence[ModuleStory], now: float, language: Language) -> tuple[Block, ...]:
    words = words_of(language)
    if not stories:
        return (Paragraph(words["nothing"]),)
    moments = [change.at for story in stories for change in story.changes]
    blocks: list[Block] = []
    if moments:
        # Room for the stage before the first change.
        start = min(moments) - max((now - min(moments)) * 0.04, 1.0)
        lanes = tuple(
            Lane(story.name, spans(story.changes, story.state, start, max(now, max(moments))))
            for story in _drawn(stories)
        )
        heads = (words["module"], words["stage"], words["since"])
        blocks.append(Timeline(words["timeline"], lanes, start, max(now, max(moments)), _ORDER, heads))
    columns = (
        Column(words["module"], code=True),
        Column(words["stage"], layout="line"),
        *(Column(words[name], digits=0) for name in ("runs", "differ", "fail", "gate")),
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


def _drawn(stories: Sequence[ModuleStory]) -> Sequence[ModuleStory]:
    """Return the modules of the timeline: in a large portfolio those that have moved."""
    if len(stories) <= _SHOWN_LANES:
        return stories
    return [story for story in stories if story.changes][:_SHOWN_LANES]


def _journal(stories: Sequence[ModuleStory], language: Language) -> Fold:
    words = words_of(language)
    changes = sorted((c for story in stories for c in story.changes), key=lambda change: change.at)
    if not changes:
        return Fold(words["journal"], ())
    rows = tuple(
        (
            minute(change.at, language),
            change.module,
            f"{change.old.get('stage', 'legacy')} → {change.new.get('stage', 'legacy')}",
            change.who,
            change.why,
        )
        for change in changes
    )
    columns = (
        Column(words["when"]),
        Column(words["module"], code=True),
        Column(words["change"], layout="line"),
        Column(words["who"]),
        Column(words["why"], layout="wide"),
    )
    return Fold(words["journal"], (Table(words["journal-caption"], columns, rows),))


def _differences(stories: Sequence[ModuleStory], language: Language) -> tuple[Block, ...]:
    words = words_of(language)
    rows: list[tuple[Cell, ...]] = []
    for story in stories:
        for cause in story.causes[:_SHOWN_CAUSES]:
            rows.append(
                (
                    story.name,
                    cause.place,
                    words.get(f"kind-{cause.kind}", cause.kind),
                    cause.runs,
                    f"{_cut(cause.old) or words['none']} → {_cut(cause.new) or words['none']}",
                    f"run:{cause.example}",
                )
            )
    if not rows:
        return (Paragraph(words["no-differences"]),)
    rows.sort(key=lambda row: -int(row[3]) if isinstance(row[3], int) else 0)
    columns = (
        Column(words["module"], code=True),
        Column(words["place"], code=True, layout="wide"),
        Column(words["kind"]),
        Column(words["in-runs"], digits=0),
        Column(words["example"], code=True, layout="wide"),
        Column(words["run"], code=True, layout="line"),
    )
    hidden = sum(max(len(story.causes) - _SHOWN_CAUSES, 0) for story in stories)
    more = (Paragraph(words["more"].format(count=hidden)),) if hidden else ()
    return (Paragraph(words["differences-text"]), Table(words["cause-caption"], columns, tuple(rows)), *more)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_VALUE else f"{text[:_SHOWN_VALUE]}…"


def _left(
    leftovers: Sequence[Leftover] | None, old_calls: int | None, language: Language
) -> tuple[Block, ...]:
    words = words_of(language)
    if leftovers is None or old_calls is None:
        return (Paragraph(words["no-scan"]),)
    told = Paragraph(words["told-some"].format(count=old_calls) if old_calls else words["told-none"])
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
    words = words_of(language)
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
                "requests": story.requests and {"old": story.requests[0], "new": story.requests[1]},
            }
            for story in stories
        ],
        "works": [asdict(work) for work in works],
        "old_calls": old_calls,
        "outdated": None if leftovers is None else [asdict(one) for one in leftovers],
    }
