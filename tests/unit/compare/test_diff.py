"""Differences of two JSON values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from b24bridge.compare.diff import ABSENT, Difference, compare, fingerprint, group
from b24bridge.compare.rules import RuleSet, parse_rules

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def test_whole_float_equals_the_integer() -> None:
    """PHP prints a whole float without a fraction, so 5 and 5.0 are no difference."""
    assert [] == compare({"hours": 5}, {"hours": 5.0})


def test_flag_is_not_a_number() -> None:
    """true and 1 differ, although Python calls them equal."""
    (found,) = compare({"active": True}, {"active": 1})

    assert "type" == found.kind
    assert "active: true -> 1" == str(found)


def test_order_of_keys_does_not_count() -> None:
    """Objects compare without order."""
    assert [] == compare({"a": 1, "b": 2}, {"b": 2, "a": 1})


def test_order_of_a_list_counts() -> None:
    """Lists of equal length compare position by position."""
    found = compare([1, 2], [2, 1])

    assert [Difference((0,), 1, 2), Difference((1,), 2, 1)] == found


def test_missing_and_added_keys_carry_the_value_of_the_side_that_has_it() -> None:
    """A key of one side only is told with its value."""
    found = compare({"a": 1}, {"b": None})

    assert [("a", 1, ABSENT, "missing"), ("b", ABSENT, None, "added")] == [
        (one.place, one.old, one.new, one.kind) for one in found
    ]


def test_one_row_more_is_one_difference() -> None:
    """A row inserted in the middle does not shift all rows after it into differences."""
    old = [{"id": 1, "t": "a"}, {"id": 3, "t": "c"}]
    new = [{"id": 1, "t": "a"}, {"id": 2, "t": "b"}, {"id": 3, "t": "C"}]

    found = compare(old, new)

    assert ['[1]: (absent) -> {"id": 2, "t": "b"}', '[1].t: "c" -> "C"'] == [str(one) for one in found]


def test_unordered_list_is_matched_by_key() -> None:
    """Where declared, rows are paired by a key and only their fields compared."""
    rules = parse_rules({"unordered": [{"path": "people", "key": "id"}]})
    old = {"people": [{"id": 1, "n": "A"}, {"id": 2, "n": "B"}]}
    new = {"people": [{"id": 2, "n": "B"}, {"id": 1, "n": "Ж"}]}

    found = compare(old, new, rules)

    assert ['people[0].n: "A" -> "Ж"'] == [str(one) for one in found]


def test_unordered_list_without_key_is_a_multiset() -> None:
    """Without a key the rows themselves are matched, each once."""
    rules = parse_rules({"unordered": [{"path": "$"}]})

    found = compare([1, 1, 2], [2, 1, 3], rules)

    assert ["[1]: 1 -> (absent)", "[2]: (absent) -> 3"] == [str(one) for one in found]


def test_equivalence_counts_only_where_declared() -> None:
    """A text and its number are the same only at the declared places."""
    rules = parse_rules({"equivalent": [{"path": "rows[*].id", "rule": "numeric"}]})
    old = {"rows": [{"id": "7", "n": "7"}]}
    new = {"rows": [{"id": 7, "n": 7}]}

    assert ['rows[0].n: "7" -> 7'] == [str(one) for one in compare(old, new, rules)]


def test_absent_and_empty_may_be_declared_the_same() -> None:
    """The rule "empty" also covers a key that one side leaves out."""
    rules = parse_rules({"equivalent": [{"path": "**", "rule": "empty"}]})

    assert [] == compare({"a": None, "b": [], "c": ""}, {"a": {}, "d": None}, rules)


def test_ignored_place_hides_all_below() -> None:
    """Nothing at or below an ignored place is compared."""
    rules = parse_rules({"ignored": [{"path": "time", "reason": "server time"}]})

    assert [] == compare({"time": {"start": 1}}, {"time": {"start": 2}}, rules)


def test_groups_gather_rows_of_the_same_cause() -> None:
    """Positions are generalised, so one cause in many rows is one group."""
    differences = compare([{"n": 1}, {"n": 2}, {"m": 0}], [{"n": 3}, {"n": 4}, {}])

    groups = group(differences, examples=1)

    assert [("[*].n", "value", 2, 1), ("[*].m", "missing", 1, 1)] == [
        (one.pattern, one.kind, one.count, len(one.examples)) for one in groups
    ]


def test_one_row_missing_in_a_long_list_is_one_difference() -> None:
    """Long lists are aligned too, and at once."""
    old = [{"id": number, "title": "Ж"} for number in range(20_000)]
    new = [row for row in old if row["id"] != 7_000]

    found = compare(old, new)

    assert ['[7000]: {"id": 7000, "title": "Ж"} -> (absent)'] == [str(one) for one in found]


def test_many_rows_missing_everywhere_are_aligned() -> None:
    """Every tenth row of a long list missing is so many differences and no more."""
    old = list(range(5_000))
    new = [number for number in old if number % 10]

    found = compare(old, new)

    assert [number for number in old if number % 10 == 0] == [one.old for one in found]
    assert {"missing"} == {one.kind for one in found}


@given(JSON)
def test_value_never_differs_from_itself(value: object) -> None:
    """Comparing a value with itself finds nothing, under any rules."""
    assert [] == compare(value, value)
    assert [] == compare(value, value, RuleSet())


@given(st.lists(JSON, max_size=6), st.lists(JSON, max_size=6))
def test_differences_of_lists_explain_both_lists(old: list[object], new: list[object]) -> None:
    """Added and missing rows account for the difference in length."""
    rows = [one for one in compare(old, new) if len(one.path) == 1]
    added, missing = (sum(one.kind == kind for one in rows) for kind in ("added", "missing"))

    assert len(new) - len(old) == added - missing


@given(JSON, JSON)
def test_fingerprints_are_equal_exactly_without_difference(old: object, new: object) -> None:
    """The fingerprint of a result stands for the comparison."""
    assert (fingerprint(old) == fingerprint(new)) == (compare(old, new) == [])
