"""The services generated from the catalogue."""

from __future__ import annotations

import inspect
import keyword
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from b24bridge import F, calls
from b24bridge.knowledge.catalog import MethodFacts, methods
from b24bridge.modern.lists import ListCall
from b24bridge.modern.stubs import OutdatedMethod
from b24bridge.wire.call import Api

ROOT = Path(__file__).parents[3]


def bound(facts: MethodFacts) -> Any:
    """Return the method of ``calls`` under the vendor's name."""
    found: Any = calls.v3 if facts.api == 3 else calls
    for part in facts.name.split("."):
        found = getattr(found, part + "_" if keyword.iskeyword(part) else part)
    return found


def signature(found: Any) -> inspect.Signature:
    """Return the parameters of a method, also of one that is a group too."""
    target = found if inspect.isfunction(found) else type(found).__dict__["__call__"].__wrapped__
    return inspect.signature(target)


@pytest.mark.parametrize("api", [2, 3])
def test_every_method_of_the_catalogue_is_there_under_its_name(api: int) -> None:
    """``calls.crm.deal.productrows.set(...)`` asks ``crm.deal.productrows.set``, and so on for all."""
    known = [facts for facts in methods() if facts.api == api and facts.name != "batch"]

    asked = []
    for facts in known:
        found = bound(facts)
        needed = {
            name: 1
            for name, parameter in signature(found).parameters.items()
            if parameter.default is parameter.empty
            and parameter.kind.name != "VAR_KEYWORD"
            and name != "self"
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OutdatedMethod)
            call = found(**needed)
        assert set(call.params) == {name.removesuffix("_") if name == "from_" else name for name in needed}
        asked.append((call.method, call.api))

    assert [(facts.name, Api(api)) for facts in known] == asked


def test_required_parameters_are_required() -> None:
    """A parameter that the vendor stars cannot be left out."""
    with pytest.raises(TypeError, match="id"):
        calls.crm.deal.get()  # type: ignore[call-arg]  # what is tested


def test_parameters_that_are_not_given_are_not_sent() -> None:
    """None means: leave it out."""
    call = calls.crm.item.get(entityTypeId=2, id=7)

    assert {"entityTypeId": 2, "id": 7} == call.params


def test_list_method_reads_all_pages_from_its_container() -> None:
    """Paging is the client's, so ``start`` is no parameter; rows are under ``items``."""
    call = calls.crm.item.list(entityTypeId=2, filter={">id": 5})

    assert isinstance(call, ListCall)
    assert ("items", {"entityTypeId": 2, "filter": {">id": 5}}) == (call.container, call.params)
    assert [{"id": 1}] == call.decode({"items": [{"id": 1}]})


def test_rest_3_takes_expressions_as_filter() -> None:
    """``F`` renders as triples there."""
    call = calls.v3.tasks.task.list(filter=F.id > 5, select=["id"])

    assert (Api.V3, [["id", ">", 5]]) == (call.api, call.params["filter"])


def test_outdated_method_warns_and_names_its_replacement() -> None:
    """The warning points at the caller's line."""
    with pytest.warns(OutdatedMethod, match=r"getlist is outdated; use im\.dialog\.messages\.get") as caught:
        calls.task.commentitem.getlist(1)

    assert __file__ == caught[0].filename


def test_positional_method_refuses_a_gap() -> None:
    """The portal would read the next parameter in its place."""
    with pytest.raises(TypeError, match="by order: give TASKID, ORDER too"):
        calls.task.elapseditem.getlist(FILTER={">ID": 5})


def test_keyword_of_python_gets_an_underscore() -> None:
    """crm.item.import cannot be written as it is."""
    call = calls.crm.item.import_(entityTypeId=2, fields={"title": "x"})

    assert "crm.item.import" == call.method


def test_group_that_is_a_method_too_can_be_called() -> None:
    """im.notify and im.notify.read both exist."""
    assert ("lists.get", "lists.get.iblock.type.id") == (
        calls.lists.get(IBLOCK_TYPE_ID="lists").method,
        calls.lists.get.iblock.type.id(IBLOCK_ID=1).method,
    )


def test_empty_map_of_php_is_an_object() -> None:
    """PHP prints an empty map as ``[]``."""
    call = calls.app.option.get()

    assert {} == call.decode([])


@pytest.mark.slow
def test_checked_in_files_are_what_the_generator_writes() -> None:
    """Nobody edits them by hand."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate_services.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
