"""The portal's own schema: pulled, written as models, compared."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from b24bridge import Client
from b24bridge.cli import cli
from b24bridge.errors import ConfigError
from b24bridge.modern.schema import Change, Entity, FieldFacts, Snapshot, compare, models_of, pull
from b24bridge.sandbox import Portal


@pytest.fixture
def client(small: dict[str, Any]) -> Client:
    """A client of the small service desk."""
    portal = Portal(small)
    return Client.from_webhook(portal.webhook_url, transport=portal)


def test_the_schema_holds_smart_processes_user_fields_and_pipelines(client: Client) -> None:
    """Process 140 with its product field and its pipelines 12 and 13 (data set of the service desk)."""
    snapshot = pull(client)

    desk = snapshot.entities["140"]
    assert ("string", True) == (
        desk.fields["ufCrm7TypeProduct"].type,
        desk.fields["ufCrm7TypeProduct"].multiple,
    )
    assert {"12", "13"} <= set(desk.categories)
    assert "DT140_12:SUCCESS" in snapshot.directories["DYNAMIC_140_STAGE_12"]


def test_a_snapshot_survives_its_file(client: Client) -> None:
    """What is written is what is read."""
    snapshot = pull(client)

    assert snapshot == Snapshot.from_json(snapshot.to_json())


def test_models_of_the_portal_read_its_own_fields(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generated module can be imported; its model gives the product as a list of texts."""
    (tmp_path / "portal_models_of_test.py").write_text(models_of(pull(client)), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    models = import_module("portal_models_of_test")
    row = client.call("crm.item.get", {"entityTypeId": 140, "id": 3201}).result["item"]

    ticket = models.Item140.from_wire(row)

    assert row["ufCrm7TypeProduct"] == ticket.uf_crm_7_type_product
    assert "DT140_12:SUCCESS" == models.Dynamic140Stage12.SUCCESS


def test_titles_of_people_cannot_break_the_module() -> None:
    """Quotes, line breaks and backslashes of a title stay inside its docstring."""
    evil = '""" \n import os \\'
    snapshot = Snapshot(
        {"140": Entity(140, evil, {"ufCrm7A": FieldFacts("string", evil)})},
        {"X": {"A:B": evil, "": evil, "1": "a"}},
    )

    compiled = compile(models_of(snapshot), "portal_models.py", "exec")

    assert "os" not in compiled.co_names


OLD = Snapshot(
    {
        "2": Entity(
            2,
            "Deal",
            {
                "title": FieldFacts("string", "Title"),
                "stageId": FieldFacts("crm_status"),
                "ufCrmColour": FieldFacts("enumeration", items={"1": "red", "2": "blue"}),
            },
            {"0": "General"},
        )
    },
    {"DEAL_STAGE": {"NEW": "New", "WON": "Won"}},
)
DEAL = OLD.entities["2"]


def changed(**fields: FieldFacts) -> Snapshot:
    """Return the snapshot with other fields."""
    return replace(OLD, entities={"2": replace(DEAL, fields={**DEAL.fields, **fields})})


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (replace(OLD, entities={}), [Change("Deal", "the kind of record is gone", True)]),
        (
            changed(title=FieldFacts("integer", "Title")),
            [Change("Deal.title", "type string -> integer", True)],
        ),
        (
            changed(title=FieldFacts("string", "Title", required=True)),
            [Change("Deal.title", "now required", True)],
        ),
        (
            changed(title=FieldFacts("string", "Title", multiple=True)),
            [Change("Deal.title", "now a list", True)],
        ),
        (
            changed(title=FieldFacts("string", "Title", read_only=True)),
            [Change("Deal.title", "now read-only", True)],
        ),
        (
            changed(title=FieldFacts("string", "Name")),
            [Change("Deal.title", "title 'Title' -> 'Name'", False)],
        ),
        (changed(extra=FieldFacts("string")), [Change("Deal.extra", "new field of type string", False)]),
        (
            changed(extra=FieldFacts("string", required=True)),
            [Change("Deal.extra", "new field of type string", True)],
        ),
        (
            changed(ufCrmColour=FieldFacts("enumeration", items={"1": "red", "3": "green"})),
            [
                Change("Deal.ufCrmColour value 2", "'blue' is gone", True),
                Change("Deal.ufCrmColour value 3", "new: 'green'", False),
            ],
        ),
        (
            replace(OLD, directories={"DEAL_STAGE": {"NEW": "Fresh"}}),
            [
                Change("DEAL_STAGE status WON", "'Won' is gone", True),
                Change("DEAL_STAGE status NEW", "'New' is now 'Fresh'", False),
            ],
        ),
    ],
)
def test_changes_are_told_with_what_they_break(new: Snapshot, expected: list[Change]) -> None:
    """Breaking ones first."""
    assert expected == compare(OLD, new)


def test_diff_ends_with_1_only_for_breaking_changes(tmp_path: Path) -> None:
    """For CI."""
    files = {
        "old": OLD,
        "title": changed(title=FieldFacts("string", "Name")),
        "gone": replace(OLD, entities={}),
    }
    for name, snapshot in files.items():
        (tmp_path / f"{name}.json").write_text(snapshot.to_json(), "utf-8")

    def diff(name: str) -> tuple[int, list[dict[str, Any]]]:
        words = ["schema", "diff", str(tmp_path / "old.json"), str(tmp_path / f"{name}.json")]
        result = CliRunner().invoke(cli, words)
        return result.exit_code, json.loads(result.stdout)

    assert (0, []) == diff("old")
    assert (0, [False]) == (diff("title")[0], [row["breaking"] for row in diff("title")[1]])
    assert (1, [True]) == (diff("gone")[0], [row["breaking"] for row in diff("gone")[1]])


@pytest.mark.parametrize(
    "text", ["", "[]", '{"entities": 5}', '{"entities": {"2": {}}, "directories": {}, "unread": {}}']
)
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    """With the command that makes one."""
    with pytest.raises(ConfigError, match="schema pull"):
        Snapshot.from_json(text, "old.json")
