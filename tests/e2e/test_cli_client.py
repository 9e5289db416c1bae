"""The commands that speak to a portal, against a served sandbox."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from b24bridge.cli import cli, main
from b24bridge.errors import AuthError, TransportError
from b24bridge.sandbox import Portal, seeds
from b24bridge.sandbox.asgi import Server

CODE = "c0dec0dec0de"
CASSETTES = Path(__file__).parents[2] / "cassettes"


@pytest.fixture(scope="module")
def served() -> Iterator[Portal]:
    """The small service desk behind a loopback socket."""
    with Portal(seeds.service_desk("small"), webhook_code=CODE) as portal:
        ready = threading.Event()
        server = Server(portal, when_ready=ready.set)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert ready.wait(120)
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


@pytest.mark.parametrize(
    ("refresh", "expires", "ok", "told"),
    [
        ("r", "4102444800", True, "minutes left, then renewed"),
        ("r", "", True, "renewed when the portal says"),
        ("", "4102444800", False, "no refresh token"),
    ],
)
def test_doctor_tells_how_long_the_tokens_last(
    served: Portal, tmp_path: Path, refresh: str, expires: str, ok: bool, told: str
) -> None:
    """Of an application; a webhook does not expire."""
    settings = tmp_path / "settings.json"
    tokens = {
        "access_token": served.tokens()["access"],
        "refresh_token": refresh,
        "client_endpoint": f"{served.base_url}/rest/",
        "expires": expires,
    }
    settings.write_text(json.dumps(tokens), "utf-8")
    names = {"B24BRIDGE_SETTINGS": str(settings), "B24BRIDGE_WEBHOOK_URL": "", "C_REST_WEB_HOOK_URL": ""}

    checks = parsed(CliRunner().invoke(cli, ["doctor"], env=names))
    webhook = parsed(run(served, "doctor"))

    token = next(check for check in checks if check["name"] == "token")
    assert token["ok"] is ok
    assert told in token["found"]
    assert "a webhook, which does not expire" in [check["found"] for check in webhook]


def test_batch_hands_results_on_and_tells_every_outcome(served: Portal) -> None:
    """The second command uses the first, the third fails; exit code 1 says so."""
    result = run(
        served,
        "batch",
        "me=user.current",
        "home=department.get?ID=$result[me][UF_DEPARTMENT][0]",
        "lost=crm.item.get?entityTypeId=140&id=1",
    )

    told = parsed(result)
    assert [("me", "ok"), ("home", "ok"), ("lost", "failed")] == [
        (row["command"], row["state"]) for row in told
    ]
    assert str(told[0]["result"]["UF_DEPARTMENT"][0]) == told[1]["result"][0]["ID"]
    assert told[2]["error"].startswith("NotFoundError")
    assert (1, "1 command did not end well.\n") == (result.exit_code, result.stderr)


def test_batch_reads_a_file_of_lines_as_it_comes_and_halts(served: Portal, tmp_path: Path) -> None:
    """120 lines are 3 requests; with --halt nothing runs after the first failure."""
    good, bad = (
        '{"method": "server.time"}\n',
        '{"method": "crm.item.get", "params": {"entityTypeId": 140, "id": 1}}\n',
    )
    (tmp_path / "lines").write_text(good * 120, encoding="utf-8")
    (tmp_path / "halting").write_text(good + bad + good * 60, encoding="utf-8")
    before = len(served.requests)

    whole = parsed(run(served, "batch", "--file", str(tmp_path / "lines")))
    requests = len(served.requests) - before
    halted = parsed(run(served, "batch", "--halt", "--file", str(tmp_path / "halting")))

    assert (3, 120, {"ok"}) == (requests, len(whole), {row["state"] for row in whole})
    assert [1, 120] == [whole[0]["command"], whole[-1]["command"]]
    assert ["ok", "failed", *["not_run"] * 48] == [row["state"] for row in halted]


def test_batch_reads_an_object_and_shows_what_it_would_send(served: Portal) -> None:
    """Standard input, over several lines; nothing is sent."""
    text = '{"a": {"method": "user.get",\n "params": {"ID": 1}}}'

    result = CliRunner().invoke(cli, ["batch", "--file", "-", "--dry-run"], input=text)

    assert [{"command": "a", "method": "user.get", "params": {"ID": 1}}] == parsed(result)


@pytest.mark.parametrize(
    ("words", "text", "told"),
    [
        (["me"], "", "'me' is not NAME=METHOD"),
        (["a=x", "a=y"], "", "Two commands are named a"),
        (["--file", "-"], "", "no command"),
        (["--file", "-"], "{", "not JSON"),
        (["--file", "-"], '{"method": "x"}\n{', "Line 2 is not JSON"),
        (["--file", "-"], '{"a": 5}', "a is no command"),
        ([], "", "Give either"),
    ],
)
def test_batch_says_what_is_wrong_with_its_commands(
    words: list[str],
    text: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, and a text that names the place."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    with pytest.raises(SystemExit) as left:
        main(["batch", *words, "--dry-run"])

    assert (2, True) == (left.value.code, told in capsys.readouterr().err)


def test_drift_names_the_places_that_answer_otherwise(served: Portal, tmp_path: Path) -> None:
    """A cassette of the same portal shows none; one that recorded text where numbers come shows the place."""
    recorded = json.loads((CASSETTES / "sector-small.json").read_text(encoding="utf-8"))
    (tmp_path / "same.json").write_text(json.dumps(recorded), encoding="utf-8")
    same = run(served, "drift", "--cassettes", str(tmp_path))
    text = json.dumps(recorded).replace('\\"id\\":3201,', '\\"id\\":\\"3201\\",')
    (tmp_path / "same.json").write_text(text, encoding="utf-8")

    changed = run(served, "drift", "same", "--cassettes", str(tmp_path))

    assert (0, []) == (same.exit_code, parsed(same))
    assert 1 == changed.exit_code
    assert "result.items[*].id" in [row["place"] for row in parsed(changed)]


def test_drift_of_a_portal_that_is_not_there_is_an_error_without_the_code(tmp_path: Path) -> None:
    """Exit code 3's error, with the host and without the webhook's code."""
    result = CliRunner().invoke(
        cli,
        ["drift", "sector-small", "--cassettes", str(CASSETTES)],
        env={"B24BRIDGE_WEBHOOK_URL": f"http://127.0.0.1:9/rest/1/{CODE}/"},
    )

    assert isinstance(result.exception, TransportError)
    assert CODE not in str(result.exception)


def test_a_portal_that_refuses_everybody_has_not_drifted(served: Portal) -> None:
    """Credentials say nothing of a method: an error, and no list of places."""
    url = served.webhook_url.replace(CODE, "an0therc0de")

    result = CliRunner().invoke(
        cli, ["drift", "sector-small", "--cassettes", str(CASSETTES)], env={"B24BRIDGE_WEBHOOK_URL": url}
    )

    assert isinstance(result.exception, AuthError)
    assert "" == result.stdout


def test_batch_says_that_a_file_is_not_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A windows-1251 file is told, not thrown."""
    (tmp_path / "f").write_bytes('{"method": "x", "params": {"NAME": "Имя"}}'.encode("cp1251"))

    with pytest.raises(SystemExit) as left:
        main(["batch", "--file", str(tmp_path / "f"), "--dry-run"])

    assert (2, True) == (left.value.code, "not in UTF-8" in capsys.readouterr().err)


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
