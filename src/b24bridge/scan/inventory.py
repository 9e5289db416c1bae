"""The scan as a report for people: what is here, what is already wrong, what must be decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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
from b24bridge.scan.inventory_texts import TAGS, TEXTS
from b24bridge.scan.model import FileReport, Finding, ScanReport
from b24bridge.scan.old import is_old

__all__ = ["inventory"]

_SHOWN_METHODS: Final = 60
_SHOWN_PLACES: Final = 8
_SECURITY: Final = ("hard-coded-secret", "open-proxy", "ssl-verify-off")

Place = tuple[FileReport, Finding]


def inventory(report: ScanReport, *, language: Language = "en", made: str = "") -> Report:
    """Return the report of a scan.

    Args:
        made: When and by which command, for the foot of the page.
    """
    words = _words(language)
    places = [(file, finding) for file in report.files for finding in file.findings]
    old = sum(is_old(finding) for _, finding in places)
    lead = words["lead"].format(
        findings=len(places), files=sum(bool(file.findings) for file in report.files), seen=report.seen
    )
    return Report(
        title=words["title"],
        lead=lead if places else words["nothing"].format(seen=report.seen),
        verdicts=_verdicts(report, places, old, language),
        sections=tuple(_sections(report, places, language)),
        language=language,
        made=made,
        data={"scan": report.as_json(), "old_findings": old},
    )


def _words(language: Language) -> Mapping[str, str]:
    index = 0 if language == "en" else 1
    return {key: pair[index] for key, pair in TEXTS.items()}


def _verdicts(report: ScanReport, places: list[Place], old: int, language: Language) -> tuple[Verdict, ...]:
    words = _words(language)
    unsafe = [place for place in places if set(_SECURITY) & set(place[1].tags)]
    wrong = [place for place in places if BUGS & set(place[1].tags)]
    copies = [f"`{file.path}` ({file.sdk})" for file in report.files if file.sdk]
    found = [
        Verdict(
            words["left"],
            "warn" if old else "good",
            words["left_some"].format(count=old) if old else words["left_none"],
            tuple(copies),
        )
    ]
    for subject, chosen, answer in (("security", unsafe, "security_some"), ("bugs", wrong, "bugs_some")):
        tone: Tone = "bad" if chosen else "good"
        text = words[answer].format(count=len(chosen)) if chosen else words["none"]
        found.append(Verdict(words[subject], tone, text, _short(chosen, language)))
    return tuple(found)


def _short(places: list[Place], language: Language) -> tuple[str, ...]:
    """Return one line per advice, with the first places."""
    grouped: dict[str, list[str]] = {}
    for file, finding in places:
        grouped.setdefault(advice(finding, language), []).append(f"`{file.path}:{finding.line}`")
    return tuple(f"{text} {_listed(where)}" for text, where in grouped.items())


def _listed(where: list[str]) -> str:
    rest = len(where) - _SHOWN_PLACES
    return ", ".join(where[:_SHOWN_PLACES]) + (f" … +{rest}" if rest > 0 else "")


def _sections(report: ScanReport, places: list[Place], language: Language) -> Iterable[Section]:
    words = _words(language)
    if places:
        yield Section(words["apis"], _apis(places, words))
        yield Section(words["patterns"], (_patterns(places, language),))
        yield Section(words["methods"], (Paragraph(words["methods_text"]), _methods(places, words)))
        yield Section(words["files"], _files(report, language))
    skipped = Counter(entry.reason.partition(":")[0] for entry in report.skipped)
    lines = [words["read"].format(seen=report.seen)]
    lines += [
        words["skipped"].format(reason=reason, count=count) for reason, count in sorted(skipped.items())
    ]
    yield Section(words["method"], (Listing(tuple(lines)),))


def _apis(places: list[Place], words: Mapping[str, str]) -> tuple[Block, ...]:
    counts = Counter(finding.api for _, finding in places)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    olds = {finding.api for _, finding in places if is_old(finding)}
    rows: list[tuple[Cell, ...]] = [
        (
            api,
            count,
            len({file.path for file, finding in places if finding.api == api}),
            Mark(words["yes"], "warn") if api in olds else words["no"],
        )
        for api, count in ranked
    ]
    columns = (
        Column(words["api"], code=True),
        Column(words["sites"], digits=0),
        Column(words["in_files"], digits=0),
        Column(words["is_old"]),
    )
    chart = BarChart(
        words["api_chart"],
        tuple(api for api, _ in ranked[:12]),
        (Series(words["sites"], tuple(float(count) for _, count in ranked[:12])),),
    )
    return chart, Table(words["api_caption"], columns, tuple(rows))


def _patterns(places: list[Place], language: Language) -> Table:
    words = _words(language)
    counts = Counter(tag for _, finding in places for tag in finding.tags)
    index = 0 if language == "en" else 1
    rows: list[tuple[Cell, ...]] = []
    for tag, count in sorted(counts.items(), key=lambda item: (item[0] not in BUGS, -item[1], item[0])):
        where = [f"{file.path}:{finding.line}" for file, finding in places if tag in finding.tags]
        name = Mark(tag, "bad" if tag in BUGS or tag in _SECURITY else "plain")
        rows.append((name, count, TAGS.get(tag, ("", ""))[index], ", ".join(where[:3])))
    columns = (
        Column(words["pattern"]),
        Column(words["sites"], digits=0),
        Column(words["means"]),
        Column(words["examples"], code=True),
    )
    return Table(words["pattern_caption"], columns, tuple(rows))


def _methods(places: list[Place], words: Mapping[str, str]) -> Table:
    counts = Counter(finding.known_method or finding.method_pattern or "" for _, finding in places)
    unknown = counts.pop("", 0)
    outdated = {
        name: finding.deprecated
        for _, finding in places
        if finding.deprecated is not None and (name := finding.known_method)
    }
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows: list[tuple[Cell, ...]] = []
    for name, count in ranked[:_SHOWN_METHODS]:
        replacement = outdated.get(name)
        text = "" if replacement is None else words["use"].format(names=", ".join(replacement) or "–")
        rows.append((name, count, Mark(text, "warn") if text else ""))
    rest = sum(count for _, count in ranked[_SHOWN_METHODS:])
    caption = words["method_caption"].format(names=len(ranked), unknown=unknown)
    if rest:
        rows.append((words["others"], rest, ""))
    columns = (
        Column(words["name"], code=True),
        Column(words["sites"], digits=0),
        Column(words["outdated"]),
    )
    return Table(caption, columns, tuple(rows))


def _files(report: ScanReport, language: Language) -> tuple[Block, ...]:
    words = _words(language)
    columns = tuple(
        Column(words[name], code=name == "name") for name in ("line", "api", "name", "tags", "advice")
    )
    folds = []
    for file in report.files:
        if not file.findings and not file.syntax_errors:
            continue
        rows = tuple(
            (
                str(finding.line),
                finding.api,
                finding.known_method or finding.method_pattern or "",
                ", ".join(finding.tags),
                advice(finding, language),
            )
            for finding in file.findings
        )
        blocks: list[Block] = [Table(words["file_caption"], columns, rows)] if rows else []
        if file.syntax_errors:
            lines = ", ".join(map(str, file.syntax_errors[:20]))
            blocks.append(Paragraph(words["syntax"].format(lines=lines)))
        folds.append(Fold(f"{file.path}: {len(file.findings)}", tuple(blocks)))
    return tuple(folds)
