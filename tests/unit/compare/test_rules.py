"""Rules files, accepted differences, expiry, noise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from b24bridge.compare.diff import compare
from b24bridge.compare.rules import judge, learn_noise, load_rules, parse_rules
from b24bridge.errors import ConfigError

TODAY = date(2026, 1, 15)
RULES = """
[[accepted]]
module = "sector"
path = "data.employees"
defect = "SD-SEC-02"
reason = "The original asks for people by a comma text."
expires = 2026-01-15

[[accepted]]
path = "meta"
reason = "Old."
expires = "2026-01-14"
"""


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    """A rules file with a rule that still holds and one that has expired."""
    file = tmp_path / "accepted.toml"
    file.write_text(RULES, encoding="utf-8")
    return file


def test_accepted_difference_passes_until_its_last_day(rules_file: Path) -> None:
    """On the day of expiry the difference is still accepted, and its defect is named."""
    differences = compare({"data": {"employees": [1]}}, {"data": {"employees": [1, 2]}})

    verdict = judge(differences, load_rules(rules_file).for_module("sector"), today=TODAY)

    assert verdict.passes
    assert ("SD-SEC-02",) == verdict.defects


def test_expired_acceptance_counts_again(rules_file: Path) -> None:
    """After the last day the difference must be looked at again, and the report knows why."""
    verdict = judge(compare({"meta": 1}, {"meta": 2}), load_rules(rules_file), today=TODAY)

    assert not verdict.passes
    assert ["Old."] == [rule.reason for _, rule in verdict.expired]


def test_rule_of_another_module_does_not_accept(rules_file: Path) -> None:
    """A rule with a module counts for that module alone."""
    differences = compare({"data": {"employees": 1}}, {"data": {"employees": 2}})

    verdict = judge(differences, load_rules(rules_file).for_module("time"), today=TODAY)

    assert 1 == len(verdict.open)


def test_noise_is_what_the_old_path_does_not_repeat() -> None:
    """Places that differ between two runs of the control are left out, rows generalised."""
    first = {"rows": [{"id": 1, "at": "10:00"}, {"id": 2, "at": "10:01"}], "time": 1}
    second = {"rows": [{"id": 1, "at": "10:02"}, {"id": 2, "at": "10:03"}], "time": 2}

    noise = learn_noise([first, second])

    assert ("rows[*].at", "time") == noise
    assert [] == compare(first, second, parse_rules({}).with_noise(noise))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[acepted]]\npath = 'a'\nreason = 'b'", "Did you mean 'accepted'"),
        ("[[accepted]]\npath = 'a'", "lacks reason"),
        ("[[accepted]]\npath = 'a..b'\nreason = 'c'", "cannot be read"),
        ("[[accepted]]\npath = 'a'\nreason = 'c'\nexpires = 'soon'", "2027-06-30"),
        ("[[accepted]]\npath = 'a'\nreason = 'c'\nexpiry = 1", "Did you mean 'expires'"),
        ("[[equivalent]]\npath = 'a'\nrule = 'dates'", "Did you mean 'date'"),
        ("[[equivalent]", "not valid toml"),
        ("accepted = 1", "list of tables"),
        ('[[accepted]]\npath = "a"\nreason = "x"\nkind = "valu"', "Did you mean 'value'?"),
        ('[[accepted]]\npath = "a"\nreason = "x"\nexact = "yes"', "exact must be true or false"),
        ('[[accepted]]\npath = ["a", "b["]\nreason = "x"', "cannot be read at position"),
    ],
)
def test_mistake_in_a_rules_file_is_told_with_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    """A rule that would silently accept nothing is refused and the nearest name given."""
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_rules(file)

    assert said in str(caught.value)


def test_missing_rules_file_is_told(tmp_path: Path) -> None:
    """A missing file is a set-up error, not an empty set of rules."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load_rules(tmp_path / "none.toml")


def test_json_file_is_read_like_toml(tmp_path: Path) -> None:
    """The same tables may be JSON."""
    file = tmp_path / "rules.json"
    file.write_text('{"unordered": [{"path": "rows", "key": "id"}]}', encoding="utf-8")

    assert "id" == load_rules(file).unordered_by(("rows",))


@pytest.mark.parametrize(
    ("rule", "old", "new", "same"),
    [
        ("numeric", "5.00", 5, True),
        ("numeric", "1e3", 1000, True),
        ("numeric", True, 1, False),
        ("numeric", "", 0, False),
        ("numeric", "NaN", "NaN", False),
        ("date", "2025-12-18T12:00:00+03:00", "2025-12-18T09:00:00Z", True),
        ("date", "2025-12-18 09:00:00", "2025-12-18T12:00:00+03:00", True),
        ("date", "soon", "soon", False),
        ("string", " и\u0306 ", "й", True),
        ("string", "a", "A", False),
        ("empty", [], None, True),
        ("empty", 0, None, False),
        ("empty", False, "", False),
    ],
)
def test_named_equivalence(rule: str, old: object, new: object, same: bool) -> None:
    """Each equivalence says when two values mean the same, and no more."""
    rules = parse_rules({"equivalent": [{"path": "$", "rule": rule}]})

    assert same == rules.equivalent((), old, new)


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        ({}, ["rows[0].n", "rows[0].tags[1]", "rows[1]", "total"]),
        ({"exact": True}, ["rows[1]", "total"]),
        ({"exact": True, "kind": "added"}, ["rows[1]"]),
        ({"kind": "added"}, ["rows[0].tags[1]", "rows[1]"]),
        ({"kind": "value"}, ["rows[0].n", "total"]),
        ({"kind": "missing"}, []),
    ],
)
def test_a_rule_may_mean_the_place_alone_and_one_kind(rule: dict[str, object], accepted: list[str]) -> None:
    """``exact`` leaves out what lies below, ``kind`` the other kinds; a list of paths is a rule for each."""
    old = {"rows": [{"n": 1, "tags": ["a"]}], "total": 1, "other": 1}
    new = {"rows": [{"n": 2, "tags": ["a", "b"]}, {"n": 3}], "total": 2, "other": 2}
    rules = parse_rules({"accepted": [{"path": ["rows[*]", "total"], "reason": "x", **rule}]})

    verdict = judge(compare(old, new, rules), rules, today=TODAY)

    assert accepted == [difference.place for difference, _ in verdict.accepted]


def test_a_rule_for_several_modules_counts_for_each() -> None:
    """A list of modules is a rule for each of them and for no other."""
    rules = parse_rules({"accepted": [{"module": ["a", "b"], "path": "n", "reason": "x"}]})

    assert [1, 1, 0] == [len(rules.for_module(name).accepted) for name in ("a", "b", "c")]


def test_only_repaired_defects_change_what_is_wanted() -> None:
    """Rules of a defect count where it is repaired: accepted places, and lists whose order it changes."""
    rules = parse_rules(
        {
            "accepted": [
                {"path": "a", "reason": "x", "defect": "D-1"},
                {"path": "b", "reason": "x", "defect": "D-2"},
                {"path": "c", "reason": "x"},
            ],
            "unordered": [{"path": "rows", "defect": "D-1"}],
        }
    )

    kept, repaired = rules.repairing(()), rules.repairing(["D-1"])

    assert (["c"], ["a", "c"]) == (
        [rule.path for rule in kept.accepted],
        [rule.path for rule in repaired.accepted],
    )
    assert (None, "") == (kept.unordered_by(("rows",)), repaired.unordered_by(("rows",)))
