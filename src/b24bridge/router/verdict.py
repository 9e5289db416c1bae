"""What a comparison of both paths of a module says, as a row of the ledger can hold it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from b24bridge.compare.diff import ABSENT, Difference
from b24bridge.compare.effects import Sent
from b24bridge.compare.experiment import Observation, Outcome, conclude
from b24bridge.compare.plain import plain
from b24bridge.compare.redact import Redaction
from b24bridge.compare.rules import Accepted, RuleSet

__all__ = ["Judge", "Verdict", "judging"]

Judge = Callable[[str, Observation, Observation], "Verdict"]

# Enough to see the cause; the ledger's growth stays bounded.
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a comparison.

    Attributes:
        outcome: ``match``, ``mismatch`` or ``stopped``.
        detail: Differences and writes as JSON, redacted; empty without a mismatch. ``old`` is the control.
    """

    outcome: str
    detail: str = ""


def judging(
    rules: RuleSet | None = None,
    redaction: Redaction | None = None,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> Judge:
    """Return the function that compares both runs of a call: module, control, candidate.

    Values are compared by what they hold: a map and a typed object of the same fields are the same
    (``compare.plain``).

    Args:
        rules: What may be overlooked.
        redaction: Makes values safe to keep.
        today: Day for the expiry of accepted differences.
    """
    rules = rules or RuleSet()
    redact = redaction or Redaction()

    def verdict(module: str, control: Observation, candidate: Observation) -> Verdict:
        control, candidate = (replace(seen, value=plain(seen.value)) for seen in (control, candidate))
        outcome = conclude(control, candidate, rules.for_module(module), today=today())
        if outcome.mismatched:
            return Verdict("mismatch", _detail(redact, outcome))
        return Verdict("stopped" if candidate.stopped_at_write else "match")

    return verdict


def _detail(redact: Redaction, outcome: Outcome) -> str:
    judgement = outcome.judgement
    differences: list[tuple[Difference, Accepted | None]] = [(found, None) for found in judgement.open]
    differences += judgement.expired
    control, candidate = outcome.control.error, outcome.candidate.error
    if control is not None or candidate is not None:
        # There is no value to compare; and a write that was refused is no error of the path.
        names = [type(error).__name__ if error is not None else "no error" for error in (control, candidate)]
        is_told = names[0] != names[1] and not outcome.candidate.stopped_at_write
        differences = [(Difference(("error",), *names), None)] if is_told else []

    def side(name: str, value: Any) -> dict[str, Any]:
        # Under the field's own name, so that the redaction sees what it is.
        return {} if value is ABSENT else {name: value}

    def shown(found: Difference, expired: Accepted | None) -> dict[str, Any]:
        field = str(found.path[-1]) if found.path else ""
        told = {
            "place": found.place,
            "kind": found.kind,
            "old": redact(side(field, found.old)),
            "new": redact(side(field, found.new)),
        }
        # People then see why a difference that they know counts again.
        return told if expired is None else {**told, "until": str(expired.expires), "reason": expired.reason}

    def sent(writes: tuple[Sent, ...]) -> list[dict[str, Any]]:
        return [{"method": write.method, "params": redact(write.params)} for write in writes[:_SHOWN]]

    detail = {
        "differences": len(differences),
        "shown": [shown(*found) for found in differences[:_SHOWN]],
        "only_old_writes": sent(outcome.effects.only_old),
        "only_new_writes": sent(outcome.effects.only_new),
    }
    return json.dumps(detail, ensure_ascii=False, default=str)
