"""What a comparison of both paths of a module says, as a row of the ledger can hold it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from b24bridge.compare.diff import ABSENT, Difference
from b24bridge.compare.effects import Sent
from b24bridge.compare.experiment import Observation, Outcome, conclude
from b24bridge.compare.redact import Redaction
from b24bridge.compare.rules import RuleSet

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

    Args:
        rules: What may be overlooked.
        redaction: Makes values safe to keep.
        today: Day for the expiry of accepted differences.
    """
    rules = rules or RuleSet()
    redact = redaction or Redaction()

    def verdict(module: str, control: Observation, candidate: Observation) -> Verdict:
        outcome = conclude(control, candidate, rules.for_module(module), today=today())
        if outcome.mismatched:
            return Verdict("mismatch", _detail(redact, outcome))
        return Verdict("stopped" if candidate.stopped_at_write else "match")

    return verdict


def _detail(redact: Redaction, outcome: Outcome) -> str:
    judgement = outcome.judgement
    differences = [*judgement.open, *(found for found, _ in judgement.expired)]
    errors = [observed.error for observed in (outcome.control, outcome.candidate)]
    if any(errors):
        differences = [Difference(("error",), *(type(e).__name__ if e else "no error" for e in errors))]

    def side(name: str, value: Any) -> dict[str, Any]:
        # Under the field's own name, so that the redaction sees what it is.
        return {} if value is ABSENT else {name: value}

    def shown(found: Difference) -> dict[str, Any]:
        field = str(found.path[-1]) if found.path else ""
        return {
            "place": found.place,
            "kind": found.kind,
            "old": redact(side(field, found.old)),
            "new": redact(side(field, found.new)),
        }

    def sent(writes: tuple[Sent, ...]) -> list[dict[str, Any]]:
        return [{"method": write.method, "params": redact(write.params)} for write in writes[:_SHOWN]]

    detail = {
        "differences": len(differences),
        "shown": [shown(found) for found in differences[:_SHOWN]],
        "only_old_writes": sent(outcome.effects.only_old),
        "only_new_writes": sent(outcome.effects.only_new),
    }
    return json.dumps(detail, ensure_ascii=False, default=str)
