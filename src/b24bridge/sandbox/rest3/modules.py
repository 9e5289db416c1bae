"""The modules of REST 3.0 that the sandbox has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import eventlog, mail, people, structure, taskdto, tasks, timeman

if TYPE_CHECKING:
    from b24bridge.sandbox.methods import Method
    from b24bridge.sandbox.portal import Portal

    from .dto import Dto

__all__ = ["entities", "methods", "prepare"]


def methods() -> Iterator[Method]:
    """Return the methods of all modules."""
    for module in (tasks, eventlog, people, structure, timeman, mail):
        yield from module.METHODS


def entities() -> list[Dto]:
    """Return the entities that the methods speak of."""
    return [taskdto.TASK, taskdto.RESULT, eventlog.EVENT, people.NODE, timeman.RECORD, mail.MAILBOX]


def prepare(portal: Portal) -> None:
    """Create the tables that no family of REST 2 has."""
    for module in (tasks, eventlog, structure, timeman, mail):
        module.prepare(portal)
