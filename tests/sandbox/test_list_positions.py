"""Lists that go on where an earlier reading stopped, by a file; the command that does so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from b24bridge import Client
from b24bridge.cli import cli
from b24bridge.errors import ConfigError
from b24bridge.modern import positions
from b24bridge.modern.positions import ListPosition
from b24bridge.sandbox import Portal


@pytest.fixture
def b24() -> Iterator[Client]:
    """A client of a portal with 120 deals."""
    deals: list[dict[str, Any]] = [{"id": n, "title": f"Сделка {n}"} for n in range(1, 121)]
    with (
        Portal({"items_2": deals}) as portal,
        Client.from_webhook(portal.webhook_url, transport=portal) as made,
    ):
        yield made


def ids(pages: Any) -> list[int]:
    """Return the ids of the rows of some pages."""
    return [row.id for page in pages for row in page]


def test_reading_goes_on_behind_the_last_page_that_was_used(b24: Client, tmp_path: Path) -> None:
    """A page counts as used when the next one is asked for; all runs together give each row once."""
    file = tmp_path / "deals.position"
    first = ListPosition(file).pages(b24.crm.deals.list())
    used = [next(first)]
    next(first)
    first.close()  # type: ignore[attr-defined]  # it is a generator

    rest = ids(ListPosition(file).pages(b24.crm.deals.list()))

    assert list(range(1, 121)) == ids(used) + rest
    assert 120 == ListPosition(file).rows


def test_list_that_was_finished_brings_what_is_new(b24: Client, tmp_path: Path) -> None:
    """Nothing, as long as there is nothing."""
    kept = ListPosition(tmp_path / "deals.position")
    whole = ids(kept.pages(b24.crm.deals.list()))

    nothing = ids(kept.pages(b24.crm.deals.list()))
    b24.crm.deals.add({"title": "new"})
    news = ids(kept.pages(b24.crm.deals.list()))

    assert 120 == len(whole)
    assert [] == nothing
    assert [121] == news
    assert kept.report is not None
    assert kept.report.is_proven


@pytest.mark.parametrize("method", ["department.get", "crm.status.list", "user.get"])
def test_list_by_offset_that_was_finished_brings_nothing_more(
    b24: Client, tmp_path: Path, method: str
) -> None:
    """Asked for what lies behind the end, a portal begins anew, or ignores the offset."""
    kept = ListPosition(tmp_path / "position")

    counts = [sum(len(page) for page in kept.pages(b24.iter(method))) for _ in range(3)]

    assert counts[0] > 0
    assert [0, 0] == counts[1:]
    assert kept.report is not None
    assert kept.report.finished


@pytest.mark.parametrize("method", ["department.get", "crm.status.list", "user.get"])
def test_list_that_stopped_at_its_last_row_does_not_begin_anew(b24: Client, method: str) -> None:
    """The end may not have been noticed any more; an offset of the total leads nowhere."""
    rows = b24.iter(method)
    rows.all()
    assert rows.report is not None

    assert [] == b24.iter(method, resume=rows.report.position).all()


def test_error_keeps_what_was_read(b24: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is written in whatever way the reading ends, and on the way."""
    monkeypatch.setattr(positions, "EVERY", 50)
    file = tmp_path / "deals.position"
    reading = ListPosition(file).pages(b24.crm.deals.list())
    next(reading)
    next(reading)
    on_the_way = json.loads(file.read_text("utf-8"))["position"]

    with pytest.raises(ZeroDivisionError):
        reading.throw(ZeroDivisionError())  # type: ignore[attr-defined]  # it is a generator

    assert 50 == on_the_way
    assert [51] == ids(ListPosition(file).pages(b24.crm.deals.list()))[:1]


@pytest.mark.parametrize("content", ["[]", "{", '{"method": "crm.deal.list", "rows": 5}'])
def test_damaged_file_is_refused(b24: Client, tmp_path: Path, content: str) -> None:
    """Rather than reading anew, which would double all rows."""
    file = tmp_path / "deals.position"
    file.write_text(content, "utf-8")

    with pytest.raises(ConfigError, match="no position"):
        ids(ListPosition(file).pages(b24.crm.deals.list()))


def test_position_of_another_list_is_refused(b24: Client, tmp_path: Path) -> None:
    """Another filter is another list."""
    kept = ListPosition(tmp_path / "deals.position")
    ids(kept.pages(b24.crm.deals.list()))

    with pytest.raises(ConfigError, match="another list"):
        ids(kept.pages(b24.crm.deals.list({"CLOSED": "N"})))


def run(monkeypatch: pytest.MonkeyPatch, b24: Client, *words: str) -> Any:
    """Run the command with a client that is there already."""
    monkeypatch.setattr("b24bridge.cli.list.client_of", lambda settings_php, insecure: b24)
    return CliRunner().invoke(cli, ["list", *words])


def test_command_goes_on_under_the_same_head(
    b24: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run adds only what is new."""
    words = (
        "crm.deal.list",
        "--format",
        "csv",
        "--columns",
        "ID,TITLE",
        "--resume",
        str(tmp_path / "position"),
    )

    first = run(monkeypatch, b24, *words)
    b24.crm.deals.add({"title": "new"})
    second = run(monkeypatch, b24, *words)

    assert ["ID,TITLE", "1,Сделка 1"] == first.stdout.splitlines()[:2]
    assert 121 == len(first.stdout.splitlines())
    assert "121,new\n" == second.stdout
    assert "1 rows in" in second.stderr


def test_command_reads_lists_of_rest_3(b24: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose parameters are JSON."""
    result = run(
        monkeypatch,
        b24,
        "main.eventlog.list",
        "--api",
        "3",
        "--json",
        '{"select": ["id"]}',
        "--format",
        "ndjson",
    )

    assert {"id": 1} == json.loads(result.stdout.splitlines()[0])


def test_command_runs_batches_of_rest_3(b24: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By ``--api`` for all, or beside a method in a file."""
    monkeypatch.setattr("b24bridge.cli.batch.client_of", lambda settings_php, insecure: b24)
    new = {
        "method": "tasks.task.add",
        "params": {"fields": {"title": "a", "creatorId": 1, "responsibleId": 1}},
    }
    lines = "\n".join([json.dumps({**new, "api": 3})] * 2 + [json.dumps({"method": "server.time"})])

    made = CliRunner().invoke(cli, ["batch", "--file", "-", "--together"], input=lines)
    got = CliRunner().invoke(cli, ["batch", "--api", "3", "a=tasks.task.get?id=1", "b=tasks.task.get?id=9"])

    assert ["ok", "ok", "ok"] == [row["state"] for row in json.loads(made.stdout)]
    assert ["ok", "failed"] == [row["state"] for row in json.loads(got.stdout)]


@pytest.mark.parametrize("more", [("--limit", "3"), ("--prove",), ("--format", "json")])
def test_resume_goes_with_streams_only(
    b24: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    """Two JSON documents in one file would be none."""
    result = run(monkeypatch, b24, "crm.deal.list", "--resume", str(tmp_path / "p"), *more)

    assert 2 == result.exit_code
    assert "--resume goes with" in result.stderr
