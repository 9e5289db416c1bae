"""``b24bridge record`` and ``b24bridge verify``."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from b24bridge.bench.server import sandbox_server
from b24bridge.cli import main
from b24bridge.contract.record import known_secrets

ROOT = Path(__file__).parents[2]
RECORD = [
    "record", "examples.service_desk.sector", "--name", "board", "--size", "small",
    "--now", "2025-12-18T09:00:00Z", "--request", '{"method": "GET"}',
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in the root of the repository, without a portal in the environment."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("B24BRIDGE_WEBHOOK_URL", raising=False)


def call(*arguments: str) -> int:
    """Run the command line and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def rows_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The rows that a command printed as JSON."""
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return rows


@pytest.mark.parametrize("form", [[], ["--yaml"]])
def test_recorded_module_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    """A recording from the sandbox passes at once, in both formats."""
    assert 0 == call(*RECORD, "--cassettes", str(tmp_path), *form)
    capsys.readouterr()

    assert 0 == call("verify", "board", "--cassettes", str(tmp_path), "--format", "json")

    (row,) = rows_of(capsys)
    assert ("same", 4, 2) == (row["verdict"], row["requests_old"], row["requests_new"])


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    """--dry-run records and tells, but leaves no file."""
    assert 0 == call(*RECORD, "--cassettes", str(tmp_path), "--dry-run")

    assert [] == list(tmp_path.iterdir())


def test_difference_ends_with_exit_code_1_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording that the new path cannot reproduce is listed place by place, also for CI."""
    call(*RECORD, "--cassettes", str(tmp_path))
    file = tmp_path / "board.json"
    # The recorded portal called somebody by another name than the portal built from it can know.
    cassette = json.loads(file.read_text(encoding="utf-8"))
    page = cassette["interactions"][-1]["response"]["body"]
    page["string"] = page["string"].replace('"ID":"', '"XX":"')
    file.write_text(json.dumps(cassette), encoding="utf-8")
    capsys.readouterr()

    code = call("verify", "--cassettes", str(tmp_path), "--junit", str(tmp_path / "junit.xml"))

    assert 1 == code
    assert "board:" in capsys.readouterr().err
    suite = ET.fromstring((tmp_path / "junit.xml").read_text(encoding="utf-8")).find("testsuite")
    assert suite is not None
    assert "0" != suite.get("failures")


def test_repairs_must_be_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --repaired every difference belongs to a defect that the rules accept."""
    assert 0 == call("verify", "time-small", "--repaired", "--format", "json")

    (row,) = rows_of(capsys)
    assert "SD-TT-01 SD-TT-03 SD-TT-04" == row["defects"]
    # As many places as differ between the recorded answers of PHP, as it is and as meant.
    assert (0, 74) == (row["open"], row["accepted"])


def test_repairs_cannot_be_proven_on_what_the_old_path_saw_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The recording holds too little for the new path; that differs, and the remedy is named."""
    cassette = json.loads((ROOT / "cassettes" / "time-small.json").read_text(encoding="utf-8"))
    del cassette["interactions"][-cassette["about"].pop("repaired") :]
    (tmp_path / "time.json").write_text(json.dumps(cassette), encoding="utf-8")
    rules = str(ROOT / "cassettes" / "accepted.toml")

    assert 1 == call("verify", "time", "--repaired", "--cassettes", str(tmp_path), "--rules", rules)

    told = capsys.readouterr().err
    assert "`b24bridge record --repaired` keeps more" in told
    assert "body.data.weeks[0]" in told


def test_recorded_repairs_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --repaired the recording also holds what the new path asks when it repairs."""
    rules = ["--rules", str(ROOT / "cassettes" / "accepted.toml")]

    assert 0 == call(*RECORD, "--cassettes", str(tmp_path), "--repaired", *rules)
    capsys.readouterr()
    assert 0 == call("verify", "--cassettes", str(tmp_path), "--repaired", *rules, "--format", "json")

    (row,) = rows_of(capsys)
    assert ("SD-SEC-01 SD-SEC-02", 4) == (row["defects"], row["requests_old"])


def test_recording_repairs_that_nobody_accepted_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a rule for the module there is nothing to repair."""
    (tmp_path / "accepted.toml").write_text("", encoding="utf-8")

    assert 2 == call(*RECORD, "--cassettes", str(tmp_path), "--repaired")

    assert "accepts no repair of examples.service_desk.sector" in capsys.readouterr().err


