"""What a comparison of both paths of a module says, as a row of the ledger can hold it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from b24bridge.compare.diff import ABSENT, Difference, compare
from b24bridge.compare.effects import EffectsComparison, Sent, compare_effects
from b24bridge.compare.redact import Redaction
from b24bridge.compare.rules import RuleSet, judge
from b24bridge.errors import AccessError
from b24bridge.router.watch import WRITE_REFUSED, RunWatch

__all__ = ["Judge", "Verdict", "judging"]

Judge = Callable[[str, RunWatch, Any, RunWatch, Any], "Verdict"]

# Enough to see the cause; the ledger's growth stays bounded.
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a comparison.

    Attributes:
        outcome: ``match``, ``mismatch`` or ``stopped``.
        detail: Differences and writes as JSON, redacted; empty for a match.
    """

    outcome: str
    detail: str = ""


def judging(
    rules: RuleSet | None = None,
    redaction: Redaction | None = None,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> Judge:
    """Return the function that compares both runs of a call.

    It takes the module, then guard and value (or error) of the old path, then of the new one. Two errors of
    the same class count as the same answer. A path that was stopped at a write it wanted is compared by the
    writes up to there: they must be among those of the other path.

    Args:
        rules: What may be overlooked.
        redaction: Makes values safe to keep.
        today: Day for the expiry of accepted differences.
    """
    rules = rules or RuleSet()
    redact = redaction or Redaction()

    def verdict(module: str, old_watch: RunWatch, old: Any, new_watch: RunWatch, new: Any) -> Verdict:
        effects = compare_effects(old_watch.effects, new_watch.effects)
        if _stopped(old_watch, old) or _stopped(new_watch, new):
            compared, answered = (
                (new_watch, old_watch) if _stopped(new_watch, new) else (old_watch, new_watch)
            )
            left = effects.only_new if compared is new_watch else effects.only_old
            if not left and answered.wrote:
                return Verdict("stopped")
            return Verdict("mismatch", _detail(redact, [], effects))
        own = rules.for_module(module)
        if isinstance(old, Exception) or isinstance(new, Exception):
            if type(old) is type(new) and effects.passes:
                return Verdict("match")
            shown = [Difference(("error",), _error(old), _error(new))]
            return Verdict("mismatch", _detail(redact, shown, effects))
        judgement = judge(compare(old, new, own), own, today=today())
        if judgement.passes and effects.passes:
            return Verdict("match")
        differences = [*judgement.open, *(found for found, _ in judgement.expired)]
        return Verdict("mismatch", _detail(redact, differences, effects))

    return verdict


def _stopped(watch: RunWatch, ended: Any) -> bool:
    return watch.refused and isinstance(ended, AccessError) and ended.code == WRITE_REFUSED


def _error(value: Any) -> str:
    return type(value).__name__ if isinstance(value, Exception) else "no error"


def _detail(redact: Redaction, differences: list[Difference], effects: EffectsComparison) -> str:
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
        "only_old_writes": sent(effects.only_old),
        "only_new_writes": sent(effects.only_new),
    }
    return json.dumps(detail, ensure_ascii=False, default=str)
