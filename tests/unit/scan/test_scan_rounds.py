"""What is looked at again when a project turns out to have names of its own."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from b24bridge.scan import scan
from b24bridge.scan.engine import open_project
from b24bridge.scan.names import Names, Wrapper
from b24bridge.scan.parsed import parse_file
from b24bridge.scan.wanted import Wanted


@pytest.fixture
def wanted() -> Wanted:
    """A project with a wrapper in a class and a subclass of CRest, both under everyday names."""
    names = Names(crest={"crest", "app"})
    names.wrappers[("php", "ask")] = [Wrapper("ask", "Application", 0, "crest.call", False, "php")]
    return Wanted(names, Names())


@pytest.mark.parametrize(
    ("text", "is_in"),
    [
        (b"<?php $application->run();", False),
        (b"<?php $x = new application; $x->ask($name);", True),
        (b"<?php $x->ask('crm.deal.get');", True),
        (b"<?php $x->task('crm.deal.get');", False),
        (b"ask('crm.deal.get');", True),
        (b"<?php $x->ask('who');", False),
        (b"<?php app::boot();", False),
        (b"<?php app::call('profile');", True),
    ],
)
def test_an_everyday_name_counts_only_with_its_call(wanted: Wanted, text: bytes, is_in: bool) -> None:
    """A file is parsed for a wrapper's sake if it calls it: the name of its class alone says nothing."""
    found = wanted.is_in(text)

    assert found is is_in


def test_names_known_before_are_not_searched_again() -> None:
    """Each round searches the remaining files for new names only."""
    names = Names()
    names.wrappers[("php", "ask")] = [Wrapper("ask", "", 0, "crest.call", False, "php")]

    assert Wanted(names, names).is_in(b"<?php ask('crm.deal.get');") is False


def test_files_that_hold_nothing_are_not_opened_for_the_report(tmp_path: Path) -> None:
    """A file that only looked promising is left out after the first look."""
    (tmp_path / "words.js").write_text("const text = 'BX24';", encoding="utf-8")
    (tmp_path / "call.js").write_text("BX24.callMethod('profile', {}, show);", encoding="utf-8")

    project = open_project(tmp_path)

    assert ["call.js"] == [file.path for file in project.files]


def test_a_caller_of_a_wrapper_is_reported_even_if_it_holds_nothing_else(tmp_path: Path) -> None:
    """What a wrapper of another file explains is found in a file without any word of the portal."""
    (tmp_path / "api.js").write_text(
        "export const ask = (method, done) => BX24.callMethod(method, {}, done);", encoding="utf-8"
    )
    (tmp_path / "use.js").write_text("import { ask } from './api';\nask('profile', show);", encoding="utf-8")

    report = scan(tmp_path)

    assert ("use.js", "wrapper.call", "profile") in [
        (file.path, finding.api, finding.method) for file in report.files for finding in file.findings
    ]


def test_a_scan_leaves_the_collector_as_it_was(tmp_path: Path) -> None:
    """The collector of cycles is held off only while the trees are there."""
    scan(tmp_path)

    assert gc.isenabled() is True


def test_a_forgotten_tree_holds_nothing() -> None:
    """Parents and children let go of each other, so that no collector is needed."""
    parsed = parse_file("a.js", "javascript", b"f(1);")
    root = parsed.blocks[0].root

    parsed.forget()

    assert [] == root.kids
