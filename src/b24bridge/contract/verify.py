"""The old path and the new path of a module, side by side: results, effects, accepted differences.

On a cassette the old path gets the recorded answers. The new path asks other questions, so it runs on a
sandbox portal that is built out of the records in those answers. On a data set both get a portal of their
own with the same data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

from b24bridge.compare.diff import compare
from b24bridge.compare.effects import Effects, EffectsComparison, compare_effects
from b24bridge.compare.rules import Judgement, RuleSet, judge
from b24bridge.contract.cassettes import Cassette
from b24bridge.contract.exchanges import Tally, Witness, as_answers, effects, tally
from b24bridge.contract.modules import Module, Run, run
from b24bridge.contract.record import answer_mark
from b24bridge.contract.replay import ReplayPortal
from b24bridge.engine.inprocess import LocalPortal
from b24bridge.report.junit import Case
from b24bridge.sandbox.portal import Portal
from b24bridge.wire.call import Json
from b24bridge.wire.secrets import mask

__all__ = ["Observed", "Verification", "as_cases", "declared_fixes", "verify_cassette", "verify_on_data"]

_ANYWHERE = "https://portal.example/rest/1/recorded/"


@dataclass(frozen=True, slots=True)
class Observed:
    """One run of one path.

    Attributes:
        answer: Status and body, None if the path raised.
        error: What it raised, as text, or empty.
        tally: What it cost the portal.
        effects: Writes it sent.
    """

    answer: Mapping[str, Json] | None
    error: str
    tally: Tally
    effects: Effects


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out.

    Attributes:
        module: Last part of the module's name.
        case: Name of the cassette or data set.
        control: Run of the old path.
        candidate: Run of the new path.
        judgement: Differences of the answers.
        effects: Differences of the writes.
        fixes: Defects that the new path was told to repair.
        problems: Reasons why the comparison itself cannot be trusted.
    """

    module: str
    case: str
    control: Observed
    candidate: Observed
    judgement: Judgement
    effects: EffectsComparison
    fixes: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def passes(self) -> bool:
        """Return whether the new path may take the old one's place, as far as this case tells."""
        return not self.problems and self.judgement.passes and self.effects.passes


def declared_fixes(rules: RuleSet, module: str) -> tuple[str, ...]:
    """Return the defects that the rules accept as repaired in a module, each once, sorted."""
    return tuple(sorted({rule.defect for rule in rules.for_module(module).accepted if rule.defect}))


def verify_cassette(
    cassette: Cassette, module: Module, rules: RuleSet, *, today: date, fixes: Sequence[str] = ()
) -> Verification:
    """Compare both paths on a recording, without network.

    Args:
        fixes: Defects for the new path to repair; a difference that is accepted for a defect is accepted
            only then.
    """
    about = cassette.about
    replayed = ReplayPortal(cassette)
    control = _observe(module.legacy, about.request, about.now, _ANYWHERE, replayed, ())
    problems = [str(miss) for miss in replayed.misses]
    if control.answer is not None and about.answer and answer_mark(control.answer) != about.answer:
        problems.append(
            "The old path does not answer as it did when it was recorded: its code changed. Record it again."
        )
    with Portal() as portal:
        if about.now:
            portal.clock.set(about.now)
        portal.load_answers(as_answers(cassette.exchanges))
        return _compare(
            module, cassette.name, control, portal, about.request, about.now,
            rules.for_module(module.short_name).with_noise(about.noise), today, fixes, problems,
        )  # fmt: skip


def verify_on_data(
    case: str,
    module: Module,
    request: Mapping[str, Json],
    *,
    now: str,
    portal: Callable[[], AbstractContextManager[Portal]],
    rules: RuleSet,
    today: date,
    fixes: Sequence[str] = (),
) -> Verification:
    """Compare both paths on sandbox portals with the same data.

    Args:
        fixes: As in ``verify_cassette``.
        portal: Makes a portal; called once for each path, so that neither sees the other's writes.
    """
    with portal() as old:
        control = _observe(module.legacy, request, now, old.webhook_url, old, ())
    with portal() as new:
        return _compare(
            module, case, control, new, request, now, rules.for_module(module.short_name), today, fixes, []
        )  # fmt: skip


def as_cases(verification: Verification) -> list[Case]:
    """Return a verification as checks for JUnit."""
    differences = [*verification.judgement.open, *(found for found, _ in verification.judgement.expired)]
    doubled = [*verification.effects.only_old, *verification.effects.only_new]
    return [
        _case(verification, "the comparison can be trusted", list(verification.problems)),
        _case(verification, "results are the same or accepted", [str(found) for found in differences]),
        _case(verification, "writes are the same", [mask(sent.key) for sent in doubled]),
    ]


def _case(verification: Verification, name: str, lines: list[str]) -> Case:
    failure = f"{len(lines)}: {lines[0]}" if lines else ""
    return Case(verification.module, f"{verification.case}: {name}", failure, "\n".join(lines))


def _compare(
    module: Module,
    case: str,
    control: Observed,
    portal: Portal,
    request: Mapping[str, Json],
    now: str,
    rules: RuleSet,
    today: date,
    fixes: Sequence[str],
    problems: list[str],
) -> Verification:
    wanted = tuple(fixes)
    rules = rules.repairing(wanted)
    candidate = _observe(module.modern, request, now, portal.webhook_url, portal, wanted)
    problems += [
        f"The {name} path raised {side.error}"
        for name, side in (("old", control), ("new", candidate))
        if side.error
    ]
    differences = (
        compare(control.answer, candidate.answer, rules)
        if control.answer is not None and candidate.answer is not None
        else []
    )
    return Verification(
        module.short_name,
        case,
        control,
        candidate,
        judge(differences, rules, today=today),
        compare_effects(control.effects, candidate.effects),
        wanted,
        tuple(problems),
    )


def _observe(
    path: Run,
    request: Mapping[str, Json],
    now: str,
    webhook_url: str,
    portal: LocalPortal,
    fixes: Sequence[str],
) -> Observed:
    witness = Witness(portal, timed=False)
    answer, error = None, ""
    try:
        answer = run(path, request, now=now, webhook_url=webhook_url, transport=witness, fixes=fixes)
    except Exception as raised:  # noqa: BLE001  # recorded: a path that raises is a finding, not an end
        error = mask(f"{type(raised).__name__}: {raised}")
    return Observed(answer, error, tally(witness.exchanges), effects(witness.exchanges))
