"""Dump and seed: the whole state of a portal goes from one to another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from doors import Door

from b24bridge.cli.sandbox import command
from b24bridge.sandbox import Portal

HANDLER = "https://app.example.com/handler"


@pytest.fixture(scope="module")
def used(small: dict[str, Any]) -> Iterator[Door]:
    """A portal that has been used: records of several families, user fields, handlers, options, files."""
    with Portal(small, webhook_code="SeCretCode1", offset="+02:00") as portal:
        door = Door(portal)
        token = portal.tokens()["access"]
        door.call("crm.deal.userfield.add", {"fields": {"FIELD_NAME": "COLOUR", "USER_TYPE_ID": "string"}})
        lead = {"TITLE": "Заявка", "PHONE": [{"VALUE": "1"}], "ADDRESS_CITY": "Kazan"}
        door.call("crm.lead.add", {"fields": lead})
        door.call("crm.deal.add", {"fields": {"TITLE": "A", "UF_CRM_COLOUR": "red"}})
        door.call("crm.deal.add", {"fields": {"TITLE": "gone"}})
        door.call("crm.deal.delete", {"id": 2})
        door.call("crm.status.delete", {"id": door.call("crm.status.list").result[0]["ID"]})
        door.call("crm.activity.todo.add", {"ownerTypeId": 2, "ownerId": 1, "deadline": "2026-01-01"})
        door.call("crm.timeline.comment.add", {"fields": {"ENTITY_ID": 1, "ENTITY_TYPE": "deal"}})
        door.call(
            "disk.storage.uploadfile", {"id": 1, "data": {"NAME": "a"}, "fileContent": ["a", "AAECAw=="]}
        )
        door.token("event.bind", token, {"event": "ONCRMDEALADD", "handler": HANDLER})
        door.token("app.option.set", token, {"options": {"mode": "fast"}})
        yield door


@pytest.fixture(scope="module")
def copy(used: Door) -> Iterator[Door]:
    """Another portal that was seeded with the dump of the first."""
    with Portal(used.portal.dump()) as portal:
        yield Door(portal)


def test_a_seeded_dump_dumps_the_same(used: Door, copy: Door) -> None:
    """The whole state comes out as it went in, deleted built-in records and the next ids included."""
    assert used.portal.dump() == copy.portal.dump()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("crm.lead.get", {"id": 1}),
        ("crm.deal.list", {"select": ["*", "UF_*"]}),
        ("crm.deal.userfield.list", {}),
        ("crm.deal.fields", {}),
        ("crm.status.list", {}),
        ("crm.item.list", {"entityTypeId": 140, "select": ["*"]}),
        ("crm.activity.list", {}),
        ("tasks.task.list", {}),
        ("crm.timeline.comment.list", {"filter": {"ENTITY_ID": 1, "ENTITY_TYPE": "deal"}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_copy_answers_like_the_original(used: Door, copy: Door, method: str, params: Any) -> None:
    """The same question gets the same answer."""
    expected = used.call(method, params).json

    answer = copy.call(method, params).json

    assert (expected["result"], expected.get("total")) == (answer["result"], answer.get("total"))


def test_ids_go_on_where_they_were(copy: Door) -> None:
    """The id of a deleted record is not given again."""
    assert 3 == copy.call("crm.deal.add", {"fields": {"TITLE": "B"}}).result


def test_handlers_and_options_belong_to_the_same_application(used: Door, copy: Door) -> None:
    """The application keeps its id, so that it finds its handlers and options again."""
    token = copy.portal.tokens()["access"]

    handlers = copy.token("event.get", token).result

    assert used.portal.application.client_id == copy.portal.application.client_id
    assert [("ONCRMDEALADD", HANDLER)] == [(item["event"], item["handler"]) for item in handlers]
    assert {"mode": "fast"} == copy.token("app.option.get", token).result


def test_a_dump_holds_no_secrets(used: Door) -> None:
    """Webhook, tokens and secrets of applications stay where they are."""
    portal = used.portal
    pair = portal.tokens()

    text = repr(portal.dump())

    application = portal.application
    secrets = ("SeCretCode1", application.client_secret, application.token, pair["access"], pair["refresh"])
    assert [] == [secret for secret in secrets if secret in text]


@pytest.mark.parametrize(
    "tables",
    [
        {"oauth_tokens": {"columns": {}, "rows": []}},
        {'x"; DROP TABLE users; --': {"columns": {}, "rows": []}},
        {"users": {"columns": {"NAME": "TEXT DEFAULT 1"}, "rows": []}},
        {"app_options": []},
        {"app_options": {"columns": {}, "rows": [{"ID": {"a": 1}}]}},
    ],
    ids=["secret", "name", "declaration", "list", "value"],
)
def test_a_broken_dump_changes_nothing(tables: Any) -> None:
    """What is no dump is refused with words, and the portal stays as it was."""
    with Portal() as portal:
        before = portal.dump()

        with pytest.raises(ValueError, match="dump"):
            portal.seed({"portal": {"offset": "+09:00"}, "tables": tables})

        assert before == portal.dump()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"tables": {"users": 5}}, "objects with 'columns' and 'rows'"),
        ({"users": [{"ID": 10**30}]}, "does not fit into 64 bits"),
        ({"people": []}, "A data set has no 'people'"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_data_set(tmp_path: Path, data: Any, words: str) -> None:
    """A data set that cannot be added is refused in one line, and the file stays as it was."""
    source = tmp_path / "data.json"
    source.write_text(json.dumps(data), encoding="utf-8")

    done = CliRunner().invoke(command, ["seed", "--db", str(tmp_path / "p.db"), "--data", str(source)])

    assert isinstance(done.exception, SystemExit)
    assert words in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "words", [["dump"], ["seed", "--size", "small"], ["reset"]], ids=lambda words: words[0]
)
def test_the_command_says_when_a_file_is_no_portal(tmp_path: Path, words: list[str]) -> None:
    """Another file than the sandbox's is left alone."""
    file = tmp_path / "notes.txt"
    file.write_text("no database, but long enough to be looked at\n" * 50, encoding="utf-8")

    done = CliRunner().invoke(command, [*words, "--db", str(file)])

    assert "The file of the portal cannot be used" in done.output
    assert file.read_text(encoding="utf-8").startswith("no database")
