"""Methods of the user fields of people and tasks, and of their configuration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from b24bridge.sandbox import userfields
from b24bridge.sandbox.families.tasks.wire import TASKS
from b24bridge.sandbox.families.users.wire import USERS
from b24bridge.sandbox.methods import Context, Family, Method

from . import config, rules

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_OWN = {"users": USERS, "tasks": TASKS}
_CONFIG = "userfieldconfig"


def _prepare(portal: Portal) -> None:
    userfields.prepare(portal.store)
    rules.refresh(portal, _OWN)


def _again(context: Context) -> None:
    rules.refresh(context.portal, _OWN)


FAMILY = Family(
    "user_fields",
    [
        *rules.of_users(_again),
        *rules.of_tasks(_again),
        Method("userfieldconfig.add", partial(config.add, _again), _CONFIG, listed=False),
        Method("userfieldconfig.get", config.get, _CONFIG, listed=False),
        Method("userfieldconfig.list", config.listed, _CONFIG, listed=False),
        Method("userfieldconfig.update", partial(config.update, _again), _CONFIG, listed=False),
        Method("userfieldconfig.delete", partial(config.delete, _again), _CONFIG, listed=False),
        Method("userfieldconfig.gettypes", config.get_types, _CONFIG, listed=False),
    ],
    prepare=_prepare,
)
