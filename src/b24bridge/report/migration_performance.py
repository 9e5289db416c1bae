"""The part of a migration report on time and requests, old and new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from b24bridge.report.migration_texts import words_of
from b24bridge.report.model import BarChart, Block, Column, Language, Paragraph, Series, Table
from b24bridge.report.portfolio import ModuleStory, Work

__all__ = ["performance"]

_SHOWN_CHARTED: Final = 20


def performance(
    stories: Sequence[ModuleStory], works: Sequence[Work], language: Language
) -> tuple[Block, ...]:
    """Return charts and tables: times of calls in milliseconds, requests of a call, and what bench measured.

    Args:
        stories: The modules; their figures come from the ledger.
        works: Pieces of work that `b24bridge bench` measured, if any.
        language: ``en`` or ``ru``.
    """
    words = words_of(language)
    return (*_times(stories, words), *_requests(stories, words), *_benched(works, words))


def _times(stories: Sequence[ModuleStory], words: Mapping[str, str]) -> tuple[Block, ...]:
    timed = [
        story
        for story in stories
        if story.over_all.legacy_p50_s is not None or story.over_all.modern_p50_s is not None
    ]
    if not timed:
        return (Paragraph(words["no-runs"]),)
    charted = timed[:_SHOWN_CHARTED]
    charts = tuple(
        BarChart(
            words[f"chart-{percent}"],
            tuple(story.name for story in charted),
            tuple(
                Series(
                    words[f"{side}-path"],
                    tuple(_ms(getattr(story.over_all, f"{path}_{percent}_s")) for story in charted),
                )
                for side, path in (("old", "legacy"), ("new", "modern"))
            ),
            digits=1,
        )
        for percent in ("p50", "p95")
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
    return (*charts, Table(words["times-caption"], columns, rows))


def _requests(stories: Sequence[ModuleStory], words: Mapping[str, str]) -> tuple[Block, ...]:
    counted = [(story.name, *story.requests) for story in stories if story.requests is not None]
    if not counted:
        return (Paragraph(words["no-requests"]),)
    charted = counted[:_SHOWN_CHARTED]
    chart = BarChart(
        words["chart-call-requests"],
        tuple(name for name, _, _ in charted),
        (
            Series(words["old-path"], tuple(old for _, old, _ in charted)),
            Series(words["new-path"], tuple(new for _, _, new in charted)),
        ),
        digits=1,
    )
    columns = (
        Column(words["module"], code=True),
        Column(words["old-requests"], digits=1),
        Column(words["new-requests"], digits=1),
        Column(words["fewer"], digits=0, unit="%"),
    )
    rows = tuple((name, old, new, _fewer(old, new)) for name, old, new in counted)
    return chart, Table(words["call-requests-caption"], columns, rows)


def _benched(works: Sequence[Work], words: Mapping[str, str]) -> tuple[Block, ...]:
    if not works:
        return ()
    chart = BarChart(
        words["chart-requests"],
        tuple(work.name for work in works),
        (
            Series(words["old-path"], tuple(float(work.old_requests) for work in works)),
            Series(words["new-path"], tuple(float(work.new_requests) for work in works)),
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
            _fewer(work.old_requests, work.new_requests),
            _ms(work.old_s),
            _ms(work.new_s),
        )
        for work in works
    )
    return chart, Table(words["requests-caption"], columns, rows)


def _fewer(old: float, new: float) -> float | None:
    return 100 * (1 - new / old) if old else None


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
