"""The report of a migration: stages over time, differences by cause, what is next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from b24bridge.report import Timeline, render_html, render_markdown
from b24bridge.report.migration import migration_report
from b24bridge.report.model import Language, Span
from b24bridge.report.portfolio import Leftover, Work, read_portfolio, spans, works
from b24bridge.router import Gates, MemoryTable, ModuleState, Run, Stage
from b24bridge.router.ledger import MemoryLedger
from b24bridge.router.table import Change

NOW = 4_000_000_000.0


def change(at: float, old: str, new: str) -> Change:
    """One change of the journal."""
    return Change(at, "m", {"stage": old}, {"stage": new}, "анна", "по плану")


def mismatch(number: int, row: int) -> str:
    """What the ledger keeps of a run that differs in one row, and in one write."""
    shown = {"place": f"body.rows[{row}].hours", "kind": "value", "old": {"hours": 3}, "new": {"hours": 2}}
    write = {"method": "crm.item.update", "params": {"id": number}}
    return json.dumps(
        {"differences": 1, "shown": [shown, shown], "only_old_writes": [], "only_new_writes": [write]}
    )


@pytest.fixture
def table() -> MemoryTable:
    """One module in shadow, one in canary whose gate is open, one not begun."""
    return MemoryTable(
        {
            "graph": ModuleState(stage=Stage.SHADOW, gates=Gates(min_runs=2)),
            "sector": ModuleState(stage=Stage.CANARY, percent=25, gates=Gates(min_runs=2)),
            "time": ModuleState(),
        }
    )


@pytest.fixture
def ledger() -> MemoryLedger:
    """Runs of the two that have begun; those of graph differ."""
    kept = MemoryLedger()
    for number in range(3):
        kept.add(Run(NOW, "graph", "shadow", "legacy", "mismatch", 0.4, 0.1, detail=mismatch(number, number)))
        kept.add(Run(NOW, "sector", "canary", "modern", "single", None, 0.2))
    return kept


def test_stages_over_time_come_from_the_journal() -> None:
    """From the left edge on in the stage before the first change; a change of the percentage is no new stage."""
    changes = [change(10, "legacy", "shadow"), change(15, "shadow", "shadow"), change(30, "shadow", "canary")]

    found = spans(changes, ModuleState(stage=Stage.CANARY), 0, 40)

    assert (Span(0, 10, "legacy"), Span(10, 30, "shadow"), Span(30, 40, "canary")) == found


def test_a_module_without_changes_was_always_in_its_stage() -> None:
    """A table that people wrote has no journal."""
    assert (Span(0, 40, "shadow"),) == spans([], ModuleState(stage=Stage.SHADOW), 0, 40)


def test_differences_of_all_rows_and_runs_have_one_cause(table: MemoryTable, ledger: MemoryLedger) -> None:
    """Three runs, each in another row, are one place; writes that one path makes are another cause."""
    graph = read_portfolio(table, ledger)[0]

    assert [
        ("body.rows[*].hours", "value", 3, "3", "2"),
        ("crm.item.update", "only_new_writes", 3, "", '{"id": 2}'),
    ] == [(one.place, one.kind, one.runs, one.old, one.new) for one in graph.causes]


@pytest.mark.parametrize(
    ("language", "held", "promote"),
    [
        ("en", "3 of 3 compared runs differ", "`sector`: the gate is open."),
        ("ru", "различаются 3 из 3 сравнений", "`sector`: условия выполнены."),
    ],
)
def test_what_is_next_follows_from_the_gates(
    table: MemoryTable, ledger: MemoryLedger, language: Language, held: str, promote: str
) -> None:
    """Explain where paths differ, promote where the gate is open, begin what has not begun."""
    text = render_markdown(migration_report(read_portfolio(table, ledger), now=NOW, language=language))

    assert held in text
    assert f"- {promote} `b24bridge promote sector" in text
    assert "`b24bridge explain run:" in text
    assert "`b24bridge promote time" in text


def test_what_is_not_known_is_said_with_the_command_that_tells(table: MemoryTable) -> None:
    """No runs, no bench, no code: three sentences instead of three empty tables."""
    text = render_markdown(migration_report(read_portfolio(table, MemoryLedger()), now=NOW))

    assert "The ledger holds no timed run yet." in text
    assert "Requests saved are not known yet" in text
    assert "give its folder with --code" in text


def test_known_requests_and_leftovers_are_shown(table: MemoryTable, ledger: MemoryLedger) -> None:
    """The saving stands in the first lines."""
    told = migration_report(
        read_portfolio(table, ledger),
        now=NOW,
        works=(Work("time", 764, 4, 2.0, 0.5),),
        leftovers=(Leftover("crm.deal.list", ("crm.item.list",), ("a.php:3", "b.php:4")),),
        old_calls=2,
    )

    text = render_markdown(told)
    assert "4 requests to the portal instead of 764" in told.lead
    assert "| `crm.deal.list` | `crm.item.list` | 2 | `a.php:3, b.php:4` |" in text
    assert "| `time` | 764 | 4 | 99" in text


def test_requests_of_calls_come_from_the_ledger(table: MemoryTable, ledger: MemoryLedger) -> None:
    """Runs of both paths to their end count, whatever the stage; a bench then only adds its own table."""
    for count in (3, 5):
        ledger.add(
            Run(
                NOW,
                "graph",
                "shadow",
                "legacy",
                "match",
                0.4,
                0.1,
                legacy_requests=107,
                modern_requests=count,
            )
        )
        ledger.add(
            Run(NOW, "graph", "shadow", "legacy", "stopped", 0.4, 0.1, legacy_requests=107, modern_requests=0)
        )
    ledger.add(Run(NOW, "graph", "shadow", "legacy", "mismatch", 9.0, 9.0, "", "ServerError", "", 107, 1))

    told = migration_report(read_portfolio(table, ledger), now=NOW, works=(Work("time", 764, 4, 2.0, 0.5),))

    text = render_markdown(told)
    assert "needs 4 requests to the portal instead of 107" in told.lead
    assert "| `graph` | 107.0 | 4.0 | 96\N{NO-BREAK SPACE}% |" in text
    assert "| `time` | 764 | 4 | 99" in text
    assert [{"old": 107.0, "new": 4.0}, None, None] == [one["requests"] for one in told.data["modules"]]


def test_kinds_and_absent_values_are_told_in_words(table: MemoryTable) -> None:
    """A row that only one path has is not an empty cell."""
    kept = MemoryLedger()
    shown = [{"place": "rows[15]", "kind": "missing", "old": {"rows[15]": 15}, "new": {}}]
    detail = json.dumps({"differences": 1, "shown": shown, "only_old_writes": [], "only_new_writes": []})
    kept.add(Run(NOW, "graph", "shadow", "legacy", "mismatch", 0.4, 0.1, detail=detail))

    english, russian = (
        render_markdown(migration_report(read_portfolio(table, kept), now=NOW, language=language))
        for language in ("en", "ru")
    )

    assert "| `rows[*]` | only the old path has it | 1 | `15 → (nothing)` |" in english
    assert "| `rows[*]` | есть только у старого пути | 1 | `15 → (ничего)` |" in russian


def test_a_large_portfolio_stays_readable() -> None:
    """The timeline draws what has moved, and names of what has not begun end with their number."""
    table = MemoryTable({f"m{number:03}": ModuleState() for number in range(200)})
    table.change("m007", lambda state: replace(state, stage=Stage.SHADOW), who="анна", why="пилот")

    told = migration_report(read_portfolio(table, MemoryLedger()), now=NOW)

    (timeline,) = [block for block in told.sections[0].blocks if isinstance(block, Timeline)]
    assert ["m007"] == [lane.name for lane in timeline.lanes]
    assert "`m020` and 179 more" in render_markdown(told)


def test_page_draws_the_stages_and_tells_them_as_a_table(table: MemoryTable, ledger: MemoryLedger) -> None:
    """The chart has a title, a text alternative and the same as a table."""
    table.change("graph", lambda state: replace(state, stage=Stage.LEGACY), who="анна", why="жалобы")
    told = migration_report(read_portfolio(table, ledger), now=NOW)

    page = render_html(told)

    assert any(isinstance(block, Timeline) for block in told.sections[0].blocks)
    assert 'class="st-shadow"' in page
    assert page.count("<caption>Stages over time</caption>") == 1
    assert "graph: shadow " in page
    assert "жалобы" in page
    assert "<script" not in page


def test_measured_work_is_read_from_bench_and_pilot() -> None:
    """Both files keep it under the same name; a work with one path only says nothing."""
    paths = {
        "legacy": {"requests": 40, "wall_s": {"median": 0.4}},
        "modern": {"requests": 4, "wall_s": {"median": 0.1}},
    }

    found = works({"measured": {"list": {"paths": paths}, "get": {"paths": {"modern": paths["modern"]}}}})

    assert (Work("list", 40, 4, 0.4, 0.1),) == found


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"measured": 5},
        {"measured": {"list": {"paths": {"legacy": {}, "modern": {}}}}},
        {"workloads": {"a": 1}},
    ],
)
def test_a_file_that_is_no_bench_holds_no_work(given: dict[str, Any]) -> None:
    """Other files are called bench.json too."""
    assert () == works(given)


def test_an_empty_table_says_how_to_begin() -> None:
    """No division by nothing."""
    told = migration_report((), now=NOW)

    assert "`b24bridge plan` writes the stage table" in told.lead
    assert [] == told.data["modules"]