def test_expired_acceptance_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After its last day an accepted difference must be looked at again."""
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[accepted]]\nmodule = "time"\npath = "body"\ndefect = "SD-TT-04"\nreason = "x"\nexpires = 2026-01-01\n',
        encoding="utf-8",
    )
    arguments = ["verify", "time-small", "--repaired", "--rules", str(rules), "--today"]

    assert 0 == call(*arguments, "2026-01-01")
    assert 1 == call(*arguments, "2026-01-02")
    assert "accepted until 2026-01-01" in capsys.readouterr().err


def test_unknown_cassette_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is wrong use, and the names there are follow."""
    assert 2 == call("verify", "sector-smal")

    assert "There are: sector-small" in capsys.readouterr().err


def test_record_without_a_portal_says_how_to_name_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Secrets come from the environment, never as arguments."""
    assert 2 == call("record", "examples.service_desk.sector", "--name", "x")

    assert "B24BRIDGE_WEBHOOK_URL" in capsys.readouterr().err


def test_unknown_module_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A module that cannot be imported is wrong use, not a traceback."""
    assert 2 == call("record", "examples.service_desk.sectr", "--name", "x", "--size", "small")

    assert "There is no module examples.service_desk.sectr" in capsys.readouterr().err


SANDBOX_RECORD = [
    "record",
    "examples.service_desk.sector",
    "--size",
    "small",
    "--request",
    '{"method": "GET"}',
]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([*SANDBOX_RECORD, "--name", "../x"], "a name without folders is wanted"),
        ([*SANDBOX_RECORD, "--name", "x", "--now", "nonsense"], "an ISO moment is wanted"),
        ([*SANDBOX_RECORD, "--name", "x", "--runs", "0"], "0 is not in the range"),
        (
            ["record", "examples.service_desk.sector", "--name", "x", "--data", "bad"],
            "is no data set of a sandbox",
        ),
        (["sandbox", "seed", "--db", "x.db", "--from-cassettes", "bad.jsonl"], "holds no recorded answers"),
        (["sandbox", "seed", "--db", "x.db", "--from-cassettes", "list.jsonl"], "holds no recorded answers"),
        (["verify", "nameless", "--cassettes", "."], "No module is named"),
        (["verify", "foreign", "--cassettes", "."], "it is not UTF-8"),
    ],
)
def test_bad_input_is_told_without_a_traceback(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
) -> None:
    """Names, moments and files that are none of theirs are wrong use, and the text says which."""
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "bad": b"no json",
        "bad.jsonl": b'{"id":',
        "list.jsonl": b"[1]",
        "nameless.json": b'{"interactions": [], "version": 1}',
        "foreign.json": "Ж".encode("cp1251"),
    }.items():
        (tmp_path / name).write_bytes(content)

    assert 2 == call(*arguments)

    assert told in capsys.readouterr().err


def test_portal_that_answers_nothing_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording without a single answer would prove nothing; the remedy is told, the code is not."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/rest/1/c0dec0dec0de/"
        monkeypatch.setenv("B24BRIDGE_WEBHOOK_URL", address)

        code = call("record", "examples.service_desk.sector", "--name", "x", "--cassettes", str(tmp_path))

    told = capsys.readouterr().err
    assert 3 == code
    assert "Check the address of the webhook" in told
    assert "c0dec0dec0de" not in told
    assert [] == list(tmp_path.iterdir())


def test_missing_extra_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command whose extra is not installed ends with the remedy, not with a traceback."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "vcr"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "vcr", None)

    assert 2 == call("verify", "sector-small")

    assert "pip install 'b24bridge[contract]'" in capsys.readouterr().err


def test_verify_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaying needs no network."""

    def refuse(*args: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert 0 == call("verify")


def test_recording_over_the_network_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal is named by the environment; its code and host are not in the cassette, which verifies."""
    with sandbox_server("small", moment="2025-12-18T12:00:00+03:00") as webhook_url:
        monkeypatch.setenv("B24BRIDGE_WEBHOOK_URL", webhook_url)
        arguments = [word for word in RECORD if word not in ("--size", "small")]

        assert 0 == call(*arguments, "--cassettes", str(tmp_path))

    text = (tmp_path / "board.json").read_text(encoding="utf-8")
    assert known_secrets(webhook_url)["webhook code"] not in text
    assert "127.0.0.1" not in text
    assert 0 == call("verify", "board", "--cassettes", str(tmp_path))
