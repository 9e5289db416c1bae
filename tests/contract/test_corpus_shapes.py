"""The sandbox's answers have the shapes of the documented and the recorded ones.

One test per successful example of an implemented method: ``-k crm.deal`` runs those of a family. The
table of departures (``shapes/*.json``) may only shrink: an entry that is not needed fails.
"""

from __future__ import annotations

from typing import Any

import pytest
from shape_rules import differences
from shape_state import CORPUS, TABLE, Example, State, examples, looked_up

from b24bridge.sandbox.portal import Portal

# Of all examples of implemented methods, so many must conform.
_GOAL = 0.95

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="the corpus of documented answers is not beside the project"
)


def _key(example: Example) -> str:
    return f"{example['method'].lower()}{'@3' if example['api'] == 3 else ''}"


def _implemented() -> list[Example]:
    with Portal() as portal:
        known = {*portal.dispatcher.methods, "batch"}
        known |= {f"{name}@3" for name in (*portal.dispatcher.rest3.methods, "batch")}
    return [
        item
        for item in examples()
        if item["kind"] == "success"
        and _key(item) in known
        and not _is_nameless(item)
        and all(name.lower() in known for name in item.get("inner_methods") or ())
    ]


def _is_nameless(example: Example) -> bool:
    """Whether a recorded batch came without its commands, so that it cannot be asked again."""
    request = example["request"] or {}
    return example["method"] == "batch" and example["api"] == 2 and "cmd" not in (request.get("params") or {})


_EXAMPLES = _implemented()
_CREATING: dict[str, Example] = {}
for _example in _EXAMPLES:
    if _example["request"] and _example["request"]["params"]:
        _CREATING.setdefault(_key(_example), _example)


def _problems(number: int) -> list[str]:
    """Return where the answer to an example departs."""
    example = _EXAMPLES[number]
    state = State(_CREATING)
    try:
        ours = state.answer(example)
    finally:
        state.portal.close()
    documented: Any = example["response"]
    if isinstance(ours, dict) and "error" in ours and "error" not in documented:
        return [f"refused: {ours['error']!r} {ours.get('error_description')!r}"]
    optional = {*TABLE["optional"]["*"], *(looked_up("optional", _key(example)) or ())}
    return differences(documented, ours, optional)


@pytest.mark.parametrize(
    "number", [pytest.param(number, id=item["id"]) for number, item in enumerate(_EXAMPLES)]
)
def test_answer_has_the_documented_shape(number: int) -> None:
    """An example conforms, or it is in the table of departures because it does not."""
    problems = _problems(number)

    name = _EXAMPLES[number]["id"]
    if name in TABLE["departures"]:
        assert problems, f"{name} conforms now: take it out of the table of departures"
    else:
        assert [] == problems


def test_departures_are_examples_with_reasons() -> None:
    """The table of departures names examples of implemented methods, each with a reason."""
    ids = {item["id"] for item in _EXAMPLES}

    assert set() == set(TABLE["departures"]) - ids
    assert all(TABLE["departures"].values())


def test_nearly_all_examples_conform() -> None:
    """At least 95 of 100 examples conform: all that are not departures do, by the test of each."""
    conforming = len(_EXAMPLES) - len(TABLE["departures"])

    share = conforming / len(_EXAMPLES)
    assert share >= _GOAL, f"{conforming} of {len(_EXAMPLES)} examples conform ({share:.1%})"
