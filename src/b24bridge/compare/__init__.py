"""Comparison of an old path and a new path: results, effects, accepted differences."""

from b24bridge.compare.diff import ABSENT, Difference, Group, compare, fingerprint, group
from b24bridge.compare.effects import Effects, EffectsComparison, Sent, compare_effects, effects_of, is_write
from b24bridge.compare.experiment import Observation, Outcome, WriteWatch, conclude
from b24bridge.compare.plain import plain
from b24bridge.compare.rules import Accepted, Judgement, RuleSet, judge, learn_noise, load_rules

__all__ = [
    "ABSENT",
    "Accepted",
    "Difference",
    "Effects",
    "EffectsComparison",
    "Group",
    "Judgement",
    "Observation",
    "Outcome",
    "RuleSet",
    "Sent",
    "WriteWatch",
    "compare",
    "compare_effects",
    "conclude",
    "effects_of",
    "fingerprint",
    "group",
    "is_write",
    "judge",
    "learn_noise",
    "load_rules",
    "plain",
]
