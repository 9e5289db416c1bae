"""``landing.*``: what a portal without sites answers (pages "Get List of Sites", "Get List of Roles")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from b24bridge.sandbox.methods import Context, Family, Handler, Method, Params, pick
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_DATE = "10/10/2022 03:25:30 pm"
_TEMPLATES = (
    ("Empty", "empty"),
    ("With Header and Footer", "header_footer"),
    ("With Left Sidebar", "sidebar_left"),
)
_ROLES = (("Administrator", "ADMIN"), ("Manager", "MANAGER"))
_SECTIONS = {"about": "About", "text": "Text", "image": "Image", "columns": "Columns"}


def _listed(rows: Sequence[dict[str, Any]]) -> Handler:
    """Return the handler of a list; ``params.select`` names the keys that are wanted."""

    def handler(_: Context, params: Params) -> Any:
        wanted = pick(params, "params", {})
        if not isinstance(wanted, (dict, list)):
            raise Refusal(
                "ERROR_ARGUMENT", "The value of an argument 'params' has an invalid type", argument="params"
            )
        select = wanted.get("select") if isinstance(wanted, dict) else None
        names = {str(name).upper() for name in select} if isinstance(select, list) else set()
        return [{key: row[key] for key in row if not names or "*" in names or key in names} for row in rows]

    return handler


def _enabled(context: Context, _: Params) -> Any:
    """``landing.role.isEnabled``: the extended model of rights is on."""
    _administrator(context)
    return True


def _roles(context: Context, _: Params) -> Any:
    _administrator(context)
    return [
        {"ID": str(2 * place + 3), "TITLE": title, "XML_ID": code}
        for place, (title, code) in enumerate(_ROLES)
    ]


def _administrator(context: Context) -> None:
    if not context.caller.is_admin:
        raise Refusal("IS_NOT_ADMIN", "To perform this action, you must be an administrator.")


def _repository(_: Context, params: Params) -> Any:
    """``landing.block.getrepository``: sections of blocks; one by its code, or all."""
    sections: dict[str, dict[str, Any]] = {
        code: {
            "name": name,
            "meta": [],
            "new": False,
            "type": None,
            "specialType": None,
            "separator": False,
            "app_code": False,
            "items": {},
        }
        for code, name in _SECTIONS.items()
    }
    wanted = pick(params, "section")
    return sections.get(str(wanted), {}) if wanted else sections


_TEMPLATE_ROWS = [
    {"ID": str(n), "TITLE": title, "XML_ID": code, "SORT": str(100 * n), "ACTIVE": "Y", "DATE_MODIFY": _DATE}
    for n, (title, code) in enumerate(_TEMPLATES, 1)
]
_HANDLERS: dict[str, Handler] = {
    "site.getList": _listed([]),
    "landing.getList": _listed([]),
    "demos.getList": _listed([]),
    "template.getlist": _listed(_TEMPLATE_ROWS),
    "role.getList": _roles,
    "role.isEnabled": _enabled,
    "block.getrepository": _repository,
}

FAMILY = Family(
    "landing_lists", [Method(f"landing.{name}", handler, "landing") for name, handler in _HANDLERS.items()]
)
