"""The commands that speak to a portal, against a served sandbox."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from b24bridge.cli import cli, main
from b24bridge.sandbox import Portal, seeds
from b24bridge.sandbox.asgi import Server

CODE = "c0dec0dec0de"


@pytest.fixture(scope="module")
def served() -> Iterator[Portal]:
    """The small service desk behind a loopback socket."""
    with Portal(seeds.service_desk("small"), webhook_code=CODE) as portal:
        ready = threading.Event()
        server = Server(portal, when_ready=ready.set)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert ready.wait(10)
        yield portal
        server.should_exit = True
        thread.join(10)
        server.socket.close()


def run(portal: Portal, *words: str) -> Result:
    """Run a command with the portal named by the environment."""
    return CliRunner().invoke(cli, words, env={"B24BRIDGE_WEBHOOK_URL": portal.webhook_url})


def parsed(result: Result) -> Any:
    """Return what a command printed as JSON."""
    return json.loads(result.stdout)


def test_call_prints_the_result(served: Portal) -> None:
    """Operators inside brackets keep their equals sign."""
    result = run(served, "call", "crm.item.list", "entityTypeId=140", "filter[>=id]=3201", "select[]=id")

    assert [3201] == [item["id"] for item in parsed(result)["items"]][:1]


def test_call_prints_the_whole_answer_when_asked(served: Portal) -> None:
    """120 tickets, 50 a page."""
    body = parsed(run(served, "call", "crm.item.list", "--json", '{"entityTypeId": 140}', "--envelope"))

    assert (120, 50) == (body["total"], body["next"])


def test_a_dry_run_sends_nothing(served: Portal) -> None:
    """It shows the parameters as they were understood."""
    before = len(served.requests)

    result = run(served, "call", "crm.item.add", "entityTypeId=140", "fields[title]=a=b", "--dry-run")

    assert {"entityTypeId": "140", "fields": {"title": "a=b"}} == parsed(result)["params"]
    assert before == len(served.requests)


def test_list_streams_all_pages_as_csv(served: Portal) -> None:
    """120 rows under one head, and the report on standard error."""
    result = run(
        served,
        "list",
        "crm.item.list",
        "entityTypeId=140",
        "select[]=id",
        "select[]=title",
        "--format",
        "csv",
    )

    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert 120 == len({row["id"] for row in rows})
    assert "120 rows in" in result.stderr
    assert "complete." in result.stderr


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_list_prints_json_row_by_row(served: Portal, form: str) -> None:
    """Both forms hold the same rows."""
    result = run(
        served, "list", "crm.item.list", "entityTypeId=140", "select[]=id", "--limit", "7", "--format", form
    )

    rows = parsed(result) if form == "json" else [json.loads(line) for line in result.stdout.splitlines()]
    assert 7 == len(rows)


def test_whoami_tells_user_and_scopes(served: Portal) -> None:
    """Of the webhook's owner."""
    told = parsed(run(served, "whoami"))

    assert ("1", "Администратор Портала", True) == (told["id"], told["name"], told["administrator"])
    assert "crm" in told["scopes"]


def test_doctor_finds_plain_http(served: Portal) -> None:
    """Everything else is well."""
    result = run(served, "doctor")

    wrong = [check["name"] for check in parsed(result) if not check["ok"]]
    assert (1, ["encryption"]) == (result.exit_code, wrong)


def test_no_portal_in_the_environment_says_what_to_set() -> None:
    """A clear error, not a traceback."""
    result = CliRunner().invoke(cli, ["whoami"], env={"B24BRIDGE_WEBHOOK_URL": "", "C_REST_WEB_HOOK_URL": ""})

    assert "B24BRIDGE_WEBHOOK_URL" in str(result.exception)


def test_errors_end_with_their_exit_code_and_without_secrets(
    served: Portal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """3 for the portal, 2 for wrong use; the webhook's code stands in neither text."""
    monkeypatch.setenv("B24BRIDGE_WEBHOOK_URL", served.webhook_url)
    codes = []
    for words in (
        ["call", "crm.item.get", "entityTypeId=140", "id=1"],
        ["call", "x", "--json", "{"],
        ["nothing"],
    ):
        with pytest.raises(SystemExit) as left:
            main(words)
        codes.append(left.value.code)

    told = capsys.readouterr().err
    assert [3, 2, 2] == codes
    assert "NotFoundError" in told
    assert CODE not in told
