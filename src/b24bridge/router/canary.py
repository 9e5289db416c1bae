"""The watch over modules in canary: when a gate breaks, the module goes back to shadow by itself."""

from __future__ import annotations

import logging
import os
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from weakref import WeakMethod

from b24bridge.router.background import Background
from b24bridge.router.gates import figures, reasons_to_demote, standing
from b24bridge.router.ledger import Ledger, Run
from b24bridge.router.stages import ModuleState, Stage
from b24bridge.router.table import StageTable

__all__ = ["CanaryWatch"]

_log = logging.getLogger("b24bridge.router")

# Gates are looked at after every failure, and else after this many runs.
_RUNS_BETWEEN_LOOKS = 50
# The ledger knows of the failures of all processes; it is asked after a failure, not more often than this.
_ASKED_EVERY_S = 1.0


class CanaryWatch:
    """Notes the runs of modules in canary and demotes a module whose gate breaks.

    Args:
        table: Stage of each module.
        ledger: Runs of all processes; None knows of none.
        background: Where the ledger is asked, so that no caller waits for it.
        clock: Monotonic time in seconds.
    """

    def __init__(
        self, table: StageTable, ledger: Ledger | None, background: Background, clock: Callable[[], float]
    ) -> None:
        self._table = table
        self._ledger = ledger
        self._background = background
        self._clock = clock
        self._begin()
        forked = WeakMethod(self._begin)
        # The lock may be held by a thread that the child does not have.
        os.register_at_fork(after_in_child=lambda: (begin := forked()) and begin())

    def _begin(self) -> None:
        self._recent: dict[str, deque[Run]] = defaultdict(lambda: deque(maxlen=1000))
        self._asked: dict[str, float] = {}
        self._lock = Lock()

    def note(self, run: Run, state: ModuleState) -> None:
        """Take a run into account; never raises, never waits for the ledger.

        Args:
            run: A run in stage canary.
            state: State of its module at that time.
        """
        with self._lock:
            recent = self._recent[run.module]
            recent.append(run)
            is_time = bool(run.modern_error) or len(recent) % _RUNS_BETWEEN_LOOKS == 0
            # A copy: other threads go on adding while the figures are made.
            runs = list(recent) if is_time else []
        reasons = reasons_to_demote(state.gates, figures(runs)) if is_time else []
        if reasons:
            self._demote(run.module, reasons)
        elif run.modern_error and self._ledger is not None:
            self._ask(self._ledger, run.module)

    def _ask(self, ledger: Ledger, module: str) -> None:
        """Look, when nobody waits, whether this failure is one of many that other processes met too."""
        now = self._clock()
        if now - self._asked.get(module, -_ASKED_EVERY_S) < _ASKED_EVERY_S:
            return
        self._asked[module] = now

        def look() -> None:
            try:
                ledger.flush()
                state = self._table.state(module)
                reasons = reasons_to_demote(state.gates, standing(self._table, ledger, module, state))
            except Exception as error:  # noqa: BLE001  # whatever the ledger's store raises
                _log.warning("module %s: the ledger was not asked: %s", module, type(error).__name__)
                return
            if reasons and state.stage is Stage.CANARY:
                self._demote(module, reasons)

        self._background.submit(look)

    def _demote(self, module: str, reasons: Sequence[str]) -> None:
        with self._lock:
            self._recent[module].clear()

        def to_shadow(state: ModuleState) -> ModuleState:
            # Somebody may have moved the module meanwhile; then this gate has no say.
            return replace(state, stage=Stage.SHADOW) if state.stage is Stage.CANARY else state

        try:
            change = self._table.change(module, to_shadow, who="gate", why="; ".join(reasons))
        except Exception:  # noqa: BLE001  # whatever the table's store raises
            # The call itself went well or fell back; a table that cannot be written must not break it.
            _log.exception("module %s should be demoted, but the stage table cannot be written", module)
            return
        # Else another process, or a person, was faster.
        if change.old != change.new:
            _log.warning("module %s was demoted to shadow: %s", module, "; ".join(reasons))
