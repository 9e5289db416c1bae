"""Which of the two paths of a module answers: legacy, shadow, canary, modern, done; one command back."""

from b24bridge.router.ledger import Ledger, MemoryLedger, Run, SqlLedger
from b24bridge.router.router import Routed, Router
from b24bridge.router.routes import Caller
from b24bridge.router.stages import Gates, ModuleState, Stage
from b24bridge.router.table import Change, FileTable, MemoryTable, StageTable
from b24bridge.router.verdict import judging

__all__ = [
    "Caller",
    "Change",
    "FileTable",
    "Gates",
    "Ledger",
    "MemoryLedger",
    "MemoryTable",
    "ModuleState",
    "Routed",
    "Router",
    "Run",
    "SqlLedger",
    "Stage",
    "StageTable",
    "judging",
]
